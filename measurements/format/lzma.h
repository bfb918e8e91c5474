/*
 * measurements/lzma -- unpacking an LZMA stream, as firmware volumes hold it
 *
 * The form of "LZMA alone": a byte of properties, u32 size of the dictionary,
 * u64 size of the output, and one range-coded stream (LZMA specification of
 * 2015, by the format's author). The size must be given, as edk2's tools do.
 *
 * Memory: the output goes to the caller's buffer.
 * Limits: lc + lp at most 4; edk2 uses 3 and 0.
 */
#ifndef MEASUREMENTS_LZMA_H
#define MEASUREMENTS_LZMA_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Append what the stream unpacks to. Returns 0, or -1: ERR_SYNTAX for a damaged
 * or cut off stream, ERR_UNSUPPORTED for other properties or no size,
 * ERR_LIMIT beyond out's limit. Bytes behind the stream are not looked at.
 */
int lzma_decode(const struct span *in, struct buf *out, struct err *e);

#endif
