/*
 * measurements/tpmquote -- a TPM's quote of its PCRs
 *
 * TPMS_ATTEST of the type ATTEST_QUOTE (TPM 2.0 Library, part 2, 10.12.8), and
 * its signature: bare RSASSA bytes, or a TPMT_SIGNATURE (11.3.4). The digest
 * is over those PCRs that the quote itself selects, of one bank, in ascending
 * order.
 *
 * Memory: nothing is allocated; the struct borrows the message.
 */
#ifndef MEASUREMENTS_TPMQUOTE_H
#define MEASUREMENTS_TPMQUOTE_H

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/verify/sig.h"

enum {
	TPMQUOTE_PCRS = 24
};

struct tpmquote {
	struct span message;
	struct span nonce; /* extraData */
	uint32_t selected; /* bit i: PCR i */
	struct span digest;
};

/* ERR_SYNTAX, or ERR_UNSUPPORTED for another bank than SHA-256's. */
int tpmquote_parse(struct span message, struct tpmquote *ret_q, struct err *e);

/* The quote's digest is that of the selected ones of these PCRs. */
bool tpmquote_holds(const struct tpmquote *q,
    const uint8_t pcrs[static TPMQUOTE_PCRS][SHA2_256_LEN]);

/* A TPMT_SIGNATURE as a scheme and the bare signature, in ret_sig's bytes. */
int tpmquote_signature(struct span tpmt, struct sig_scheme *ret_scheme,
    uint8_t *ret_sig, size_t size, size_t *ret_len, struct err *e);

#endif
