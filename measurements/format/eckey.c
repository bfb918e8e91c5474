#include <assert.h>
#include <string.h>

#include <bearssl.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/format/der.h"
#include "measurements/format/eckey.h"
#include "measurements/format/limits.h"
#include "measurements/format/pem.h"

struct curve {
	const char *name;
	int id; /* BearSSL's, which is TLS's */
	size_t len;
	uint8_t oid[8];
	size_t oid_len;
};

static const struct curve curves[ECKEY_N_CURVES] = {
	[ECKEY_P256] = { "P-256", BR_EC_secp256r1, 32,
	    { 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 }, 8 },
	[ECKEY_P384] = { "P-384", BR_EC_secp384r1, 48,
	    { 0x2b, 0x81, 4, 0, 0x22 }, 5 },
	[ECKEY_P521] = { "P-521", BR_EC_secp521r1, 66,
	    { 0x2b, 0x81, 4, 0, 0x23 }, 5 },
};

/* Others that people have keys on, to be refused by name. */
static const struct {
	const char *oid;
	const char *name;
} others[] = {
	{ "1.3.132.0.10", "secp256k1" },
	{ "1.3.132.0.33", "P-224" },
	{ "1.2.840.10045.3.1.1", "P-192" },
	{ "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1" },
	{ "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1" },
	{ "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1" },
	{ "1.2.156.10197.1.301", "SM2" },
};

enum {
	N_OTHERS = sizeof(others) / sizeof(others[0])
};

static const uint8_t oid_ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };

static const br_hash_class *const hashes[] = {
	[SHA2_256] = &br_sha256_vtable,
	[SHA2_384] = &br_sha384_vtable,
	[SHA2_512] = &br_sha512_vtable,
};

size_t
eckey_len(enum eckey_curve c)
{
	return curves[c].len;
}

const char *
eckey_curve_name(enum eckey_curve c)
{
	return curves[c].name;
}

int
eckey_curve_of_oid(struct span oid, enum eckey_curve *ret_c, struct err *e)
{
	char text[DER_OID_TEXT];

	for (int i = 0; i < ECKEY_N_CURVES; i++) {
		if (der_oid_is(oid, curves[i].oid, curves[i].oid_len)) {
			*ret_c = (enum eckey_curve)i;
			return 0;
		}
	}
	der_oid_text(oid, text);
	for (int i = 0; i < N_OTHERS; i++)
		if (str_eq(text, others[i].oid))
			return err_set(e, ERR_UNSUPPORTED, "curve %s",
			    others[i].name);
	return err_set(e, ERR_UNSUPPORTED, "curve with identifier %s", text);
}

/* The point times the number; false when the point is not on the curve. */
static bool
multiply(enum eckey_curve c, uint8_t *point, const uint8_t *number)
{
	return br_ec_prime_i31.mul(point, 2 * curves[c].len + 1, number,
		   curves[c].len, curves[c].id) == 1;
}

int
ecpoint_parse(enum eckey_curve c, const void *p, size_t len,
    struct ecpoint *ret_pt, struct err *e)
{
	struct ecpoint pt = { .curve = c };
	uint8_t one[ECKEY_LEN_MAX] = { 0 }, check[ECKEY_POINT_MAX];
	size_t n = curves[c].len;
	const uint8_t *b = p;

	if (len > 0 && (b[0] == 2 || b[0] == 3))
		return err_set(e, ERR_UNSUPPORTED, "compressed %s point",
		    curves[c].name);
	if (len != 2 * n + 1 || b[0] != 4)
		return err_set(e, ERR_SYNTAX, "not a point of %s",
		    curves[c].name);
	memcpy(pt.p, p, len);
	memcpy(check, p, len);
	one[n - 1] = 1;
	if (!multiply(c, check, one) || memcmp(check, pt.p, len) != 0)
		return err_set(e, ERR_SYNTAX, "the point is not on %s",
		    curves[c].name);
	*ret_pt = pt;
	return 0;
}

/* True when 0 < d < order; in the time of its length. */
static bool
number_valid(enum eckey_curve c, const uint8_t *d)
{
	size_t order_len;
	const uint8_t *order = br_ec_prime_i31.order(curves[c].id, &order_len);
	unsigned borrow = 0, any = 0;

	assert(order_len == curves[c].len);
	for (size_t i = order_len; i-- > 0;) {
		borrow = ((unsigned)d[i] - order[i] - borrow) >> 8 & 1;
		any |= d[i];
	}
	return (borrow & (any != 0)) != 0;
}

