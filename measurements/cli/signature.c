#include <string.h>

#include <bearssl.h>

#include "base/str.h"
#include "codec/hex.h"
#include "crypto/sha2.h"
#include "measurements/cli/ed25519.h"
#include "measurements/cli/signature.h"
#include "measurements/format/der.h"
#include "measurements/format/eckey.h"
#include "measurements/format/limits.h"
#include "measurements/format/pem.h"
#include "measurements/format/x509.h"

static const uint8_t oid_ed25519[] = { 0x2b, 0x65, 0x70 };

/* A curve's hash, and the whole identifier of ECDSA with it (RFC 5758). */
static const struct {
	enum sha2_algorithm hash;
	uint8_t id[12];
} ecdsa[ECKEY_N_CURVES] = {
	[ECKEY_P256] = { SHA2_256,
	    { 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2 } },
	[ECKEY_P384] = { SHA2_384,
	    { 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3 } },
	[ECKEY_P521] = { SHA2_512,
	    { 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4 } },
};

/* The PKCS#8 form of an Ed25519 key (RFC 8410), the only one there is. */
static bool
is_ed25519(struct span key)
{
	struct span s = key, seq, alg, oid = span_of("", 0);
	char label[PEM_LABEL];
	struct err ignored;
	struct buf der;
	bool is = false;

	buf_init(&der, LIMIT_KEY_FILE);
	if (pem_next(&s, label, &der, &ignored) > 0 &&
	    str_eq(label, "PRIVATE KEY")) {
		s = span_of(der.p, der.len);
		seq = der_take(&s, DER_SEQUENCE);
		der_take_small(&seq, 1);
		alg = der_take(&seq, DER_SEQUENCE);
		oid = der_take(&alg, DER_OID);
		is = !span_bad(&alg) && !span_bad(&seq) &&
		     der_oid_is(oid, oid_ed25519, sizeof(oid_ed25519));
	}
	if (der.p != NULL)
		explicit_bzero(der.p, der.cap);
	buf_release(&der);
	return is;
}

/* The EC key on whichever curve it is. */
static int
read_key(struct span key, struct eckey *ret_k, struct err *e)
{
	for (int c = 0; c < ECKEY_N_CURVES; c++) {
		if (eckey_parse((enum eckey_curve)c, key.p, span_len(&key),
			ret_k, e) == 0)
			return 0;
		/* That is: on another of the three. */
		if (e->code != ERR_ARGUMENT)
			break;
	}
	return -1;
}

int
signature_make(struct span key, struct span bytes, struct buf *sig,
    struct err *e)
{
	/* BearSSL turns the raw form into DER where it stands. */
	uint8_t raw[SIGNATURE_MAX];
	enum eckey_curve c;
	struct eckey k;
	size_t len;

	if (is_ed25519(key))
		return ed25519_sign(key, bytes, sig, e);
	if (read_key(key, &k, e) < 0)
		return -1;
	c = k.pub.curve;
	eckey_sign(&k, ecdsa[c].hash, bytes.p, span_len(&bytes), raw);
	eckey_wipe(&k);
	len = br_ecdsa_raw_to_asn1(raw, 2 * eckey_len(c));
	if (len == 0)
		return err_set(e, ERR_INTERNAL, "no DER of the signature");
	buf_add(sig, raw, len);
	return 0;
}

static int
check_ec(const struct x509_key *k, struct span bytes, struct span sig,
    enum eckey_curve *ret_c, struct err *e)
{
	struct x509_signed s = { .tbs = bytes, .sig = sig };

	if (eckey_curve_of_oid(k->oid, ret_c, e) < 0)
		return err_wrap(e, "the public key");
	s.alg = span_of(ecdsa[*ret_c].id, sizeof(ecdsa[*ret_c].id));
	return x509_verify(&s, k, e);
}

static int
check(struct span key, struct span der, struct span bytes, struct span sig,
    const char **ret_name, struct err *e)
{
	enum eckey_curve c = ECKEY_P256;
	struct x509_key k;

	if (x509_key_parse(der, &k, e) < 0)
		return err_wrap(e, "the public key");
	if (k.type == X509_KEY_EC) {
		if (check_ec(&k, bytes, sig, &c, e) < 0)
			return -1;
		*ret_name = eckey_curve_name(c);
		return 0;
	}
	if (k.type != X509_KEY_OTHER ||
	    !der_oid_is(k.oid, oid_ed25519, sizeof(oid_ed25519)))
		return err_set(e, ERR_UNSUPPORTED,
		    "the public key is neither for Ed25519 nor on a NIST "
		    "curve");
	*ret_name = "Ed25519";
	return ed25519_verify(key, bytes, sig, e);
}

int
signature_check(struct span key, struct span bytes, struct span sig,
    char ret_about[SIGNATURE_ABOUT], struct err *e)
{
	char label[PEM_LABEL], hex[HEX_SIZE(SHA2_256_LEN)];
	uint8_t digest[SHA2_256_LEN];
	const char *name = NULL;
	struct span s = key;
	struct buf der;
	int rc;

	buf_init(&der, LIMIT_KEY_FILE);
	rc = pem_next(&s, label, &der, e);
	if (rc >= 0 && (rc == 0 || !str_eq(label, "PUBLIC KEY")))
		rc = err_set(e, ERR_SYNTAX, "not a public key in PEM");
	if (rc > 0)
		rc = check(key, span_of(der.p, der.len), bytes, sig, &name, e);
	if (rc == 0) {
		sha2_digest(SHA2_256, der.p, der.len, digest);
		hex_encode(digest, sizeof(digest), hex);
		rc = str_format(ret_about, SIGNATURE_ABOUT, "%s key %s", name,
		    hex);
	}
	buf_release(&der);
	return rc;
}
