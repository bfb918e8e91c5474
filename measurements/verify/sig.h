/*
 * measurements/sig -- public keys and the signatures that evidence carries
 *
 * RSA of 2048 to 4096 bits and ECDSA on P-256 and P-384, with SHA-2. The
 * arithmetic is BearSSL's; the PSS encoding (RFC 8017, 9.1.2), which it lacks,
 * is here. All inputs are public, so nothing needs to be constant in time.
 *
 * Memory: nothing is allocated; keys borrow the bytes they were read from.
 */
#ifndef MEASUREMENTS_SIG_H
#define MEASUREMENTS_SIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"

enum {
	SIG_RSA_MIN = 2048,
	SIG_RSA_MAX = 4096
};

enum sig_key_kind {
	SIG_KEY_RSA,
	SIG_KEY_P256,
	SIG_KEY_P384
};

struct sig_key {
	enum sig_key_kind kind;
	struct span n, exponent; /* RSA: big-endian */
	uint8_t point[97];       /* elliptic curve: 04, X, Y */
	size_t point_len;
};

enum sig_form {
	SIG_ECDSA_DER,
	SIG_ECDSA_RAW, /* r and s, each as long as the curve's field */
	SIG_RSA_PKCS1,
	SIG_RSA_PSS /* MGF1 with the same hash */
};

struct sig_scheme {
	enum sig_form form;
	enum sha2_algorithm hash;
	size_t salt_len; /* of PSS */
};

/* An RSA key of these big-endian bytes. -1 with ERR_UNSUPPORTED for a size. */
int sig_key_rsa(struct span n, struct span exponent, struct sig_key *ret_key,
    struct err *e);

/* A key of the X and Y at p, of len bytes together. */
int sig_key_ec(enum sig_key_kind kind, const void *p, size_t len,
    struct sig_key *ret_key, struct err *e);

/* A SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) whole. */
int sig_key_spki(struct span spki, struct sig_key *ret_key, struct err *e);

/* An AlgorithmIdentifier's contents as a scheme; ERR_UNSUPPORTED. */
int sig_scheme_parse(struct span algorithm, struct sig_scheme *ret_s,
    struct err *e);

/* True when sig is the key's signature of data. */
bool sig_verify(const struct sig_key *key, const struct sig_scheme *s,
    struct span data, struct span sig);

#endif
