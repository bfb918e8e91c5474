#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "measurements/format/le.h"
#include "measurements/sev/idblock.h"

enum {
	VERSION = 1,
	ALGO_ECDSA_P384_SHA384 = 1,
	CURVE_P384 = 2,
	FIELD_LEN = 72, /* little-endian numbers, filled with zeros */
	P384_LEN = 48,
	/* offsets of the ID block */
	FAMILY_ID = 0x30,
	IMAGE_ID = 0x40,
	BLOCK_VERSION = 0x50,
	GUEST_SVN = 0x54,
	POLICY = 0x58,
	/* offsets of the ID auth structure */
	AUTH_KEY_ALGO = 4,
	BLOCK_SIG = 0x40,
	ID_KEY = 0x240,
	ID_KEY_SIG = 0x680,
	AUTHOR_KEY = 0x880,
	SIG_LEN = 0x200
};

#define POLICY_MUST_BE_ONE (1ULL << 17)
#define POLICY_KNOWN ((1ULL << 26) - 1)

int
idblock_check_policy(uint64_t policy, struct err *e)
{
	if ((policy & POLICY_MUST_BE_ONE) == 0)
		return err_set(e, ERR_ARGUMENT,
		    "policy 0x%" PRIx64 ": bit 17 must be set", policy);
	if ((policy & ~POLICY_KNOWN) != 0)
		return err_set(e, ERR_ARGUMENT,
		    "policy 0x%" PRIx64 ": bits 26 to 63 are reserved", policy);
	return 0;
}

void
idblock_write(const struct idblock *b, uint8_t ret_block[IDBLOCK_LEN])
{
	memcpy(ret_block, b->ld, sizeof(b->ld));
	memcpy(ret_block + FAMILY_ID, b->family_id, sizeof(b->family_id));
	memcpy(ret_block + IMAGE_ID, b->image_id, sizeof(b->image_id));
	le_put32(ret_block + BLOCK_VERSION, VERSION);
	le_put32(ret_block + GUEST_SVN, b->guest_svn);
	le_put64(ret_block + POLICY, b->policy);
}

int
idblock_read(const void *p, size_t len, struct idblock *ret_b, struct err *e)
{
	struct span s = span_of(p, len);
	struct idblock b;
	uint32_t version;

	if (len != IDBLOCK_LEN)
		return err_set(e, ERR_SYNTAX, "ID block of %zu bytes, not %d",
		    len, IDBLOCK_LEN);
	span_copy(&s, b.ld, sizeof(b.ld));
	span_copy(&s, b.family_id, sizeof(b.family_id));
	span_copy(&s, b.image_id, sizeof(b.image_id));
	version = span_le32(&s);
	b.guest_svn = span_le32(&s);
	b.policy = span_le64(&s);
	if (version != VERSION)
		return err_set(e, ERR_SYNTAX,
		    "ID block: version %" PRIu32 " at offset 0x%x, not %d",
		    version, BLOCK_VERSION, VERSION);
	*ret_b = b;
	return 0;
}

/* A big-endian number of P-384 as a field, and back. */
static void
put_field(uint8_t *dst, const uint8_t *number)
{
	memset(dst, 0, FIELD_LEN);
	for (int i = 0; i < P384_LEN; i++)
		dst[i] = number[P384_LEN - 1 - i];
}

static bool
get_field(const uint8_t *src, uint8_t *ret_number)
{
	uint8_t rest = 0;

	for (int i = 0; i < P384_LEN; i++)
		ret_number[P384_LEN - 1 - i] = src[i];
	for (int i = P384_LEN; i < FIELD_LEN; i++)
		rest |= src[i];
	return rest == 0;
}

static bool
all_zero(const uint8_t *p, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= p[i];
	return any == 0;
}

void
idkey_write(const struct ecpoint *pub, uint8_t ret_key[IDKEY_LEN])
{
	memset(ret_key, 0, IDKEY_LEN);
	le_put32(ret_key, CURVE_P384);
	put_field(ret_key + 4, pub->p + 1);
	put_field(ret_key + 4 + FIELD_LEN, pub->p + 1 + P384_LEN);
}

void
idkey_digest(const struct ecpoint *pub, uint8_t ret_digest[IDKEY_DIGEST_LEN])
{
	uint8_t key[IDKEY_LEN];

	idkey_write(pub, key);
	sha2_digest(SHA2_384, key, sizeof(key), ret_digest);
}

static void
sign(const struct eckey *k, const uint8_t *p, size_t len, uint8_t *ret_sig)
{
	uint8_t sig[ECKEY_SIG_MAX];

	eckey_sign(k, SHA2_384, p, len, sig);
	put_field(ret_sig, sig);
	put_field(ret_sig + FIELD_LEN, sig + P384_LEN);
}

