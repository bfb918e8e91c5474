/*
 * base/span -- a sticky cursor over read-only bytes
 *
 * A span is what is left to read of a buffer that somebody else owns. Every
 * read takes from the front; a read past the end returns zero (or an empty
 * span), sets bad, and every later read does the same: check span_bad() once
 * at the end. Nothing is copied.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *p;
	const uint8_t *end;
	bool bad;
};

/* A span over the len bytes at p; p may be NULL when len is 0. */
struct span span_of(const void *p, size_t len);

/* Bytes left. */
size_t span_len(const struct span *s);

/* True when a read went past the end, or span_fail() was called. */
bool span_bad(const struct span *s);

/* Mark as bad: for the caller's own syntax checks. */
void span_fail(struct span *s);

uint8_t span_u8(struct span *s);
uint16_t span_be16(struct span *s);
uint32_t span_be32(struct span *s);
uint64_t span_be64(struct span *s);
uint16_t span_le16(struct span *s);
uint32_t span_le32(struct span *s);
uint64_t span_le64(struct span *s);

/* The next len bytes as a span of their own. */
struct span span_take(struct span *s, size_t len);

/* Step over len bytes. */
void span_skip(struct span *s, size_t len);

/* Copy the next len bytes to dst; zeros when there are not that many. */
void span_copy(struct span *s, void *dst, size_t len);

/* True when the len bytes at p equal what is left. */
bool span_equals(const struct span *s, const void *p, size_t len);

#endif
