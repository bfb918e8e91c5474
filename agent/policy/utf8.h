/*
 * policy/utf8 -- code points in strings that are known to be UTF-8
 *
 * Memory: none of these functions allocates.
 */
#ifndef POLICY_UTF8_H
#define POLICY_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum {
	UTF8_MAX = 4 /* bytes of one code point */
};

/* Write code point c at dst, up to UTF8_MAX bytes. Returns how many. */
size_t utf8_encode(uint32_t c, char *dst);

/* The code point at s, where at least one byte is; *ret_n its bytes. */
uint32_t utf8_decode(const char *s, size_t *ret_n);

/* Bytes of the code point that starts with byte c. */
static inline size_t
utf8_len(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

/* Byte offset of code point n in the len bytes at s; len when beyond. */
size_t utf8_offset(const char *s, size_t len, size_t n);

/* Code points in the len bytes at s. */
size_t utf8_count(const char *s, size_t len);

#endif
