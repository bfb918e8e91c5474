#include <string.h>

#include <bearssl.h>

#include "measurements/format/der.h"
#include "measurements/format/x509.h"

enum {
	RSA_MAX = 1024, /* bytes of a modulus */
	PSS_TRAILER = 0xbc
};

static const uint8_t oid_pss[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1,
	10 };
static const uint8_t oid_mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1,
	8 };
/* id-sha256 and its like, but for the last byte: 1, 2, 3 */
static const uint8_t oid_sha2[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2 };

static const struct {
	uint8_t oid[9];
	size_t oid_len;
	bool rsa;
	enum sha2_algorithm hash;
} algorithms[] = {
	{ { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11 }, 9, true, SHA2_256 },
	{ { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12 }, 9, true, SHA2_384 },
	{ { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13 }, 9, true, SHA2_512 },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2 }, 8, false, SHA2_256 },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3 }, 8, false, SHA2_384 },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4 }, 8, false, SHA2_512 },
};

enum {
	N_ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0])
};

static const unsigned char *const rsa_oids[] = {
	[SHA2_256] = BR_HASH_OID_SHA256,
	[SHA2_384] = BR_HASH_OID_SHA384,
	[SHA2_512] = BR_HASH_OID_SHA512,
};

/* A public key in BearSSL's form, with room for its numbers. */
struct rsa {
	uint8_t n[RSA_MAX], e[8];
	br_rsa_public_key pk;
};

/* False when the key is too small or too large, or the signature's length is
 * another. */
static bool
rsa_init(struct rsa *r, const struct x509_key *key, const struct span *sig)
{
	size_t n_len = span_len(&key->n), e_len = span_len(&key->e);

	if (n_len < X509_RSA_MIN || n_len > RSA_MAX || e_len > sizeof(r->e) ||
	    span_len(sig) != n_len)
		return false;
	memcpy(r->n, key->n.p, n_len);
	memcpy(r->e, key->e.p, e_len);
	r->pk = (br_rsa_public_key){ r->n, n_len, r->e, e_len };
	return true;
}

static bool
verify_rsa(const struct x509_signed *s, const struct x509_key *key,
    enum sha2_algorithm hash)
{
	uint8_t wanted[SHA2_LEN_MAX], found[SHA2_LEN_MAX];
	struct rsa r;

	if (!rsa_init(&r, key, &s->sig))
		return false;
	sha2_digest(hash, s->tbs.p, span_len(&s->tbs), wanted);
	return br_rsa_i31_pkcs1_vrfy(s->sig.p, span_len(&s->sig),
		   rsa_oids[hash], sha2_len(hash), &r.pk, found) == 1 &&
	       memcmp(wanted, found, sha2_len(hash)) == 0;
}

static bool
take_hash(struct span *s, enum sha2_algorithm *ret_hash)
{
	struct span seq = der_take(s, DER_SEQUENCE);
	struct span oid = der_take(&seq, DER_OID);
	size_t n = sizeof(oid_sha2);

	if (span_bad(&seq) || span_len(&oid) != n + 1 ||
	    memcmp(oid.p, oid_sha2, n) != 0 || oid.p[n] < 1 || oid.p[n] > 3)
		return false;
	*ret_hash = (enum sha2_algorithm)(SHA2_256 + oid.p[n] - 1);
	return true;
}

/*
 * RSASSA-PSS-params (RFC 4055, 3.1): one hash for both uses, and a salt as long
 * as it; what everybody signs with.
 */
static bool
read_pss(struct span s, enum sha2_algorithm *ret_hash)
{
	struct span seq = der_take(&s, DER_SEQUENCE), v, mgf, oid;
	enum sha2_algorithm hash, mgf_hash;

	v = der_take(&seq, DER_CONTEXT_CONSTRUCTED);
	if (!take_hash(&v, &hash))
		return false;
	v = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 1);
	mgf = der_take(&v, DER_SEQUENCE);
	oid = der_take(&mgf, DER_OID);
	if (!der_oid_is(oid, oid_mgf1, sizeof(oid_mgf1)) ||
	    !take_hash(&mgf, &mgf_hash) || mgf_hash != hash)
		return false;
	v = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 2);
	if (der_take_small(&v, SHA2_LEN_MAX) != sha2_len(hash) || span_bad(&v))
		return false;
	/* The trailer field may be spelled out; it is 1. */
	if (der_is(&seq, DER_CONTEXT_CONSTRUCTED + 3)) {
		v = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 3);
		if (der_take_small(&v, 1) != 1)
			return false;
	}
	der_end(&seq);
	*ret_hash = hash;
	return !span_bad(&seq) && !span_bad(&s);
}

/* MGF1 (RFC 8017, B.2.1), added to the len bytes at p. */
static void
mgf1_add(enum sha2_algorithm hash, const uint8_t *seed, uint8_t *p, size_t len)
{
	size_t h_len = sha2_len(hash);
	uint8_t counter[4] = { 0 }, block[SHA2_LEN_MAX];
	struct sha2 h;

	for (size_t at = 0; at < len; at += h_len, counter[3]++) {
		sha2_init(&h, hash);
		sha2_update(&h, seed, h_len);
		sha2_update(&h, counter, sizeof(counter));
		sha2_final(&h, block);
		for (size_t i = 0; i < h_len && at + i < len; i++)
			p[at + i] ^= block[i];
	}
}

