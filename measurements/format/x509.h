/*
 * measurements/x509 -- certificates and revocation lists (RFC 5280)
 *
 * As much of them as the check of a given chain needs: names are compared byte
 * for byte, signatures are RSA (PKCS#1 v1.5) or ECDSA on a NIST curve with
 * SHA-256, SHA-384 or SHA-512, and a critical extension that is not known is a
 * refusal. Nothing is fetched; who is trusted is the caller's decision.
 *
 * Memory: a parsed certificate or list points into the caller's bytes.
 */
#ifndef MEASUREMENTS_X509_H
#define MEASUREMENTS_X509_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/format/eckey.h"

enum {
	X509_RSA_MIN = 256 /* bytes of a modulus: 2048 bits */
};

enum x509_key_type {
	X509_KEY_RSA,
	X509_KEY_EC,
	X509_KEY_OTHER /* parsed, but good for nothing */
};

struct x509_key {
	enum x509_key_type type;
	struct span n, e; /* RSA */
	struct span oid;  /* EC: of the curve; else: of the algorithm */
	struct span point;
};

/* What is signed, and the signature. */
struct x509_signed {
	struct span tbs;
	struct span alg;
	struct span sig;
};

struct x509 {
	struct x509_signed s;
	struct span serial;
	struct span issuer, subject; /* whole Names */
	int64_t not_before, not_after;
	struct x509_key key;
	bool ca;
	bool has_path_len;
	unsigned path_len;
	bool has_usage;
	bool may_sign_certs; /* when has_usage */
	bool may_sign_crls;
	struct span key_id;        /* empty when absent */
	struct span issuer_key_id; /* likewise */
};

struct x509_crl {
	struct x509_signed s;
	struct span issuer;
	int64_t this_update, next_update;
	struct span issuer_key_id;
	struct span revoked; /* the entries */
};

/* Read one certificate or list, which is all of der. ERR_SYNTAX or
 * ERR_UNSUPPORTED naming the part. */
int x509_parse(struct span der, struct x509 *ret_c, struct err *e);
int x509_crl_parse(struct span der, struct x509_crl *ret_l, struct err *e);

/*
 * Append the certificates (crls: the lists) of a file to list, one DER after
 * the other: all such blocks of a PEM file, or the one in a DER file.
 * ERR_NOT_FOUND when there is none.
 */
int x509_collect(struct span file, bool crls, struct buf *list, struct err *e);

/* The next one of such a list; false at its end. */
bool x509_next(struct span *list, struct span *ret_der);

/* The signature is by that key: 0, or -1 with ERR_DENIED, ERR_UNSUPPORTED. */
int x509_verify(const struct x509_signed *s, const struct x509_key *key,
    struct err *e);

/* now, in seconds from 1970, is in the period: 0, or -1 with ERR_DENIED. */
int x509_check_period(int64_t from, int64_t to, int64_t now, struct err *e);

/* The EC key as a point on curve c; -1 naming what it is instead. */
int x509_point(const struct x509_key *key, enum eckey_curve c,
    struct ecpoint *ret_pt, struct err *e);

/* True when the list has an entry for the serial number, or is malformed. */
bool x509_crl_has(const struct x509_crl *l, struct span serial);

/*
 * The value of the i-th attribute of a Name and its type's last two bytes as a
 * number (commonName is 0x403); false when there are no more.
 */
bool x509_name_attribute(struct span name, size_t i, unsigned *ret_type,
    struct span *ret_value);

/* The commonName, for messages; "?" when there is none. */
void x509_common_name(struct span name, char ret_text[96]);

#endif
