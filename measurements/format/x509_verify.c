#include <string.h>

#include <bearssl.h>

#include "measurements/format/der.h"
#include "measurements/format/x509.h"

enum {
	RSA_MAX = 1024 /* bytes of a modulus */
};

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

static bool
verify_rsa(const struct x509_signed *s, const struct x509_key *key,
    enum sha2_algorithm hash)
{
	uint8_t n[RSA_MAX], exponent[8];
	br_rsa_public_key pk = { .n = n,
		.nlen = span_len(&key->n),
		.e = exponent,
		.elen = span_len(&key->e) };
	uint8_t wanted[SHA2_LEN_MAX], found[SHA2_LEN_MAX];

	if (pk.nlen < X509_RSA_MIN || pk.nlen > RSA_MAX ||
	    pk.elen > sizeof(exponent) || span_len(&s->sig) != pk.nlen)
		return false;
	memcpy(n, key->n.p, pk.nlen);
	memcpy(exponent, key->e.p, pk.elen);
	sha2_digest(hash, s->tbs.p, span_len(&s->tbs), wanted);
	return br_rsa_i31_pkcs1_vrfy(s->sig.p, span_len(&s->sig),
		   rsa_oids[hash], sha2_len(hash), &pk, found) == 1 &&
	       memcmp(wanted, found, sha2_len(hash)) == 0;
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
	char text[DER_OID_TEXT];

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