void
idauth_sign(const uint8_t block[IDBLOCK_LEN], const struct eckey *id_key,
    const struct eckey *author_key, uint8_t ret_auth[IDAUTH_LEN])
{
	memset(ret_auth, 0, IDAUTH_LEN);
	le_put32(ret_auth, ALGO_ECDSA_P384_SHA384);
	sign(id_key, block, IDBLOCK_LEN, ret_auth + BLOCK_SIG);
	idkey_write(&id_key->pub, ret_auth + ID_KEY);
	if (author_key == NULL)
		return;
	le_put32(ret_auth + AUTH_KEY_ALGO, ALGO_ECDSA_P384_SHA384);
	sign(author_key, ret_auth + ID_KEY, IDKEY_LEN, ret_auth + ID_KEY_SIG);
	idkey_write(&author_key->pub, ret_auth + AUTHOR_KEY);
}

static int
read_key(const uint8_t *auth, size_t offset, const char *name,
    struct ecpoint *ret_pt, struct err *e)
{
	struct span s = span_of(auth + offset, IDKEY_LEN);
	uint8_t point[2 * P384_LEN + 1] = { 4 };
	uint32_t curve = span_le32(&s);

	if (curve != CURVE_P384)
		return err_set(e, ERR_SYNTAX,
		    "ID auth: %s at offset 0x%zx: curve %" PRIu32
		    ", not %d (P-384)",
		    name, offset, curve, CURVE_P384);
	if (!get_field(s.p, point + 1) ||
	    !get_field(s.p + FIELD_LEN, point + 1 + P384_LEN) ||
	    !all_zero(s.p + 2 * FIELD_LEN, IDKEY_LEN - 4 - 2 * FIELD_LEN))
		return err_set(e, ERR_SYNTAX,
		    "ID auth: %s at offset 0x%zx: reserved bytes are set", name,
		    offset);
	if (ecpoint_parse(ECKEY_P384, point, sizeof(point), ret_pt, e) < 0)
		return err_wrap(e, "ID auth: %s at offset 0x%zx", name, offset);
	return 0;
}

static int
check_sig(const uint8_t *auth, size_t offset, const char *name,
    const struct ecpoint *pt, const uint8_t *p, size_t len, struct err *e)
{
	uint8_t sig[2 * P384_LEN];

	if (!get_field(auth + offset, sig) ||
	    !get_field(auth + offset + FIELD_LEN, sig + P384_LEN) ||
	    !all_zero(auth + offset + 2 * FIELD_LEN, SIG_LEN - 2 * FIELD_LEN))
		return err_set(e, ERR_SYNTAX,
		    "ID auth: %s at offset 0x%zx: reserved bytes are set", name,
		    offset);
	if (!ecpoint_verify(pt, SHA2_384, p, len, sig))
		return err_set(e, ERR_DENIED,
		    "ID auth: %s at offset 0x%zx is not right", name, offset);
	return 0;
}

static int
check_reserved(const uint8_t *auth, size_t offset, size_t end, struct err *e)
{
	if (all_zero(auth + offset, end - offset))
		return 0;
	return err_set(e, ERR_SYNTAX,
	    "ID auth: reserved bytes are set in 0x%zx to 0x%zx", offset, end);
}

int
idauth_verify(const uint8_t block[IDBLOCK_LEN], const void *p, size_t len,
    struct idauth *ret_a, struct err *e)
{
	const uint8_t *auth = p;
	struct span s = span_of(p, len);
	struct idauth a = { .has_author = false };
	struct ecpoint id_key, author_key;
	uint32_t id_algo = span_le32(&s), author_algo = span_le32(&s);

	if (len != IDAUTH_LEN)
		return err_set(e, ERR_SYNTAX, "ID auth of %zu bytes, not %d",
		    len, IDAUTH_LEN);
	a.has_author = author_algo != 0 ||
		       !all_zero(auth + ID_KEY_SIG, SIG_LEN + IDKEY_LEN);
	if (id_algo != ALGO_ECDSA_P384_SHA384 ||
	    (a.has_author && author_algo != ALGO_ECDSA_P384_SHA384))
		return err_set(e, ERR_SYNTAX,
		    "ID auth: key algorithms %" PRIu32 ", %" PRIu32
		    " at offset 0, not %d (ECDSA P-384 with SHA-384)",
		    id_algo, author_algo, ALGO_ECDSA_P384_SHA384);
	if (check_reserved(auth, 8, BLOCK_SIG, e) < 0 ||
	    check_reserved(auth, ID_KEY + IDKEY_LEN, ID_KEY_SIG, e) < 0 ||
	    check_reserved(auth, AUTHOR_KEY + IDKEY_LEN, IDAUTH_LEN, e) < 0 ||
	    read_key(auth, ID_KEY, "ID key", &id_key, e) < 0 ||
	    check_sig(auth, BLOCK_SIG, "signature of the ID block", &id_key,
		block, IDBLOCK_LEN, e) < 0)
		return -1;
	idkey_digest(&id_key, a.id_key_digest);
	if (a.has_author) {
		if (read_key(auth, AUTHOR_KEY, "author key", &author_key, e) <
			0 ||
		    check_sig(auth, ID_KEY_SIG, "signature of the ID key",
			&author_key, auth + ID_KEY, IDKEY_LEN, e) < 0)
			return -1;
		idkey_digest(&author_key, a.author_key_digest);
	}
	*ret_a = a;
	return 0;
}
