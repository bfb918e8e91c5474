/*
 * measurements/authcode -- by which certificate of a database an image passes
 *
 * Of an Authenticode signature (Microsoft, "Windows Authenticode Portable
 * Executable Signature Format" 1.0; RFC 2315) only so much is read as tells
 * the chain of certificates: those that it carries, and which of them signed.
 * Nothing is verified here. A prediction supposes a signature that holds; with
 * another one the firmware would not start the image at all.
 *
 * Memory: nothing is allocated; all borrows the image.
 */
#ifndef MEASUREMENTS_AUTHCODE_H
#define MEASUREMENTS_AUTHCODE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum {
	AUTHCODE_CERTS = 16
};

struct authcode_cert {
	struct span der;
	struct span serial, issuer, subject; /* DER with tag and length */
};

struct authcode {
	struct authcode_cert certs[AUTHCODE_CERTS];
	size_t n;
	struct span signer; /* IssuerAndSerialNumber, contents */
};

/*
 * Read the first signature of an attribute certificate table that is not
 * empty. Returns 0, or -1: ERR_SYNTAX, ERR_LIMIT beyond AUTHCODE_CERTS,
 * ERR_UNSUPPORTED for a signature that is no PKCS #7.
 */
int authcode_parse(const struct span *table, struct authcode *ret_a,
    struct err *e);

/*
 * True when the chain from the signer's certificate leads to the certificate:
 * it is one of the chain, or has issued one. False too for what is none.
 */
bool authcode_leads_to(const struct authcode *a, const struct span *der);

#endif
