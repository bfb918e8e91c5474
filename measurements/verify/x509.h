/*
 * measurements/x509 -- certificates, as far as evidence is signed with them
 *
 * Version 3 (RFC 5280, 4.1) in DER. What is not understood is refused where
 * it could matter: another version, a critical extension that is not known,
 * an algorithm identifier that differs from the one that is signed.
 *
 * Memory: nothing is allocated; a certificate borrows its bytes.
 */
#ifndef MEASUREMENTS_X509_H
#define MEASUREMENTS_X509_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "measurements/verify/sig.h"

enum {
	X509_EXTENSIONS = 32,
	X509_NAME_SIZE = 64
};

struct x509 {
	struct span der; /* whole */
	struct span tbs; /* what is signed */
	struct span issuer, subject;
	uint64_t not_before, not_after; /* YYYYMMDDhhmmss in decimal digits */
	struct sig_key key;
	struct sig_scheme scheme;
	struct span sig;
	struct span extensions;
	bool is_ca;
	bool may_sign_certs;
	uint32_t path_len; /* UINT32_MAX: no limit */
};

/* Read one certificate, all of der. ERR_SYNTAX or ERR_UNSUPPORTED. */
int x509_parse(struct span der, struct x509 *ret_c, struct err *e);

/* The contents of the extension with that OID; bad when there is none. */
struct span x509_extension(const struct x509 *c, const void *oid, size_t len);

/* The subject's common name for people; "?" when it has none. */
void x509_name(const struct x509 *c, char ret_name[static X509_NAME_SIZE]);

/* The same of the issuer. */
void x509_issuer(const struct x509 *c, char ret_name[static X509_NAME_SIZE]);

/* "2026-01-02T03:04:05Z" as not_before has it; -1 when it is not that. */
int x509_time(const char *s, uint64_t *ret_time);

/* True when the certificate is signed by issuer's key and names it. */
bool x509_issued_by(const struct x509 *c, const struct x509 *issuer);

#endif
