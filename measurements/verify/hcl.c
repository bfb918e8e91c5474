#include <string.h>

#include "base/str.h"
#include "measurements/out/json_in.h"
#include "measurements/verify/hcl.h"

static const char magic[4] = { 'H', 'C', 'L', 'A' };

enum {
	HEADER_LEN = 32,
	HASH_SHA256 = 1,
	DATA_HEADER_LEN = 20
};

bool
hcl_is(struct span s)
{
	struct span m = span_take(&s, sizeof(magic));

	return span_equals(&m, magic, sizeof(magic));
}

static const cJSON *
find_ak(const cJSON *json)
{
	const cJSON *key;

	cJSON_ArrayForEach(key, json_in_get(json, "keys"))
	{
		const char *kid = json_in_string(key, "kid");

		if (kid != NULL && str_eq(kid, "HCLAkPub"))
			return key;
	}
	return NULL;
}

/* A JSON Web Key (RFC 7518, 6.3.1). */
static int
read_jwk(const cJSON *jwk, struct arena *a, struct x509_key *ret_key,
    struct err *e)
{
	struct x509_key k = { .type = X509_KEY_RSA };

	k.n = json_in_base64(json_in_string(jwk, "n"), BASE64_URL, a);
	k.e = json_in_base64(json_in_string(jwk, "e"), BASE64_URL, a);
	k.oid = k.point = span_of(NULL, 0);
	if (span_bad(&k.n) || span_bad(&k.e))
		return err_set(e, ERR_SYNTAX, "HCL report: a malformed key");
	*ret_key = k;
	return 0;
}

static int
read_runtime(struct hcl *h, struct arena *a, struct err *e)
{
	const cJSON *ak;
	const char *kty, *user;
	cJSON *json;
	int rc = -1;

	if (json_in_parse(h->runtime_data.p, span_len(&h->runtime_data), &json,
		e) < 0)
		return err_wrap(e, "HCL report: runtime data");
	ak = find_ak(json);
	kty = json_in_string(ak, "kty");
	user = json_in_string(json, "user-data");
	h->user_data = user ? json_in_hex(user, a) : span_of(NULL, 0);
	if (kty == NULL || !str_eq(kty, "RSA") || span_bad(&h->user_data))
		err_set(e, ERR_SYNTAX,
		    "HCL report: runtime data without an RSA key 'HCLAkPub', "
		    "or with user data that is not hexadecimal");
	else
		rc = read_jwk(ak, a, &h->ak, e);
	cJSON_Delete(json);
	return rc;
}

int
hcl_parse(struct span s, struct arena *a, struct hcl *ret_h, struct err *e)
{
	struct hcl h;
	uint32_t size, hash;

	memset(&h, 0, sizeof(h));
	if (!hcl_is(s))
		return err_set(e, ERR_SYNTAX, "HCL report: not one");
	span_skip(&s, HEADER_LEN);
	h.hw = span_take(&s, HCL_HW_LEN);
	size = span_le32(&s);
	span_skip(&s, 4); /* version */
	h.type = span_le32(&s);
	hash = span_le32(&s);
	h.runtime_data = span_take(&s, span_le32(&s));
	if (span_bad(&s) || size != DATA_HEADER_LEN + span_len(&h.runtime_data))
		return err_set(e, ERR_SYNTAX,
		    "HCL report: too short, or of two sizes");
	if ((h.type != HCL_SNP && h.type != HCL_TDX) || hash != HASH_SHA256)
		return err_set(e, ERR_UNSUPPORTED,
		    "HCL report: of the type %u with the hash %u", h.type,
		    hash);
	for (; s.p < s.end; s.p++)
		if (*s.p != 0)
			return err_set(e, ERR_SYNTAX,
			    "HCL report: something behind its runtime data");
	sha2_digest(SHA2_256, h.runtime_data.p, span_len(&h.runtime_data),
	    h.runtime_sha256);
	if (read_runtime(&h, a, e) < 0)
		return -1;
	*ret_h = h;
	return 0;
}

bool
hcl_is_bound(const struct hcl *h, const uint8_t report_data[static 64])
{
	for (int i = SHA2_256_LEN; i < 64; i++)
		if (report_data[i] != 0)
			return false;
	return memcmp(report_data, h->runtime_sha256, SHA2_256_LEN) == 0;
}
