/*
 * crypto/sha2 -- SHA-256, SHA-384 and SHA-512 (FIPS 180-4)
 *
 * One context type for the three, since the places that hash (measurements,
 * image digests, event logs) choose the algorithm from their input. The
 * compression functions are BearSSL's.
 *
 * Memory: none of these functions allocates; a context holds no resources and
 * may be copied and forgotten.
 */
#ifndef CRYPTO_SHA2_H
#define CRYPTO_SHA2_H

#include <stddef.h>
#include <stdint.h>

#include <bearssl_hash.h>

enum sha2_algorithm {
	SHA2_256,
	SHA2_384,
	SHA2_512
};

enum {
	SHA2_256_LEN = 32,
	SHA2_384_LEN = 48,
	SHA2_512_LEN = 64,
	SHA2_LEN_MAX = SHA2_512_LEN
};

struct sha2 {
	enum sha2_algorithm alg;
	union {
		br_sha256_context s256;
		br_sha512_context s512; /* SHA-384 differs in its start only */
	} u;
};

/* Bytes in a digest of alg. */
size_t sha2_len(enum sha2_algorithm alg);

/* The algorithm's name as digests carry it: "sha256", "sha384", "sha512". */
const char *sha2_name(enum sha2_algorithm alg);

/* Start a hash with no bytes in it. */
void sha2_init(struct sha2 *h, enum sha2_algorithm alg);

/* Add the len bytes at p; p may be NULL when len is 0. */
void sha2_update(struct sha2 *h, const void *p, size_t len);

/*
 * The digest of the bytes so far, sha2_len(h->alg) of them, in ret_digest.
 * h is unchanged: more bytes may follow, for a running digest.
 */
void sha2_final(const struct sha2 *h, uint8_t *ret_digest);

/* The digest of the len bytes at p, in one call. */
void sha2_digest(enum sha2_algorithm alg, const void *p, size_t len,
    uint8_t *ret_digest);

#endif
