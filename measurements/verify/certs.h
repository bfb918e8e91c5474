/*
 * measurements/certs -- sets of certificates, and the path from one to a root
 *
 * A file is one certificate in DER, or text with any number in PEM (RFC 7468).
 * A path ends at a certificate that the user trusts, byte for byte; a
 * self-signed one of the evidence is not that. Each step checks the issuer's
 * name, signature, basic constraints and key usage (RFC 5280, 6.1), and with a
 * time the validity. Revocation is not checked: that needs a list of today.
 *
 * Memory: the bytes of PEM are decoded into the arena; those of DER are
 * borrowed.
 */
#ifndef MEASUREMENTS_CERTS_H
#define MEASUREMENTS_CERTS_H

#include "base/arena.h"
#include "measurements/verify/x509.h"

enum {
	CERTS_MAX = 24,
	CERTS_PATH = 8
};

struct certs {
	struct x509 c[CERTS_MAX];
	size_t n;
};

struct certs_path {
	const struct x509 *c[CERTS_PATH]; /* from the leaf to the root */
	size_t n;
};

/* True when the bytes are text with a PEM block of that label. */
bool certs_is_pem(struct span file, const char *label);

/* The first PEM block of that label, decoded. ERR_NOT_FOUND, ERR_SYNTAX. */
int certs_pem_block(struct span *file, const char *label, struct arena *a,
    struct span *ret_der, struct err *e);

/* Add the certificates of a file: one at least. */
int certs_add(struct certs *cs, struct span file, struct arena *a,
    struct err *e);

/*
 * The path from leaf through pool to a certificate of roots. at is the time
 * that all must be valid at, or 0. ERR_NOT_FOUND when an issuer is not there,
 * ERR_DENIED when what is there does not vouch for it.
 */
int certs_path(const struct x509 *leaf, const struct certs *pool,
    const struct certs *roots, uint64_t at, struct certs_path *ret_path,
    struct err *e);

#endif
