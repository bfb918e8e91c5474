/*
 * measurements/cli/signature -- detached signatures by keys that openssl made
 *
 * The key says the algorithm: Ed25519 (RFC 8032), or ECDSA on P-256 with
 * SHA-256, P-384 with SHA-384, P-521 with SHA-512. A signature has openssl's
 * own form, 64 bytes or the DER of RFC 3279, so that openssl pkeyutl and
 * openssl dgst make and check the same files. No other key is taken.
 *
 * BearSSL has no Ed25519; `openssl` is run for it, found in PATH, with the
 * bytes that were read here and not with names of files.
 *
 * Memory: results go to the caller's buffers; private keys are wiped.
 */
#ifndef MEASUREMENTS_SIGNATURE_H
#define MEASUREMENTS_SIGNATURE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	SIGNATURE_MAX = 256, /* bytes of a signature */
	SIGNATURE_ABOUT = 96
};

/*
 * Sign bytes by the private key in the PEM text key, and append the signature
 * to sig. ERR_UNSUPPORTED or ERR_SYNTAX for the key, by name.
 */
int signature_make(struct span key, struct span bytes, struct buf *sig,
    struct err *e);

/*
 * Check that sig is the signature of bytes by the public key in the PEM text
 * key. Returns 0 and sets ret_about to "ALGORITHM key SHA-256 of it, as DER";
 * or -1 with ERR_DENIED when it is not, other errors as above.
 */
int signature_check(struct span key, struct span bytes, struct span sig,
    char ret_about[SIGNATURE_ABOUT], struct err *e);

#endif
