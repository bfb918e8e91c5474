/*
 * measurements/cli/ed25519 -- Ed25519 by running `openssl pkeyutl`
 *
 * The key, the bytes and the signature are handed over as descriptors of
 * sealed memory: what openssl uses is what the caller has read and checked.
 *
 * Memory: none is kept.
 */
#ifndef MEASUREMENTS_ED25519_H
#define MEASUREMENTS_ED25519_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	ED25519_SIG = 64 /* bytes */
};

/* Append the signature of bytes by the PEM private key to sig. */
int ed25519_sign(struct span key, struct span bytes, struct buf *sig,
    struct err *e);

/* Check it by the PEM public key: 0, or -1 with ERR_DENIED when it is not. */
int ed25519_verify(struct span key, struct span bytes, struct span sig,
    struct err *e);

#endif