int
eckey_init(enum eckey_curve c, const uint8_t *d, struct eckey *ret_k,
    struct err *e)
{
	br_ec_private_key sk = { .curve = curves[c].id, .xlen = curves[c].len };
	struct eckey k = { .pub = { .curve = c } };
	br_ec_public_key pk;

	if (!number_valid(c, d))
		return err_set(e, ERR_SYNTAX,
		    "the private number is not between 1 and the order of %s",
		    curves[c].name);
	memcpy(k.d, d, curves[c].len);
	sk.x = k.d;
	if (br_ec_compute_pub(&br_ec_prime_i31, &pk, k.pub.p, &sk) !=
	    2 * curves[c].len + 1)
		die("eckey: no public key for a valid number");
	*ret_k = k;
	eckey_wipe(&k);
	return 0;
}

void
eckey_wipe(struct eckey *k)
{
	explicit_bzero(k, sizeof(*k));
}

/* The curve's identifier in s must be that of c. */
static int
check_curve(struct span *s, enum eckey_curve c, struct err *e)
{
	enum eckey_curve found;

	if (!der_is(s, DER_OID))
		return err_set(e, ERR_UNSUPPORTED,
		    "the key has its curve spelled out, not named");
	if (eckey_curve_of_oid(der_take(s, DER_OID), &found, e) < 0)
		return err_wrap(e, "%s is needed", curves[c].name);
	if (found != c)
		return err_set(e, ERR_ARGUMENT,
		    "the key is on %s, %s is needed", curves[found].name,
		    curves[c].name);
	return 0;
}

/* ECPrivateKey (RFC 5915); named when PKCS#8 has named the curve already. */
static int
parse_sec1(struct span s, enum eckey_curve c, bool named, struct eckey *ret_k,
    struct err *e)
{
	struct span seq = der_take(&s, DER_SEQUENCE), d, pub = span_of("", 0);
	uint8_t number[ECKEY_LEN_MAX] = { 0 };
	int rc;

	der_end(&s);
	if (der_take_small(&seq, 1) != 1)
		span_fail(&seq);
	d = der_take(&seq, DER_OCTET_STRING);
	if (der_is(&seq, DER_CONTEXT_CONSTRUCTED)) {
		struct span params = der_take(&seq, DER_CONTEXT_CONSTRUCTED);

		if (check_curve(&params, c, e) < 0)
			return -1;
		named = true;
	}
	if (der_is(&seq, DER_CONTEXT_CONSTRUCTED + 1)) {
		struct span bits = der_take(&seq, DER_CONTEXT_CONSTRUCTED + 1);

		pub = der_take_bits(&bits);
		if (span_bad(&bits))
			span_fail(&seq);
	}
	der_end(&seq);
	if (span_bad(&s) || span_bad(&seq) || !named)
		return err_set(e, ERR_SYNTAX, "malformed EC private key");
	if (span_len(&d) != curves[c].len)
		return err_set(e, ERR_SYNTAX,
		    "private number of %zu bytes, a key on %s has %zu",
		    span_len(&d), curves[c].name, curves[c].len);
	span_copy(&d, number, curves[c].len);
	rc = eckey_init(c, number, ret_k, e);
	explicit_bzero(number, sizeof(number));
	if (rc == 0 && span_len(&pub) > 0 &&
	    !span_equals(&pub, ret_k->pub.p, 2 * curves[c].len + 1)) {
		eckey_wipe(ret_k);
		rc = err_set(e, ERR_SYNTAX,
		    "the file's public key is not that of its private key");
	}
	return rc;
}

/* PrivateKeyInfo or OneAsymmetricKey (RFC 5958) */
static int
parse_pkcs8(struct span s, enum eckey_curve c, struct eckey *ret_k,
    struct err *e)
{
	struct span seq = der_take(&s, DER_SEQUENCE), alg, oid, inner;
	char text[DER_OID_TEXT];

	der_take_small(&seq, 1);
	alg = der_take(&seq, DER_SEQUENCE);
	oid = der_take(&alg, DER_OID);
	inner = der_take(&seq, DER_OCTET_STRING);
	if (span_bad(&alg) || span_bad(&seq))
		return err_set(e, ERR_SYNTAX, "malformed PKCS#8 key");
	if (!der_oid_is(oid, oid_ec, sizeof(oid_ec))) {
		der_oid_text(oid, text);
		return err_set(e, ERR_UNSUPPORTED,
		    "key of algorithm %s: an EC key on %s is needed", text,
		    curves[c].name);
	}
	if (check_curve(&alg, c, e) < 0)
		return -1;
	return parse_sec1(inner, c, true, ret_k, e);
}

