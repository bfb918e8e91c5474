#include <string.h>

#include <bearssl_ec.h>
#include <bearssl_rsa.h>

#include "measurements/verify/der.h"
#include "measurements/verify/sig.h"

/* OIDs as DER has them. */
static const uint8_t oid_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01, 0x01 };
static const uint8_t oid_pss[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01, 0x0a };
static const uint8_t oid_mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01, 0x08 };
static const uint8_t oid_ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
	0x07 };
static const uint8_t oid_p384[] = { 0x2b, 0x81, 0x04, 0x00, 0x22 };
/* Followed by the hash: 11, 12, 13. */
static const uint8_t oid_rsa_sha[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01 };
/* Followed by the hash: 2, 3, 4. */
static const uint8_t oid_ecdsa_sha[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04,
	0x03 };
/* Followed by the hash: 1, 2, 3. */
static const uint8_t oid_sha[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
	0x02 };

#define OID_IS(s, oid) span_equals(&(s), oid, sizeof(oid))

int
sig_key_rsa(struct span n, struct span exponent, struct sig_key *ret_key,
    struct err *e)
{
	size_t bits;

	while (span_len(&n) > 0 && n.p[0] == 0)
		n.p++;
	while (span_len(&exponent) > 0 && exponent.p[0] == 0)
		exponent.p++;
	bits = 8 * span_len(&n);
	if (bits < SIG_RSA_MIN || bits > SIG_RSA_MAX || n.p[0] < 0x80 ||
	    (n.end[-1] & 1) == 0 || span_len(&exponent) < 1 ||
	    span_len(&exponent) > 4 || (exponent.end[-1] & 1) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "an RSA key of %zu bits with an exponent of %zu bytes",
		    bits, span_len(&exponent));
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->kind = SIG_KEY_RSA;
	ret_key->n = n;
	ret_key->exponent = exponent;
	return 0;
}

static size_t
field_len(enum sig_key_kind kind)
{
	return kind == SIG_KEY_P256 ? 32 : 48;
}

int
sig_key_ec(enum sig_key_kind kind, const void *p, size_t len,
    struct sig_key *ret_key, struct err *e)
{
	if (len != 2 * field_len(kind))
		return err_set(e, ERR_SYNTAX, "a public key of %zu bytes", len);
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->kind = kind;
	ret_key->point[0] = 4;
	memcpy(ret_key->point + 1, p, len);
	ret_key->point_len = 1 + len;
	return 0;
}

int
sig_key_spki(struct span spki, struct sig_key *ret_key, struct err *e)
{
	struct span s = der_take(&spki, DER_SEQUENCE);
	struct span alg = der_take(&s, DER_SEQUENCE);
	struct span oid = der_take(&alg, DER_OID);
	struct span bits = der_take_bits(&s), curve, n, exponent;

	der_end(&s);
	if (span_bad(&s) || span_bad(&alg))
		return err_set(e, ERR_SYNTAX, "a public key that is not one");
	if (OID_IS(oid, oid_rsa)) {
		struct span k = der_take(&bits, DER_SEQUENCE);

		n = der_take_integer(&k);
		exponent = der_take_integer(&k);
		der_end(&k);
		if (span_bad(&k))
			return err_set(e, ERR_SYNTAX, "a malformed RSA key");
		return sig_key_rsa(n, exponent, ret_key, e);
	}
	curve = der_take(&alg, DER_OID);
	if (OID_IS(oid, oid_ec) && span_len(&bits) > 0 && bits.p[0] == 4 &&
	    (OID_IS(curve, oid_p256) || OID_IS(curve, oid_p384)))
		return sig_key_ec(OID_IS(curve, oid_p256) ? SIG_KEY_P256
							  : SIG_KEY_P384,
		    bits.p + 1, span_len(&bits) - 1, ret_key, e);
	return err_set(e, ERR_UNSUPPORTED,
	    "a public key that is not RSA, P-256 or P-384");
}

