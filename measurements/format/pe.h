/*
 * measurements/pe -- a PE image: the hash by which edk2 measures it, its
 * sections
 *
 * The Authenticode hash as firmware computes it (MdeModulePkg and SecurityPkg,
 * DxeTpm2MeasureBootLib and its relatives; PE/COFF specification, "Attribute
 * Certificate Table"): all headers but the checksum and the entry of the
 * certificate table, then the sections in the order of their place in the
 * file, then what follows the last of them but for the certificates. Nothing
 * is padded, and what follows is hashed whether or not there are certificates:
 * in both, tools for signing differ.
 *
 * What a loader maps is another view: a section has a size in memory, of which
 * the file holds the first part.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_PE_H
#define MEASUREMENTS_PE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/limits.h"

enum {
	PE_NAME_LEN = 8
};

struct pe_section {
	char name[PE_NAME_LEN + 1];
	uint32_t size;    /* in memory */
	struct span data; /* at most that; in memory, zeros follow */
};

struct pe_sections {
	struct pe_section s[LIMIT_PE_SECTIONS];
	size_t n;
};

/*
 * The hash of the len bytes at p. Returns 0 and fills sha2_len(alg) bytes of
 * ret_digest, or -1 with ERR_SYNTAX, ERR_LIMIT (sections) or ERR_UNSUPPORTED
 * (not PE32 or PE32+) and ret_digest untouched.
 */
int pe_hash(const void *p, size_t len, enum sha2_algorithm alg,
    uint8_t *ret_digest, struct err *e);

/*
 * The sections in the order of their headers; they borrow the image. Errors as
 * above.
 */
int pe_sections(const void *p, size_t len, struct pe_sections *ret_s,
    struct err *e);

/* The first section of that name, or NULL. */
const struct pe_section *pe_section_find(const struct pe_sections *s,
    const char *name);

/* The attribute certificate table; empty when the image is not signed. */
int pe_certificates(const void *p, size_t len, struct span *ret_certs,
    struct err *e);

#endif
