/*
 * measurements/certs -- sets of certificates, and the path from one to a root
 *
 * A path ends at a certificate that the user trusts, byte for byte; a
 * self-signed one of the evidence is not that. Each step checks the issuer's
 * name, signature, basic constraints and key usage (RFC 5280, 6.1), and with a
 * time the validity. Revocation is by lists that the user gives: one is used
 * when the issuer signed it and, with a time, when it is of that time.
 *
 * Memory: what is read is copied into the arena.
 */
#ifndef MEASUREMENTS_CERTS_H
#define MEASUREMENTS_CERTS_H

#include "base/arena.h"
#include "measurements/format/x509.h"

enum {
	CERTS_MAX = 24,
	CERTS_PATH = 8,
	CERTS_NAME = 96
};

struct certs {
	struct x509 c[CERTS_MAX];
	size_t n;
};

struct certs_crls {
	struct x509_crl l[CERTS_MAX];
	size_t n;
};

struct certs_path {
	const struct x509 *c[CERTS_PATH]; /* from the leaf to the root */
	size_t n;
};

/* Add the certificates of a file, PEM or DER: one at least. */
int certs_add(struct certs *cs, struct span file, struct arena *a,
    struct err *e);

/* The same for revocation lists. */
int certs_add_crls(struct certs_crls *ls, struct span file, struct arena *a,
    struct err *e);

/*
 * The path from leaf through pool to a certificate of roots. at is the time
 * that all must be valid at, or 0. ERR_NOT_FOUND when an issuer is not there,
 * ERR_DENIED when what is there does not vouch for it.
 */
int certs_path(const struct x509 *leaf, const struct certs *pool,
    const struct certs *roots, int64_t at, struct certs_path *ret_path,
    struct err *e);

/*
 * No certificate of the path but the root is on a list. Returns 0; 1 when
 * there is no list for one of them; -1 with ERR_DENIED when one is.
 */
int certs_revoked(const struct certs_path *path, const struct certs_crls *ls,
    int64_t at, struct err *e);

/* "2026-01-02T03:04:05Z" in seconds; -1 when it is not that. */
int certs_time(const char *s, int64_t *ret_time);

/* The subject's common name. */
struct certs_name {
	char s[CERTS_NAME];
};
struct certs_name certs_name(const struct x509 *c);

#endif
