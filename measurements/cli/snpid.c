#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/snpid.h"
#include "measurements/format/limits.h"

bool
snpid_given(const char *const *v)
{
	for (int i = 0; i < SNPID_N_OPTIONS; i++)
		if (v[i] != NULL)
			return true;
	return false;
}

static int
read_hex(const char *text, const char *name, uint8_t *ret_p, size_t len,
    struct err *e)
{
	if (text != NULL && hex_decode(text, strlen(text), ret_p, len) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--%s %s: not %zu hexadecimal digits", name,
		    STR_QUOTED(text), 2 * len);
	return 0;
}

static int
read_key(const char *path, const char *name, struct eckey *ret_k, bool *ret_has,
    struct err *e)
{
	struct input in;
	struct buf b;
	int rc;

	if (path == NULL)
		return 0;
	buf_init(&b, LIMIT_KEY_FILE);
	rc = input_read(path, &b, &in, e);
	if (rc == 0) {
		rc = eckey_parse(ECKEY_P384, b.p, b.len, ret_k, e);
		if (rc < 0)
			err_wrap(e, "--%s %s", name, STR_QUOTED(path));
	}
	if (b.p != NULL)
		explicit_bzero(b.p, b.cap);
	buf_release(&b);
	*ret_has = rc == 0;
	return rc;
}

/* HOST_DATA as Kata's runtime makes it from one of the two files. */
static int
hash_host_data(const char *path, bool initdata, struct snpid *id, struct err *e)
{
	struct input in;
	struct buf b;
	int rc;

	if (!initdata) {
		rc = input_hash(path, &in, e);
		if (rc == 0)
			memcpy(id->host_data, in.sha256, sizeof(id->host_data));
		return rc;
	}
	buf_init(&b, LIMIT_INITDATA);
	rc = input_read(path, &b, &in, e);
	if (rc == 0 && initdata_field(b.p, b.len, id->host_data,
			   sizeof(id->host_data), e) < 0)
		rc = err_wrap(e, "%s", STR_QUOTED(path));
	buf_release(&b);
	return rc;
}

static int
read_host_data(const char *const *v, struct snpid *id, struct err *e)
{
	const char *text = v[SNPID_HOST_DATA];
	const char *initdata = v[SNPID_INITDATA];
	const char *policy = v[SNPID_AGENT_POLICY];

	if ((text != NULL) + (initdata != NULL) + (policy != NULL) > 1)
		return err_set(e, ERR_ARGUMENT,
		    "give one of --host-data, --initdata and --agent-policy");
	id->has_host_data = text || initdata || policy;
	if (initdata || policy)
		return hash_host_data(initdata ? initdata : policy,
		    initdata != NULL, id, e);
	return read_hex(text, "host-data", id->host_data, sizeof(id->host_data),
	    e);
}

static int
read_keys(const char *const *v, struct snpid *id, struct err *e)
{
	if (read_key(v[SNPID_ID_KEY], "id-key", &id->id_key, &id->has_id_key,
		e) < 0 ||
	    read_key(v[SNPID_AUTHOR_KEY], "author-key", &id->author_key,
		&id->has_author_key, e) < 0) {
		snpid_release(id);
		return -1;
	}
	return 0;
}

int
snpid_read(const char *const *v, struct snpid *ret_id, struct err *e)
{
	static const enum snpid_option signed_only[] = { SNPID_AUTHOR_KEY,
		SNPID_FAMILY_ID, SNPID_IMAGE_ID, SNPID_GUEST_SVN };
	static const struct opt names[] = { SNPID_OPTIONS(0) };
	struct snpid id = { .block.policy = IDBLOCK_POLICY };
	uint64_t svn = 0;

	for (int i = 0; i < 4; i++)
		if (v[signed_only[i]] != NULL && v[SNPID_ID_KEY] == NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--%s without --id-key: nothing would hold it",
			    names[signed_only[i]].name);
	if (v[SNPID_POLICY] &&
	    str_u64(v[SNPID_POLICY], UINT64_MAX, &id.block.policy) < 0)
		return err_set(e, ERR_ARGUMENT, "--policy %s: not a number",
		    STR_QUOTED(v[SNPID_POLICY]));
	if (idblock_check_policy(id.block.policy, e) < 0)
		return -1;
	if (v[SNPID_GUEST_SVN] &&
	    str_u64(v[SNPID_GUEST_SVN], UINT32_MAX, &svn) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--guest-svn %s: not a number of 32 bits",
		    STR_QUOTED(v[SNPID_GUEST_SVN]));
	id.block.guest_svn = (uint32_t)svn;
	if (read_hex(v[SNPID_FAMILY_ID], "family-id", id.block.family_id,
		IDBLOCK_NAME_LEN, e) < 0 ||
	    read_hex(v[SNPID_IMAGE_ID], "image-id", id.block.image_id,
		IDBLOCK_NAME_LEN, e) < 0 ||
	    read_host_data(v, &id, e) < 0 || read_keys(v, &id, e) < 0)
		return -1;
	*ret_id = id;
	snpid_release(&id);
	return 0;
}

