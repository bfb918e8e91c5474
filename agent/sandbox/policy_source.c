#include <fcntl.h>

#include "base/fd.h"
#include "base/log.h"
#include "codec/hex.h"
#include "initdata/guest.h"
#include "sandbox/policy_source.h"

void
policy_source_log(const struct gate *g, const char *source)
{
	char hex[2 * SHA2_256_LEN + 1];

	hex_encode(g->digest, sizeof(g->digest), hex);
	log_info("policy sha256 %s (%s)", hex, source);
	if (g->allow_failing)
		log_warn("the policy allows what it denies: "
			 "AllowRequestsFailingPolicy is true");
}

static int
load_file(struct gate *g, const char *path, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, GATE_POLICY_MAX);
	rc = fd_read_file(AT_FDCWD, path, &b, e);
	if (rc == 0)
		rc = gate_set_policy(g, buf_str(&b), b.len, e);
	buf_release(&b);
	if (rc < 0)
		return err_wrap(e, "default policy");
	policy_source_log(g, path);
	return 0;
}

/* 1 when it brings the policy, 0 when it does not. */
static int
load_initdata(struct gate *g, const struct initdata *d, struct err *e)
{
	const struct toml_text *text = initdata_file(d, INITDATA_POLICY);
	char hex[2 * SHA2_LEN_MAX + 1];

	hex_encode(d->digest, sha2_len(d->algorithm), hex);
	log_info("initdata %s %s", sha2_name(d->algorithm), hex);
	if (guest_write(d, GUEST_INITDATA_DIR, e) < 0)
		return -1;
	if (text == NULL)
		return 0;
	if (gate_set_policy(g, text->s, text->len, e) < 0)
		return err_wrap(e, "policy of initdata");
	policy_source_log(g, "initdata");
	return 1;
}

int
policy_source_load(struct gate *g, const char *path, struct err *e)
{
	struct initdata d;
	int rc = 0;

	if (guest_initdata(&d, e) == 0) {
		rc = load_initdata(g, &d, e);
		initdata_release(&d);
	} else if (e->code != ERR_NOT_FOUND) {
		rc = -1;
	}
	if (rc < 0)
		return -1;
	return rc > 0 ? 0 : load_file(g, path, e);
}
