#include <string.h>

#include <bearssl_rsa.h>

#include "measurements/format/der.h"
#include "measurements/format/rsapss.h"

static const uint8_t oid_mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1,
	8 };
/* Followed by 1, 2 or 3 for SHA-256, SHA-384, SHA-512. */
static const uint8_t oid_sha[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2 };

enum {
	MODULUS_MIN = 256,
	MODULUS_MAX = 512,
	EXPONENT_MAX = 8,
	TRAILER = 0xbc
};

/* An AlgorithmIdentifier of SHA-2. */
static bool
take_hash(struct span *s, enum sha2_algorithm *ret_hash)
{
	static const enum sha2_algorithm hashes[] = { SHA2_256, SHA2_384,
		SHA2_512 };
	struct span seq = der_take(s, DER_SEQUENCE);
	struct span oid = der_take(&seq, DER_OID);
	uint8_t last;

	if (span_bad(&seq) || span_len(&oid) != sizeof(oid_sha) + 1 ||
	    memcmp(oid.p, oid_sha, sizeof(oid_sha)) != 0)
		return false;
	last = oid.p[sizeof(oid_sha)];
	if (last < 1 || last > 3)
		return false;
	*ret_hash = hashes[last - 1];
	return true;
}

bool
rsapss_params(struct span params, struct rsapss *ret_p)
{
	struct span seq = der_take(&params, DER_SEQUENCE), part, mgf;
	enum sha2_algorithm mgf_hash;
	struct rsapss p = { .salt_len = 0 };

	part = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 0);
	if (!take_hash(&part, &p.hash))
		return false;
	part = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 1);
	mgf = der_take(&part, DER_SEQUENCE);
	if (!der_oid_is(der_take(&mgf, DER_OID), oid_mgf1, sizeof(oid_mgf1)) ||
	    !take_hash(&mgf, &mgf_hash) || mgf_hash != p.hash)
		return false;
	part = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 2);
	p.salt_len = der_take_small(&part, SHA2_LEN_MAX);
	if (span_bad(&part))
		return false;
	if (der_is(&seq, DER_CONTEXT_CONSTRUCTED + 3)) {
		part = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 3);
		if (der_take_small(&part, 1) != 1 || span_bad(&part))
			return false;
	}
	der_end(&seq);
	der_end(&params);
	*ret_p = p;
	return !span_bad(&seq) && !span_bad(&params);
}

/* XOR the mask that MGF1 makes of the seed (RFC 8017, B.2.1) onto len bytes. */
static void
mgf1_xor(enum sha2_algorithm alg, const uint8_t *seed, uint8_t *p, size_t len)
{
	uint8_t block[SHA2_LEN_MAX];
	struct sha2 h;

	for (size_t at = 0; at < len; at += sha2_len(alg)) {
		uint8_t counter[4] = { 0 };

		counter[3] = (uint8_t)(at / sha2_len(alg));
		sha2_init(&h, alg);
		sha2_update(&h, seed, sha2_len(alg));
		sha2_update(&h, counter, sizeof(counter));
		sha2_final(&h, block);
		for (size_t i = 0; i < sha2_len(alg) && at + i < len; i++)
			p[at + i] ^= block[i];
	}
}

/*
 * EMSA-PSS-VERIFY (RFC 8017, 9.1.2) of the len bytes at em. The modulus uses
 * all bits of its first byte, so emBits is 8 * len - 1.
 */
static bool
check_encoding(const struct rsapss *p, const uint8_t *digest, uint8_t *em,
    size_t len)
{
	static const uint8_t zeros[8];
	size_t hash_len = sha2_len(p->hash), db_len, pad;
	uint8_t *h, expected[SHA2_LEN_MAX];
	struct sha2 ctx;

	if (len < hash_len + p->salt_len + 2 || em[len - 1] != TRAILER ||
	    (em[0] & 0x80) != 0)
		return false;
	db_len = len - hash_len - 1;
	pad = db_len - p->salt_len - 1;
	h = em + db_len;
	mgf1_xor(p->hash, h, em, db_len);
	em[0] &= 0x7f;
	for (size_t i = 0; i < pad; i++)
		if (em[i] != 0)
			return false;
	if (em[pad] != 1)
		return false;
	sha2_init(&ctx, p->hash);
	sha2_update(&ctx, zeros, sizeof(zeros));
	sha2_update(&ctx, digest, hash_len);
	sha2_update(&ctx, em + pad + 1, p->salt_len);
	sha2_final(&ctx, expected);
	return memcmp(expected, h, hash_len) == 0;
}

bool
rsapss_verify(const struct rsapss *p, struct span n, struct span e,
    struct span data, struct span sig)
{
	uint8_t modulus[MODULUS_MAX], exponent[EXPONENT_MAX], em[MODULUS_MAX];
	uint8_t digest[SHA2_LEN_MAX];
	size_t len = span_len(&n);
	br_rsa_public_key pk = { .n = modulus,
		.nlen = len,
		.e = exponent,
		.elen = span_len(&e) };

	if (len < MODULUS_MIN || len > MODULUS_MAX || n.p[0] < 0x80 ||
	    pk.elen == 0 || pk.elen > sizeof(exponent) || span_len(&sig) != len)
		return false;
	memcpy(modulus, n.p, len);
	memcpy(exponent, e.p, pk.elen);
	memcpy(em, sig.p, len);
	sha2_digest(p->hash, data.p, span_len(&data), digest);
	return br_rsa_i31_public(em, len, &pk) == 1 &&
	       check_encoding(p, digest, em, len);
}