void
snpid_release(struct snpid *id)
{
	eckey_wipe(&id->id_key);
	eckey_wipe(&id->author_key);
}

void
snpid_sign(struct snpid *id, const uint8_t ld[GCTX_LD_LEN])
{
	memcpy(id->block.ld, ld, GCTX_LD_LEN);
	if (!id->has_id_key)
		return;
	idblock_write(&id->block, id->block_bytes);
	idauth_sign(id->block_bytes, &id->id_key,
	    id->has_author_key ? &id->author_key : NULL, id->auth_bytes);
}

static void
text_hex(struct buf *out, const char *label, const uint8_t *p, size_t len)
{
	char hex[HEX_SIZE(GCTX_LD_LEN)];

	hex_encode(p, len, hex);
	buf_printf(out, "  %-15s %s\n", label, hex);
}

static void
add_base64(struct buf *out, const uint8_t *p, size_t len)
{
	char *dst = (char *)buf_reserve(out, BASE64_SIZE(len));

	if (dst != NULL)
		buf_commit(out, base64_encode(BASE64_STANDARD, p, len, dst));
}

void
snpid_text(const struct snpid *id, struct buf *out)
{
	uint8_t digest[IDKEY_DIGEST_LEN];

	buf_printf(out, "  %-15s 0x%" PRIx64 "\n", "policy", id->block.policy);
	if (id->has_host_data)
		text_hex(out, "HOST_DATA", id->host_data,
		    sizeof(id->host_data));
	if (!id->has_id_key)
		return;
	text_hex(out, "family ID", id->block.family_id, IDBLOCK_NAME_LEN);
	text_hex(out, "image ID", id->block.image_id, IDBLOCK_NAME_LEN);
	buf_printf(out, "  %-15s %" PRIu32 "\n", "guest SVN",
	    id->block.guest_svn);
	idkey_digest(&id->id_key.pub, digest);
	text_hex(out, "ID key digest", digest, sizeof(digest));
	if (id->has_author_key) {
		idkey_digest(&id->author_key.pub, digest);
		text_hex(out, "author digest", digest, sizeof(digest));
	}
	buf_add_str(out, "\nFor QEMU's sev-snp-guest object:\nid-block=");
	add_base64(out, id->block_bytes, IDBLOCK_LEN);
	buf_add_str(out, "\nid-auth=");
	add_base64(out, id->auth_bytes, IDAUTH_LEN);
	buf_printf(out, "\nauthor-key-enabled=%s\npolicy=0x%" PRIx64 "\n",
	    id->has_author_key ? "on" : "off", id->block.policy);
	if (id->has_host_data) {
		buf_add_str(out, "host-data=");
		add_base64(out, id->host_data, sizeof(id->host_data));
		buf_add_str(out, "\n");
	}
}

static void
json_base64(struct json_out *j, const char *key, const uint8_t *p, size_t len,
    bool present)
{
	char text[BASE64_SIZE(IDAUTH_LEN)];

	base64_encode(BASE64_STANDARD, p, len, text);
	json_out_string(j, key, present ? text : NULL);
}

static void
json_digest(struct json_out *j, const char *key, const struct eckey *k,
    bool present)
{
	uint8_t digest[IDKEY_DIGEST_LEN];

	if (!present) {
		json_out_null(j, key);
		return;
	}
	idkey_digest(&k->pub, digest);
	json_out_hex(j, key, digest, sizeof(digest));
}

void
snpid_json(const struct snpid *id, const char *key, struct json_out *j)
{
	json_out_object(j, key);
	json_out_number(j, "policy", id->block.policy);
	if (id->has_host_data)
		json_out_hex(j, "host_data", id->host_data,
		    sizeof(id->host_data));
	else
		json_out_null(j, "host_data");
	json_out_hex(j, "family_id", id->block.family_id, IDBLOCK_NAME_LEN);
	json_out_hex(j, "image_id", id->block.image_id, IDBLOCK_NAME_LEN);
	json_out_number(j, "guest_svn", id->block.guest_svn);
	json_base64(j, "id_block", id->block_bytes, IDBLOCK_LEN,
	    id->has_id_key);
	json_base64(j, "id_auth", id->auth_bytes, IDAUTH_LEN, id->has_id_key);
	json_out_bool(j, "author_key_enabled", id->has_author_key);
	json_digest(j, "id_key_digest", &id->id_key, id->has_id_key);
	json_digest(j, "author_key_digest", &id->author_key,
	    id->has_author_key);
	json_out_end(j);
}