/* EMSA-PSS-VERIFY (RFC 8017, 9.1.2); the modulus has whole bytes of bits. */
static bool
verify_pss(const struct x509_signed *s, const struct x509_key *key,
    enum sha2_algorithm hash)
{
	static const uint8_t zero[8];
	uint8_t em[RSA_MAX], digest[SHA2_LEN_MAX], again[SHA2_LEN_MAX];
	size_t h_len = sha2_len(hash), len, db_len;
	struct sha2 h;
	struct rsa r;

	if (!rsa_init(&r, key, &s->sig) || (r.n[0] & 0x80) == 0)
		return false;
	len = r.pk.nlen;
	memcpy(em, s->sig.p, len);
	if (br_rsa_i31_public(em, len, &r.pk) != 1 ||
	    em[len - 1] != PSS_TRAILER || (em[0] & 0x80) != 0)
		return false;
	db_len = len - h_len - 1;
	mgf1_add(hash, em + db_len, em, db_len);
	em[0] &= 0x7f;
	for (size_t i = 0; i < db_len - h_len - 1; i++)
		if (em[i] != 0)
			return false;
	if (em[db_len - h_len - 1] != 1)
		return false;
	sha2_digest(hash, s->tbs.p, span_len(&s->tbs), digest);
	sha2_init(&h, hash);
	sha2_update(&h, zero, sizeof(zero));
	sha2_update(&h, digest, h_len);
	sha2_update(&h, em + db_len - h_len, h_len);
	sha2_final(&h, again);
	return memcmp(again, em + db_len, h_len) == 0;
}

/* A signature's number as len bytes, most significant first. */
static bool
take_number(struct span *s, uint8_t *ret_number, size_t len)
{
	struct span v = der_take_unsigned(s);
	size_t n = span_len(&v);

	if (span_bad(s) || n > len)
		return false;
	memset(ret_number, 0, len);
	span_copy(&v, ret_number + len - n, n);
	return true;
}

static bool
verify_ec(const struct x509_signed *s, const struct x509_key *key,
    enum sha2_algorithm hash)
{
	struct span sig = s->sig, seq = der_take(&sig, DER_SEQUENCE);
	uint8_t raw[ECKEY_SIG_MAX];
	enum eckey_curve c;
	struct ecpoint pt;
	struct err ignored;
	size_t len;

	if (eckey_curve_of_oid(key->oid, &c, &ignored) < 0 ||
	    ecpoint_parse(c, key->point.p, span_len(&key->point), &pt,
		&ignored) < 0)
		return false;
	len = eckey_len(c);
	if (!take_number(&seq, raw, len) || !take_number(&seq, raw + len, len))
		return false;
	der_end(&seq);
	der_end(&sig);
	return !span_bad(&seq) && !span_bad(&sig) &&
	       ecpoint_verify(&pt, hash, s->tbs.p, span_len(&s->tbs), raw);
}

int
x509_verify(const struct x509_signed *s, const struct x509_key *key,
    struct err *e)
{
	struct span inner = s->alg, seq = der_take(&inner, DER_SEQUENCE);
	struct span oid = der_take(&seq, DER_OID);
	enum sha2_algorithm hash;
	char text[DER_OID_TEXT];

	if (der_oid_is(oid, oid_pss, sizeof(oid_pss))) {
		if (!read_pss(seq, &hash))
			return err_set(e, ERR_UNSUPPORTED,
			    "RSA-PSS with other parameters than SHA-2 and a "
			    "salt of its length");
		return key->type == X509_KEY_RSA && verify_pss(s, key, hash)
			   ? 0
			   : err_set(e, ERR_DENIED,
				 "the signature is not right");
	}
	for (int i = 0; i < N_ALGORITHMS; i++) {
		bool right;

		if (!der_oid_is(oid, algorithms[i].oid, algorithms[i].oid_len))
			continue;
		if (key->type !=
		    (algorithms[i].rsa ? X509_KEY_RSA : X509_KEY_EC))
			right = false;
		else if (algorithms[i].rsa)
			right = verify_rsa(s, key, algorithms[i].hash);
		else
			right = verify_ec(s, key, algorithms[i].hash);
		return right ? 0
			     : err_set(e, ERR_DENIED,
				   "the signature is not right");
	}
	der_oid_text(oid, text);
	return err_set(e, ERR_UNSUPPORTED, "signature algorithm %s", text);
}

int
x509_check_period(int64_t from, int64_t to, int64_t now, struct err *e)
{
	if (now < from)
		return err_set(e, ERR_DENIED, "not valid yet");
	if (now > to)
		return err_set(e, ERR_DENIED, "expired");
	return 0;
}

int
x509_point(const struct x509_key *key, enum eckey_curve c,
    struct ecpoint *ret_pt, struct err *e)
{
	enum eckey_curve found;
	char text[DER_OID_TEXT];

	if (key->type != X509_KEY_EC) {
		der_oid_text(key->oid, text);
		return err_set(e, ERR_UNSUPPORTED,
		    "the key is of algorithm %s, one on %s is needed", text,
		    eckey_curve_name(c));
	}
	if (eckey_curve_of_oid(key->oid, &found, e) < 0)
		return err_wrap(e, "%s is needed", eckey_curve_name(c));
	if (found != c)
		return err_set(e, ERR_ARGUMENT,
		    "the key is on %s, %s is needed", eckey_curve_name(found),
		    eckey_curve_name(c));
	return ecpoint_parse(c, key->point.p, span_len(&key->point), ret_pt, e);
}
