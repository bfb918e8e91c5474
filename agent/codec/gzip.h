/*
 * codec/gzip -- the contents of a gzip file (RFC 1952)
 *
 * One call for one whole file in memory, with a bound on what it may become.
 * A file of more than one member is refused, since readers disagree on what it
 * holds; so are anything else after the first member, a wrong checksum and a
 * file that ends early.
 *
 * Memory: the contents go to the caller's buffer, whose limit is the bound;
 * zlib takes some 44 KiB from the heap and gives them back.
 */
#ifndef CODEC_GZIP_H
#define CODEC_GZIP_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Append what the len bytes at p hold to out. Returns 0, or -1:
 *	ERR_SYNTAX	not a gzip file, damaged, or cut off
 *	ERR_LIMIT	more than out's limit
 */
int gzip_read(const void *p, size_t len, struct buf *out, struct err *e);

#endif
