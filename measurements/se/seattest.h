/*
 * measurements/seattest -- the attestation measurement of a running SE guest
 *
 * The Ultravisor computes it by the key in the attestation request, over the
 * image's header digests and tag and what the guest and the request add.
 * A verifier recomputes it; it is no reference value of an image.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_SEATTEST_H
#define MEASUREMENTS_SEATTEST_H

#include <stdint.h>

#include "base/span.h"
#include "measurements/se/sehdr.h"

enum {
	SEATTEST_KEY = 64,
	SEATTEST_CUID = 16,
	SEATTEST_NONCE = 16,
	SEATTEST_LEN = SHA2_512_LEN,
	SEATTEST_USER_MAX = 256
};

struct seattest {
	const uint8_t *pld, *ald, *tld; /* SHA2_512_LEN each */
	const uint8_t *tag;
	const uint8_t *cuid;
	struct span user;       /* at most SEATTEST_USER_MAX bytes */
	const uint8_t *nonce;   /* NULL: the request has none */
	struct span additional; /* image_phkh, attestation_phkh, ... */
};

/* The measurement by the key of the attestation request. */
void seattest_measure(const struct seattest *a, const uint8_t key[SEATTEST_KEY],
    uint8_t ret_m[SEATTEST_LEN]);

#endif
