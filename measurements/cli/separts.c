#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/str.h"
#include "measurements/cli/optlist.h"
#include "measurements/cli/separts.h"
#include "measurements/se/sehkd.h"

enum {
	STAGE_MAX = 4 * 1024 * 1024
};

static void
wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

static int
take_list(struct separts_list *l, char **argv, const char *name, struct err *e)
{
	return optlist_take(argv, name, l->paths, LIMIT_SE_DOCUMENTS, &l->n, e);
}

int
separts_take_lists(struct separts *p, char **argv, struct err *e)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->kernel_bytes, LIMIT_SE_IMAGE);
	buf_init(&p->ramdisk_bytes, LIMIT_SE_IMAGE);
	buf_init(&p->cmdline_bytes, LIMIT_CMDLINE);
	buf_init(&p->stage3a_bytes, STAGE_MAX);
	buf_init(&p->stage3b_bytes, STAGE_MAX);
	return take_list(&p->hkds, argv, "host-key-document", e) < 0 ||
		       take_list(&p->certs, argv, "cert", e) < 0 ||
		       take_list(&p->crls, argv, "crl", e) < 0
		   ? -1
		   : 0;
}

int
separts_read_key(const char *path, uint8_t *ret_key, size_t len, struct err *e)
{
	struct input in;
	struct buf b;
	int rc;

	buf_init(&b, LIMIT_KEY_FILE);
	rc = input_read(path, &b, &in, e);
	if (rc == 0 && b.len != len)
		rc = err_set(e, ERR_ARGUMENT,
		    "%s has %zu bytes: this key has %zu", STR_QUOTED(path),
		    b.len, len);
	if (rc == 0)
		memcpy(ret_key, b.p, len);
	wipe(&b);
	return rc;
}

int
separts_load_components(struct separts *p, const char *const *v, struct err *e)
{
	struct sebuild *b = &p->build;

	if (v[SEPARTS_PARMFILE] && v[SEPARTS_CMDLINE])
		return err_set(e, ERR_ARGUMENT,
		    "give one of --parmfile and --cmdline");
	if (v[SEPARTS_KERNEL] &&
	    input_read(v[SEPARTS_KERNEL], &p->kernel_bytes, &p->kernel, e) < 0)
		return -1;
	if (v[SEPARTS_RAMDISK] && input_read(v[SEPARTS_RAMDISK],
				      &p->ramdisk_bytes, &p->ramdisk, e) < 0)
		return -1;
	if (v[SEPARTS_PARMFILE] && input_read(v[SEPARTS_PARMFILE],
				       &p->cmdline_bytes, &p->cmdline, e) < 0)
		return -1;
	if (v[SEPARTS_CMDLINE])
		buf_add_str(&p->cmdline_bytes, v[SEPARTS_CMDLINE]);
	if (buf_bad(&p->cmdline_bytes))
		return err_set(e, ERR_LIMIT,
		    "the command line has more than %d bytes", LIMIT_CMDLINE);
	b->kernel = span_of(p->kernel_bytes.p, p->kernel_bytes.len);
	b->ramdisk = span_of(p->ramdisk_bytes.p, p->ramdisk_bytes.len);
	b->cmdline = span_of(p->cmdline_bytes.p, p->cmdline_bytes.len);
	b->has_ramdisk = v[SEPARTS_RAMDISK] != NULL;
	b->has_cmdline = v[SEPARTS_PARMFILE] || v[SEPARTS_CMDLINE];
	return 0;
}