static int
parse_der(struct span s, enum eckey_curve c, struct eckey *ret_k, struct err *e)
{
	struct span look = s, seq = der_take(&look, DER_SEQUENCE);

	der_take_small(&seq, 1);
	if (span_bad(&look) || span_bad(&seq))
		return err_set(e, ERR_SYNTAX, "neither PEM nor a DER key");
	return der_is(&seq, DER_SEQUENCE) ? parse_pkcs8(s, c, ret_k, e)
					  : parse_sec1(s, c, false, ret_k, e);
}

/* The one key among the blocks; openssl writes "EC PARAMETERS" before it. */
static int
parse_pem(struct span s, enum eckey_curve c, struct buf *der,
    struct eckey *ret_k, struct err *e)
{
	char label[PEM_LABEL];
	int rc;

	while ((rc = pem_next(&s, label, der, e)) > 0) {
		struct span block = span_of(der->p, der->len);

		if (str_eq(label, "EC PRIVATE KEY"))
			return parse_sec1(block, c, false, ret_k, e);
		if (str_eq(label, "PRIVATE KEY"))
			return parse_pkcs8(block, c, ret_k, e);
		if (!str_eq(label, "EC PARAMETERS"))
			return err_set(e, ERR_UNSUPPORTED,
			    "PEM: %s is not a plain EC private key",
			    STR_QUOTED(label));
	}
	return rc < 0 ? -1 : err_set(e, ERR_SYNTAX, "PEM: no private key");
}

int
eckey_parse(enum eckey_curve c, const void *p, size_t len, struct eckey *ret_k,
    struct err *e)
{
	struct span s = span_of(p, len);
	struct buf der;
	int rc;

	if (!pem_is(s))
		return parse_der(s, c, ret_k, e);
	buf_init(&der, LIMIT_KEY_FILE);
	rc = parse_pem(s, c, &der, ret_k, e);
	if (der.p != NULL)
		explicit_bzero(der.p, der.cap);
	buf_release(&der);
	return rc;
}

void
eckey_sign(const struct eckey *k, enum sha2_algorithm alg, const void *p,
    size_t len, uint8_t ret_sig[ECKEY_SIG_MAX])
{
	const struct curve *c = &curves[k->pub.curve];
	uint8_t d[ECKEY_LEN_MAX], digest[SHA2_LEN_MAX];
	br_ec_private_key sk = { .curve = c->id, .x = d, .xlen = c->len };

	memcpy(d, k->d, sizeof(d));
	sha2_digest(alg, p, len, digest);
	if (br_ecdsa_i31_sign_raw(&br_ec_prime_i31, hashes[alg], digest, &sk,
		ret_sig) != 2 * c->len)
		die("eckey: no signature by a valid key");
	explicit_bzero(d, sizeof(d));
}

bool
ecpoint_verify(const struct ecpoint *pt, enum sha2_algorithm alg, const void *p,
    size_t len, const uint8_t *sig)
{
	const struct curve *c = &curves[pt->curve];
	uint8_t q[ECKEY_POINT_MAX], digest[SHA2_LEN_MAX];
	br_ec_public_key pk = { .curve = c->id,
		.q = q,
		.qlen = 2 * c->len + 1 };

	memcpy(q, pt->p, sizeof(q));
	sha2_digest(alg, p, len, digest);
	return br_ecdsa_i31_vrfy_raw(&br_ec_prime_i31, digest, sha2_len(alg),
		   &pk, sig, 2 * c->len) == 1;
}

void
eckey_shared(const struct eckey *k, const struct ecpoint *pt,
    uint8_t ret_x[ECKEY_LEN_MAX])
{
	uint8_t q[ECKEY_POINT_MAX];

	assert(k->pub.curve == pt->curve);
	memcpy(q, pt->p, sizeof(q));
	if (!multiply(pt->curve, q, k->d))
		die("eckey: a valid point is not on its curve");
	memcpy(ret_x, q + 1, curves[pt->curve].len);
	explicit_bzero(q, sizeof(q));
}
