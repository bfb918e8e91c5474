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
#include "measurements/format/x509.h"

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

/* RSASSA with SHA-256, without a header: Azure's form. */
bool tpmquote_verify_bare(const struct tpmquote *q, const struct x509_key *key,
    struct span sig);

/*
 * A TPMT_SIGNATURE by the key: 0, or -1 with ERR_DENIED, or ERR_UNSUPPORTED or
 * ERR_SYNTAX for one that is not understood.
 */
int tpmquote_verify(const struct tpmquote *q, const struct x509_key *key,
    struct span tpmt, struct err *e);

#endif