/* All documents of a list's files, one DER after the other. */
static int
collect(const struct separts_list *l, bool crls, struct buf *list,
    struct err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		struct input in;
		struct buf b;
		int rc;

		buf_init(&b, LIMIT_KEY_FILE);
		rc = input_read(l->paths[i], &b, &in, e);
		if (rc == 0 &&
		    x509_collect(span_of(b.p, b.len), crls, list, e) < 0)
			rc = err_wrap(e, "%s", STR_QUOTED(l->paths[i]));
		buf_release(&b);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The documents of one host key file. */
static int
load_host(struct separts *p, const char *path, const struct sehkd_trust *t,
    const struct x509 *signer, struct err *e)
{
	struct separts_list one = { .paths = { path }, .n = 1 };
	struct span list, der;
	struct buf b;
	int rc;

	buf_init(&b, LIMIT_KEY_FILE);
	rc = collect(&one, false, &b, e);
	list = span_of(b.p, b.len);
	while (rc == 0 && x509_next(&list, &der)) {
		if (p->build.n_hosts == SEHDR_SLOTS_MAX)
			rc = err_set(e, ERR_LIMIT, "more than %d host keys",
			    SEHDR_SLOTS_MAX);
		else if (sehkd_key(der, t->now, &p->hosts[p->build.n_hosts],
			     e) < 0 ||
			 (signer && sehkd_verify(t, signer, der, e) < 0))
			rc = err_wrap(e, "host key document %s",
			    STR_QUOTED(path));
		else
			p->build.n_hosts++;
	}
	buf_release(&b);
	return rc;
}

static int
verify_hosts(struct separts *p, const char *const *v, struct buf *lists,
    struct sehkd_trust *t, struct x509 *ret_signer, struct err *e)
{
	struct separts_list root = { .paths = { v[SEPARTS_ROOT_CA] }, .n = 1 };

	if (v[SEPARTS_ROOT_CA] == NULL || p->certs.n == 0 || p->crls.n == 0)
		return err_set(e, ERR_ARGUMENT,
		    "host key documents are verified by --cert, --crl and "
		    "--root-ca, or taken with --no-verify");
	if (collect(&p->certs, false, &lists[0], e) < 0 ||
	    collect(&p->crls, true, &lists[1], e) < 0 ||
	    collect(&root, false, &lists[2], e) < 0)
		return -1;
	t->certs = span_of(lists[0].p, lists[0].len);
	t->crls = span_of(lists[1].p, lists[1].len);
	t->roots = span_of(lists[2].p, lists[2].len);
	return sehkd_signer(t, ret_signer, e);
}

int
separts_load_hosts(struct separts *p, const char *const *v, struct err *e)
{
	bool verify = v[SEPARTS_NO_VERIFY] == NULL;
	struct sehkd_trust t = { .now = (int64_t)time(NULL) };
	struct x509 signer;
	struct buf lists[3];
	int rc = 0;

	for (int i = 0; i < 3; i++)
		buf_init(&lists[i], LIMIT_KEY_FILE);
	if (verify)
		rc = verify_hosts(p, v, lists, &t, &signer, e);
	for (size_t i = 0; rc == 0 && i < p->hkds.n; i++)
		rc = load_host(p, p->hkds.paths[i], &t, verify ? &signer : NULL,
		    e);
	for (int i = 0; i < 3; i++)
		buf_release(&lists[i]);
	p->build.hosts = p->hosts;
	return rc;
}

static int
read_number(const char *const *v, enum separts_option o, const char *name,
    uint64_t *ret_v, struct err *e)
{
	if (v[o] != NULL && str_u64(v[o], UINT64_MAX, ret_v) < 0)
		return err_set(e, ERR_ARGUMENT, "--%s %s: not a number", name,
		    STR_QUOTED(v[o]));
	return 0;
}

static int
read_flags(struct sebuild *b, const char *const *v, struct err *e)
{
	static const enum separts_option pcf[] = { SEPARTS_DUMP,
		SEPARTS_NO_PCKMO, SEPARTS_PCKMO_HMAC, SEPARTS_BACKUP_KEYS,
		SEPARTS_PLAIN };
	static const enum separts_option scf[] = { SEPARTS_EXTENSION_SECRET,
		SEPARTS_CCK_UPDATE };

	for (int i = 0; i < 5; i++)
		if (v[SEPARTS_PCF] && v[pcf[i]])
			return err_set(e, ERR_ARGUMENT,
			    "--x-pcf leaves no room for other flags");
	for (int i = 0; i < 2; i++)
		if (v[SEPARTS_SCF] && v[scf[i]])
			return err_set(e, ERR_ARGUMENT,
			    "--x-scf leaves no room for other flags");
	if ((v[SEPARTS_DUMP] && !v[SEPARTS_CCK] && !v[SEPARTS_CCK_UPDATE]) ||
	    (v[SEPARTS_EXTENSION_SECRET] && !v[SEPARTS_CCK]))
		return err_set(e, ERR_ARGUMENT, "--%s needs --cck",
		    v[SEPARTS_EXTENSION_SECRET] ? "enable-cck-extension-secret"
						: "enable-dump");
	b->pcf = v[SEPARTS_NO_PCKMO] ? 0 : SEHDR_PCF_PCKMO;
	b->pcf |= v[SEPARTS_DUMP] ? SEHDR_PCF_DUMP : 0;
	b->pcf |= v[SEPARTS_PCKMO_HMAC] ? SEHDR_PCF_PCKMO_HMAC : 0;
	b->pcf |= v[SEPARTS_BACKUP_KEYS] ? SEHDR_PCF_BACKUP_KEYS : 0;
	b->pcf |= v[SEPARTS_PLAIN] ? SEHDR_PCF_PLAIN_COMPONENTS : 0;
	b->scf |= v[SEPARTS_EXTENSION_SECRET] ? SEHDR_SCF_EXTENSION_SECRET : 0;
	b->scf |= v[SEPARTS_CCK_UPDATE] ? SEHDR_SCF_CCK_UPDATE : 0;
	return read_number(v, SEPARTS_PCF, "x-pcf", &b->pcf, e) < 0 ||
		       read_number(v, SEPARTS_SCF, "x-scf", &b->scf, e) < 0 ||
		       read_number(v, SEPARTS_PSW, "x-psw", &b->psw_addr, e) < 0
		   ? -1
		   : 0;
}

static int
random_keys(struct sekeys *k, struct err *e)
{
	uint8_t random[SEKEYS_RANDOM];
	int rc;

	do {
		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			return err_sys(e, "random bytes");
		rc = sekeys_from_bytes(random, k, e);
	} while (rc < 0);
	explicit_bzero(random, sizeof(random));
	return 0;
}

/* The keys that are given; what is not stays as it is. */
static int
given_keys(struct sekeys *k, const char *const *v, struct err *e)
{
	if (v[SEPARTS_CCK] &&
	    separts_read_key(v[SEPARTS_CCK], k->cck, sizeof(k->cck), e) < 0)
		return -1;
	if (v[SEPARTS_HDR_KEY] &&
	    separts_read_key(v[SEPARTS_HDR_KEY], k->header_key,
		sizeof(k->header_key), e) < 0)
		return -1;
	if (v[SEPARTS_IMAGE_KEY] &&
	    separts_read_key(v[SEPARTS_IMAGE_KEY], k->image_key,
		sizeof(k->image_key), e) < 0)
		return -1;
	return 0;
}

/* What the keys are derived from counts the given ones too. */
static void
key_context(const struct separts *p, uint8_t ret_context[SHA2_512_LEN])
{
	struct sha2 h;

	sebuild_context(&p->build, ret_context);
	sha2_init(&h, SHA2_512);
	sha2_update(&h, ret_context, SHA2_512_LEN);
	sha2_update(&h, p->keys.cck, sizeof(p->keys.cck));
	sha2_update(&h, p->keys.header_key, sizeof(p->keys.header_key));
	sha2_update(&h, p->keys.image_key, sizeof(p->keys.image_key));
	sha2_final(&h, ret_context);
}

static int
seeded_keys(struct separts *p, const char *path, struct err *e)
{
	uint8_t context[SHA2_512_LEN];
	struct input in;
	struct buf seed;
	int rc;

	buf_init(&seed, LIMIT_KEY_FILE);
	rc = input_read(path, &seed, &in, e);
	key_context(p, context);
	if (rc == 0 &&
	    sekeys_from_seed(seed.p, seed.len, context, &p->keys, e) < 0)
		rc = err_wrap(e, "%s", STR_QUOTED(path));
	wipe(&seed);
	return rc;
}

/* Keys that were given stand in for the random or derived ones. */
static int
load_keys(struct separts *p, const char *const *v, bool need_seed,
    struct err *e)
{
	const char *seed = v[SEPARTS_SEED];

	if (seed == NULL && need_seed)
		return err_set(e, ERR_ARGUMENT,
		    "without --seed the keys are random, and the tag is no "
		    "image's");
	if (given_keys(&p->keys, v, e) < 0 ||
	    (seed ? seeded_keys(p, seed, e) : random_keys(&p->keys, e)) < 0)
		return -1;
	return given_keys(&p->keys, v, e);
}

int
separts_load(struct separts *p, const char *const *v, bool need_seed,
    struct err *e)
{
	struct sebuild *b = &p->build;

	if (!v[SEPARTS_KERNEL] || !v[SEPARTS_STAGE3A] || !v[SEPARTS_STAGE3B] ||
	    p->hkds.n == 0)
		return err_set(e, ERR_ARGUMENT,
		    "--kernel, --stage3a, --stage3b and --host-key-document "
		    "are needed to build an image%s",
		    need_seed ? ", or --image or --header to read one" : "");
	if (separts_load_components(p, v, e) < 0 ||
	    input_read(v[SEPARTS_STAGE3A], &p->stage3a_bytes, &p->stage3a, e) <
		0 ||
	    input_read(v[SEPARTS_STAGE3B], &p->stage3b_bytes, &p->stage3b, e) <
		0)
		return -1;
	b->stage3a = span_of(p->stage3a_bytes.p, p->stage3a_bytes.len);
	b->stage3b = span_of(p->stage3b_bytes.p, p->stage3b_bytes.len);
	if (read_flags(b, v, e) < 0 || separts_load_hosts(p, v, e) < 0 ||
	    sebuild_check(b, e) < 0)
		return -1;
	return load_keys(p, v, need_seed, e);
}

void
separts_release(struct separts *p)
{
	buf_release(&p->kernel_bytes);
	wipe(&p->ramdisk_bytes);
	wipe(&p->cmdline_bytes);
	buf_release(&p->stage3a_bytes);
	buf_release(&p->stage3b_bytes);
	sekeys_wipe(&p->keys);
}
