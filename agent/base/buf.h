/*
 * base/buf -- a growing byte buffer with a hard limit
 *
 * Appending beyond the limit sets bad, and every later append does nothing:
 * check buf_bad() once at the end. The limit is what an attacker can make us
 * hold; running out of real memory kills the process (base/die.h).
 *
 * Memory: heap, released by buf_release(). p is valid until the next append.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *p;
	size_t len;
	size_t cap;
	size_t limit;
	bool bad;
};

/* An empty buffer of at most limit bytes. Allocates nothing. */
void buf_init(struct buf *b, size_t limit);

/* Free the contents; the buffer is empty and usable again. */
void buf_release(struct buf *b);

/* Forget the contents, keep the memory, and clear bad. */
void buf_clear(struct buf *b);

bool buf_bad(const struct buf *b);

/* Room for n more bytes at the end, or NULL (and bad) beyond the limit. */
uint8_t *buf_reserve(struct buf *b, size_t n);

/* n bytes of the room given by buf_reserve() are filled. */
void buf_commit(struct buf *b, size_t n);

void buf_add(struct buf *b, const void *p, size_t len);
void buf_add_str(struct buf *b, const char *s);
void buf_add_zero(struct buf *b, size_t n);
void buf_u8(struct buf *b, uint8_t v);
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);
void buf_le16(struct buf *b, uint16_t v);
void buf_le32(struct buf *b, uint32_t v);
void buf_le64(struct buf *b, uint64_t v);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Drop n bytes from the front (n <= len). */
void buf_consume(struct buf *b, size_t n);

/*
 * The contents as a string: a NUL follows them that len does not count.
 * Returns "" for a bad or empty buffer.
 */
const char *buf_str(struct buf *b);

#endif
