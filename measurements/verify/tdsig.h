/*
 * measurements/tdsig -- the signature of a TD quote, and what vouches for it
 *
 * The quote is signed by an attestation key; the report of the quoting enclave
 * holds the hash of that key and is signed by the platform's PCK, whose
 * certificates come with the quote (Intel TDX DCAP Quoting Library API, A.4.2
 * to A.4.12). Only ECDSA on P-256 with certification data of the types 6 and 5
 * is known, which is all that there is.
 *
 * Memory: nothing is allocated; the struct borrows the quote.
 */
#ifndef MEASUREMENTS_TDSIG_H
#define MEASUREMENTS_TDSIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum {
	TDSIG_REPORT_LEN = 384,
	TDSIG_KEY_LEN = 64
};

struct tdsig {
	struct span signed_part;
	struct span signature;
	struct span key; /* X and Y */
	struct span qe_report;
	struct span qe_signature;
	struct span qe_auth_data;
	struct span certs; /* PEM */
};

/* Read what follows the body of a quote that tdquote_parse() has accepted. */
int tdsig_parse(struct span quote, struct tdsig *ret_s, struct err *e);

/* The attestation key's signature is right. */
bool tdsig_quote_is_signed(const struct tdsig *s);

/* The quoting enclave's report names the attestation key. */
bool tdsig_key_is_bound(const struct tdsig *s);

/* The enclave runs in debug mode (ATTRIBUTES.DEBUG). */
bool tdsig_qe_is_debug(const struct tdsig *s);

#endif
