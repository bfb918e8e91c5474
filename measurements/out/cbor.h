/*
 * measurements/cbor -- writing CBOR (RFC 8949), the deterministic subset
 *
 * Definite lengths, the shortest heads; the order of a map's keys is the
 * caller's, who writes small integers ascending (RFC 8949, 4.2.1). The caller
 * counts members before he writes them.
 *
 * Memory: output goes to the caller's buffer; its limit shows in buf_bad().
 */
#ifndef MEASUREMENTS_CBOR_H
#define MEASUREMENTS_CBOR_H

#include "base/buf.h"

void cbor_uint(struct buf *b, uint64_t v);
void cbor_bytes(struct buf *b, const void *p, size_t len);
void cbor_text(struct buf *b, const char *s);

/* The head of n members, or of n pairs of key and value. */
void cbor_array(struct buf *b, uint64_t n);
void cbor_map(struct buf *b, uint64_t n);

/* The next item is tagged so. */
void cbor_tag(struct buf *b, uint64_t tag);

#endif
