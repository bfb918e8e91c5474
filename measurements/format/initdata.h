/*
 * measurements/initdata -- the digest that binds a guest to its initdata
 *
 * Initdata is a TOML document whose top-level key algorithm says by which hash
 * it is known: sha256, sha384 or sha512, over all its bytes (Confidential
 * Containers, initdata specification 0.1.0). Kata writes the digest into the
 * field that the hardware reports, cut or filled with zeros to its size.
 *
 * Of TOML only so much is read as the key needs: top-level lines before the
 * first table. A document that gives it twice or in another form is refused.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_INITDATA_H
#define MEASUREMENTS_INITDATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	INITDATA_MRCONFIGID = 48,
	INITDATA_HOST_DATA = 32
};

/*
 * The field of size bytes for the len bytes of initdata at p. Returns 0, or -1
 * with ret_field untouched: ERR_SYNTAX, or ERR_UNSUPPORTED for another hash.
 */
int initdata_field(const void *p, size_t len, uint8_t *ret_field, size_t size,
    struct err *e);

#endif
