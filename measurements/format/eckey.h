/*
 * measurements/eckey -- private and public keys on the NIST curves
 *
 * A struct eckey is always a valid key: its number is between 1 and the order
 * less one, and its point is that number's. Signatures are deterministic (RFC
 * 6979), so that the same key and bytes give the same signature.
 *
 * Memory: none of these functions allocates but eckey_parse(), which frees
 * what it took; the caller wipes private keys with eckey_wipe().
 */
#ifndef MEASUREMENTS_ECKEY_H
#define MEASUREMENTS_ECKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"

enum eckey_curve {
	ECKEY_P256,
	ECKEY_P384,
	ECKEY_P521,
	ECKEY_N_CURVES
};

enum {
	ECKEY_LEN_MAX = 66, /* of a coordinate or number */
	ECKEY_POINT_MAX = 2 * ECKEY_LEN_MAX + 1,
	ECKEY_SIG_MAX = 2 * ECKEY_LEN_MAX
};

/* A point that is on its curve and not the one at infinity. */
struct ecpoint {
	enum eckey_curve curve;
	uint8_t p[ECKEY_POINT_MAX]; /* 04, X, Y, each of eckey_len() bytes */
};

struct eckey {
	uint8_t d[ECKEY_LEN_MAX]; /* big-endian, eckey_len() bytes */
	struct ecpoint pub;
};

/* Bytes in a coordinate: 32, 48, 66. */
size_t eckey_len(enum eckey_curve c);

/* "P-256", "P-384", "P-521". */
const char *eckey_curve_name(enum eckey_curve c);

/*
 * The curve that the contents of an OBJECT IDENTIFIER name. -1 with
 * ERR_UNSUPPORTED for another, by its name where it is known.
 */
int eckey_curve_of_oid(struct span oid, enum eckey_curve *ret_c, struct err *e);

/*
 * The len bytes at p as an uncompressed point (SEC 1, 2.3.4) of curve c.
 * ERR_UNSUPPORTED for a compressed one; ERR_SYNTAX when it is none, or not on
 * the curve.
 */
int ecpoint_parse(enum eckey_curve c, const void *p, size_t len,
    struct ecpoint *ret_pt, struct err *e);

/* The key whose number is the eckey_len(c) bytes at d. */
int eckey_init(enum eckey_curve c, const uint8_t *d, struct eckey *ret_k,
    struct err *e);

/*
 * A private key file: PEM ("EC PRIVATE KEY", "PRIVATE KEY") or DER of SEC 1
 * (RFC 5915) or PKCS#8 (RFC 5958). It must be on curve c; one that is on
 * another, encrypted, or of another algorithm is refused by name.
 */
int eckey_parse(enum eckey_curve c, const void *p, size_t len,
    struct eckey *ret_k, struct err *e);

/* Forget a private key. */
void eckey_wipe(struct eckey *k);

/*
 * ECDSA over the bytes at p with the hash alg; r and s, big-endian, each of
 * eckey_len() bytes.
 */
void eckey_sign(const struct eckey *k, enum sha2_algorithm alg, const void *p,
    size_t len, uint8_t ret_sig[ECKEY_SIG_MAX]);

/* True when the signature in the same form is pt's over the bytes. */
bool ecpoint_verify(const struct ecpoint *pt, enum sha2_algorithm alg,
    const void *p, size_t len, const uint8_t *sig);

/*
 * ECDH: the x coordinate, eckey_len() bytes, of k's number times pt; both are
 * on one curve.
 */
void eckey_shared(const struct eckey *k, const struct ecpoint *pt,
    uint8_t ret_x[ECKEY_LEN_MAX]);

#endif
