/*
 * measurements/rsapss -- RSASSA-PSS signatures (RFC 8017, 8.1.2)
 *
 * BearSSL has the exponentiation, and of PSS nothing before 0.7; the encoding
 * is here. MGF1 uses the hash of the signature, as every user does. Only public
 * data is handled, so nothing needs to be constant in time.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_RSAPSS_H
#define MEASUREMENTS_RSAPSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "crypto/sha2.h"

struct rsapss {
	enum sha2_algorithm hash;
	size_t salt_len;
};

/*
 * Read RSASSA-PSS-params (RFC 4055, 3.1), the parameters of an algorithm
 * identifier. False for other hashes than SHA-2, for two of them, and for
 * defaults, which are SHA-1.
 */
bool rsapss_params(struct span params, struct rsapss *ret_p);

/* True when sig is the signature of data by the key n, e (big-endian). */
bool rsapss_verify(const struct rsapss *p, struct span n, struct span e,
    struct span data, struct span sig);

#endif
