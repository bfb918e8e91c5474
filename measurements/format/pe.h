/*
 * measurements/pe -- the hash by which edk2 measures a PE image
 *
 * The Authenticode hash as firmware computes it (MdeModulePkg and SecurityPkg,
 * DxeTpm2MeasureBootLib and its relatives; PE/COFF specification, "Attribute
 * Certificate Table"): all headers but the checksum and the entry of the
 * certificate table, then the sections in the order of their place in the
 * file, then what follows the last of them but for the certificates. Nothing
 * is padded, and what follows is hashed whether or not there are certificates:
 * in both, tools for signing differ.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_PE_H
#define MEASUREMENTS_PE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/sha2.h"

/*
 * The hash of the len bytes at p. Returns 0 and fills sha2_len(alg) bytes of
 * ret_digest, or -1 with ERR_SYNTAX, ERR_LIMIT (sections) or ERR_UNSUPPORTED
 * (not PE32 or PE32+) and ret_digest untouched.
 */
int pe_hash(const void *p, size_t len, enum sha2_algorithm alg,
    uint8_t *ret_digest, struct err *e);

#endif