/* An OID that is prefix and one more byte: that byte, less first; or -1. */
static int
last_arc(struct span oid, const uint8_t *prefix, size_t len, int first)
{
	int v;

	if (span_len(&oid) != len + 1 || memcmp(oid.p, prefix, len) != 0)
		return -1;
	v = oid.p[len] - first;
	return v >= 0 && v <= 2 ? v : -1;
}

static const enum sha2_algorithm hashes[] = { SHA2_256, SHA2_384, SHA2_512 };

/* RSASSA-PSS-params (RFC 4055, 3.1): SHA-2 twice, the same. */
static bool
parse_pss(struct span params, struct sig_scheme *s)
{
	struct span p = der_take(&params, DER_SEQUENCE);
	struct span outer = der_take(&p, DER_CONTEXT + 0);
	struct span hash = der_take(&outer, DER_SEQUENCE);
	struct span mgf, mgf_hash, salt, trailer;
	int alg, mgf_alg;

	alg = last_arc(der_take(&hash, DER_OID), oid_sha, sizeof(oid_sha), 1);
	outer = der_take(&p, DER_CONTEXT + 1);
	mgf = der_take(&outer, DER_SEQUENCE);
	outer = der_take(&mgf, DER_OID);
	if (!OID_IS(outer, oid_mgf1))
		return false;
	mgf_hash = der_take(&mgf, DER_SEQUENCE);
	mgf_alg =
	    last_arc(der_take(&mgf_hash, DER_OID), oid_sha, sizeof(oid_sha), 1);
	salt = der_take(&p, DER_CONTEXT + 2);
	s->salt_len = der_take_u31(&salt);
	if (der_peek(&p) == DER_CONTEXT + 3) {
		trailer = der_take(&p, DER_CONTEXT + 3);
		if (der_take_u31(&trailer) != 1)
			return false;
	}
	der_end(&p);
	if (alg < 0 || alg != mgf_alg || span_bad(&p) || span_bad(&salt) ||
	    s->salt_len > SHA2_LEN_MAX)
		return false;
	s->form = SIG_RSA_PSS;
	s->hash = hashes[alg];
	return true;
}

int
sig_scheme_parse(struct span algorithm, struct sig_scheme *ret_s, struct err *e)
{
	struct span oid = der_take(&algorithm, DER_OID);
	struct sig_scheme s = { .salt_len = 0 };
	int hash;

	if (OID_IS(oid, oid_pss) && parse_pss(algorithm, &s)) {
		*ret_s = s;
		return 0;
	}
	s.form = SIG_ECDSA_DER;
	hash = last_arc(oid, oid_ecdsa_sha, sizeof(oid_ecdsa_sha), 2);
	if (hash < 0) {
		s.form = SIG_RSA_PKCS1;
		hash = last_arc(oid, oid_rsa_sha, sizeof(oid_rsa_sha), 11);
	}
	if (hash < 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "a signature algorithm other than RSA or ECDSA with SHA-2");
	s.hash = hashes[hash];
	*ret_s = s;
	return 0;
}

static bool
verify_ec(const struct sig_key *key, enum sig_form form, const uint8_t *digest,
    size_t digest_len, struct span sig)
{
	br_ec_public_key k = {
		.curve = key->kind == SIG_KEY_P256 ? BR_EC_secp256r1
						   : BR_EC_secp384r1,
		.q = (unsigned char *)key->point,
		.qlen = key->point_len,
	};

	if (form == SIG_ECDSA_RAW)
		return span_len(&sig) == 2 * field_len(key->kind) &&
		       br_ecdsa_i31_vrfy_raw(&br_ec_prime_i31, digest,
			   digest_len, &k, sig.p, span_len(&sig)) == 1;
	return br_ecdsa_i31_vrfy_asn1(&br_ec_prime_i31, digest, digest_len, &k,
		   sig.p, span_len(&sig)) == 1;
}

