/*
 * crypto/hmac -- one-shot digests and HMAC (RFC 2104), the old ones included
 *
 * MD5 and SHA-1 are here because policies ask for them by name; nothing of
 * ours relies on them. Measurements and digests use crypto/sha2.
 *
 * Memory: none of these functions allocates.
 */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hmac_hash {
	HMAC_MD5,
	HMAC_SHA1,
	HMAC_SHA256,
	HMAC_SHA512
};

enum {
	HMAC_LEN_MAX = 64
};

/* Bytes in a digest, and in a message authentication code, of hash. */
size_t hmac_len(enum hmac_hash hash);

/* The plain digest of the len bytes at p, hmac_len() bytes. */
void hmac_digest(enum hmac_hash hash, const void *p, size_t len,
    uint8_t *ret_digest);

/* The code of the len bytes at p under the key, hmac_len() bytes. */
void hmac_compute(enum hmac_hash hash, const void *key, size_t key_len,
    const void *p, size_t len, uint8_t *ret_mac);

/* Are the len bytes the same? The time does not depend on the answer. */
bool hmac_same(const void *a, const void *b, size_t len);

#endif
