/*
 * measurements/sekeys -- the secrets of one Secure Execution image
 *
 * They are fresh random bytes, or derived from a seed and from everything that
 * the image is made of, so that the same inputs give the same image, and other
 * inputs share no key with it: a header key and IV must never serve two
 * headers.
 *
 * Memory: none of these functions allocates; sekeys_wipe() forgets.
 */
#ifndef MEASUREMENTS_SEKEYS_H
#define MEASUREMENTS_SEKEYS_H

#include "base/err.h"
#include "measurements/se/sehdr.h"

enum {
	SEKEYS_SEED_MIN = 32,
	SEKEYS_RANDOM = 256, /* bytes that sekeys_from_bytes() takes */
	SEKEYS_TWEAK = 6,
	SEKEYS_N_TWEAKS = 4 /* kernel, ramdisk, cmdline, stage3b */
};

struct sekeys {
	uint8_t header_key[SEAES_KEY_LEN];
	uint8_t iv[SEAES_IV_LEN];
	uint8_t cck[SEAES_KEY_LEN];
	uint8_t image_key[SEAES_XTS_KEY_LEN];
	uint8_t tweaks[SEKEYS_N_TWEAKS][SEKEYS_TWEAK];
	struct eckey customer; /* P-521 */
};

/*
 * Distribute random bytes. ERR_ARGUMENT in the rare case that they make no
 * P-521 number: take others.
 */
int sekeys_from_bytes(const uint8_t random[SEKEYS_RANDOM], struct sekeys *ret_k,
    struct err *e);

/*
 * Derive all of them (HMAC-SHA-512) from the seed, at least SEKEYS_SEED_MIN
 * bytes, and the digest of everything else that goes into the image.
 */
int sekeys_from_seed(const void *seed, size_t len,
    const uint8_t context[SHA2_512_LEN], struct sekeys *ret_k, struct err *e);

void sekeys_wipe(struct sekeys *k);

#endif