/* XOR the mask that MGF1 makes of the seed (RFC 8017, B.2.1) onto len bytes. */
static void
mgf1_xor(enum sha2_algorithm alg, const uint8_t *seed, size_t seed_len,
    uint8_t *p, size_t len)
{
	uint8_t block[SHA2_LEN_MAX];
	struct sha2 h;

	for (size_t at = 0; at < len; at += sha2_len(alg)) {
		size_t n = at / sha2_len(alg);
		uint8_t counter[4] = { 0, 0, (uint8_t)(n >> 8), (uint8_t)n };

		sha2_init(&h, alg);
		sha2_update(&h, seed, seed_len);
		sha2_update(&h, counter, sizeof(counter));
		sha2_final(&h, block);
		for (size_t i = 0; i < sha2_len(alg) && at + i < len; i++)
			p[at + i] ^= block[i];
	}
}

/* EMSA-PSS-VERIFY (RFC 8017, 9.1.2) of the len bytes at em, whose modulus has
 * all bits of its first byte, so emBits is 8 len - 1. */
static bool
verify_pss(const struct sig_scheme *s, const uint8_t *digest, uint8_t *em,
    size_t len)
{
	static const uint8_t zeros[8];
	size_t hash_len = sha2_len(s->hash), db_len, pad;
	uint8_t *h, expected[SHA2_LEN_MAX];
	struct sha2 ctx;

	if (len < hash_len + s->salt_len + 2 || em[len - 1] != 0xbc ||
	    (em[0] & 0x80) != 0)
		return false;
	db_len = len - hash_len - 1;
	pad = db_len - s->salt_len - 1;
	h = em + db_len;
	mgf1_xor(s->hash, h, hash_len, em, db_len);
	em[0] &= 0x7f;
	for (size_t i = 0; i < pad; i++)
		if (em[i] != 0)
			return false;
	if (em[pad] != 1)
		return false;
	sha2_init(&ctx, s->hash);
	sha2_update(&ctx, zeros, sizeof(zeros));
	sha2_update(&ctx, digest, hash_len);
	sha2_update(&ctx, em + pad + 1, s->salt_len);
	sha2_final(&ctx, expected);
	return memcmp(expected, h, hash_len) == 0;
}

static const unsigned char *
pkcs1_oid(enum sha2_algorithm alg)
{
	return alg == SHA2_256   ? BR_HASH_OID_SHA256
	       : alg == SHA2_384 ? BR_HASH_OID_SHA384
				 : BR_HASH_OID_SHA512;
}

static bool
verify_rsa(const struct sig_key *key, const struct sig_scheme *s,
    const uint8_t *digest, struct span sig)
{
	uint8_t em[SIG_RSA_MAX / 8], got[SHA2_LEN_MAX];
	size_t len = span_len(&key->n);
	br_rsa_public_key k = {
		.n = (unsigned char *)key->n.p,
		.nlen = len,
		.e = (unsigned char *)key->exponent.p,
		.elen = span_len(&key->exponent),
	};

	if (span_len(&sig) != len || len > sizeof(em))
		return false;
	if (s->form == SIG_RSA_PKCS1)
		return br_rsa_i31_pkcs1_vrfy(sig.p, len, pkcs1_oid(s->hash),
			   sha2_len(s->hash), &k, got) == 1 &&
		       memcmp(got, digest, sha2_len(s->hash)) == 0;
	memcpy(em, sig.p, len);
	return br_rsa_i31_public(em, len, &k) == 1 &&
	       verify_pss(s, digest, em, len);
}

bool
sig_verify(const struct sig_key *key, const struct sig_scheme *s,
    struct span data, struct span sig)
{
	bool ec = s->form == SIG_ECDSA_DER || s->form == SIG_ECDSA_RAW;
	uint8_t digest[SHA2_LEN_MAX];

	if (ec != (key->kind != SIG_KEY_RSA) || span_bad(&sig) ||
	    span_len(&sig) == 0)
		return false;
	sha2_digest(s->hash, data.p, span_len(&data), digest);
	if (ec)
		return verify_ec(key, s->form, digest, sha2_len(s->hash), sig);
	return verify_rsa(key, s, digest, sig);
}
