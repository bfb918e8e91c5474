/*
 * measurements/seattest -- the attestation of IBM Secure Execution
 *
 * The Ultravisor's measurement is an HMAC-SHA512 over the tags of the image's
 * header, the configuration's UID, the user data, a nonce and the additional
 * data, by a key that only the verifier and the Ultravisor know. All numbers
 * are big-endian. The tags in the evidence are an echo of what the verifier
 * sent: without the HMAC they prove nothing.
 *
 * Memory: nothing is allocated; spans borrow the evidence.
 */
#ifndef MEASUREMENTS_SEATTEST_H
#define MEASUREMENTS_SEATTEST_H

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"

enum {
	SE_DIGEST = 64,
	SE_TAG = 16,
	SE_CUID = 16,
	SE_TAGS = 3 * SE_DIGEST + SE_TAG,
	SE_KEY = 64,
	SE_NONCE = 16,
	SE_PHKH = 32,
	SE_USER_MAX = 256
};

struct seattest {
	struct span measurement;
	struct span tags; /* PLD, ALD, TLD, tag */
	struct span cuid;
	struct span user_data;
	struct span additional; /* image and attestation key hashes first */
};

/* The lengths are right. */
int seattest_check(const struct seattest *s, struct err *e);

/* The measurement by that key; nonce of SE_NONCE bytes or NULL. */
void seattest_measure(const struct seattest *s,
    const uint8_t key[static SE_KEY], const uint8_t *nonce,
    uint8_t ret_m[static SE_DIGEST]);

#endif
