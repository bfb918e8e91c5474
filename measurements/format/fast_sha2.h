/*
 * measurements/fast_sha2 -- SHA-2 by what this processor is good at
 *
 * What this tool hashes is large and public: kernels, initrds, firmware. Where
 * the processor has Intel's SHA extensions, whole blocks of SHA-256 go through
 * them; where it has AVX2 and BMI2, those of SHA-384 and SHA-512 do, and pages
 * of memory four at a time. Both work on crypto/sha2's own context; everything
 * else goes through crypto/sha2 as ever. The guest does not use this: none of
 * it is written for secrets.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_FAST_SHA2_H
#define MEASUREMENTS_FAST_SHA2_H

#include "crypto/sha2.h"

enum {
	FAST_SHA2_PAGE = 4096
};

/* What the processor has, as bits; 0 is crypto/sha2 and nothing else. */
enum fast_sha2_path {
	FAST_SHA2_256 = 1, /* SHA, SSSE3, SSE4.1 */
	FAST_SHA2_512 = 2, /* AVX2, BMI2 */
	FAST_SHA2_ALL = FAST_SHA2_256 | FAST_SHA2_512
};

/* Those of paths that this processor and its system have. */
unsigned fast_sha2_paths(unsigned paths);

/* As sha2_update(), of any algorithm; paths is what fast_sha2_paths() said. */
void fast_sha2_update(struct sha2 *h, unsigned paths, const void *p,
    size_t len);

/* As sha2_final(). */
void fast_sha2_final(const struct sha2 *h, unsigned paths, uint8_t *ret_digest);

/* As sha2_digest(). */
void fast_sha2_digest(enum sha2_algorithm alg, unsigned paths, const void *p,
    size_t len, uint8_t *ret_digest);

/*
 * SHA-384 of each of the n pages at p. A page that equals the one before it,
 * as most of a firmware's padding does, is not hashed again.
 */
void fast_sha2_pages(unsigned paths, const uint8_t *p, size_t n,
    uint8_t (*ret_digests)[SHA2_384_LEN]);

#endif
