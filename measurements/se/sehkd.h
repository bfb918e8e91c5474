/*
 * measurements/sehkd -- host key documents, and whether to trust them
 *
 * A host key document is a certificate of a machine's public key, on P-521,
 * signed by IBM's key signing key for that kind of machine; which a public
 * authority has certified. The check is that of s390-tools: exactly one
 * signing key among the certificates, known by its subject; a chain from it to
 * a root that the caller trusts; every signature, period and authority key
 * identifier; and for every issuer a valid revocation list that does not name
 * what it issued. Nothing is fetched.
 *
 * Memory: none of these functions allocates; results point into the inputs.
 */
#ifndef MEASUREMENTS_SEHKD_H
#define MEASUREMENTS_SEHKD_H

#include "measurements/format/x509.h"

enum {
	SEHKD_CHAIN_MAX = 4 /* certificates above a host key document */
};

/* What the check may use: lists as x509_collect() makes them. */
struct sehkd_trust {
	struct span certs; /* the signing key's and the authorities' */
	struct span crls;
	struct span roots;
	int64_t now;
};

/*
 * The key of the host key document der, when it is on P-521 and the document
 * is in its period. -1 naming what it is instead.
 */
int sehkd_key(struct span der, int64_t now, struct ecpoint *ret_pt,
    struct err *e);

/* The one signing key among t's certificates, with its chain checked. */
int sehkd_signer(const struct sehkd_trust *t, struct x509 *ret_signer,
    struct err *e);

/* The document der is the signer's and was not revoked. */
int sehkd_verify(const struct sehkd_trust *t, const struct x509 *signer,
    struct span der, struct err *e);

#endif
