/*
 * measurements/pem -- the blocks of a PEM file (RFC 7468)
 *
 * Text between the blocks is passed over, as openssl writes some; within a
 * block there is base64 in lines and nothing else. Blocks with RFC 1421
 * headers, which are encrypted, are refused by name.
 *
 * Memory: the contents go to the caller's buffer.
 */
#ifndef MEASUREMENTS_PEM_H
#define MEASUREMENTS_PEM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	PEM_LABEL = 64 /* room for a label and its NUL */
};

/* True when there is a "-----BEGIN " in s: PEM rather than DER. */
bool pem_is(struct span s);

/*
 * The next block of *s: its label and, in place of what der held, its bytes.
 * Returns 1, 0 when there is no further block, or -1 with *e set.
 */
int pem_next(struct span *s, char ret_label[PEM_LABEL], struct buf *der,
    struct err *e);

#endif
