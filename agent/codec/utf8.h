/*
 * codec/utf8 -- UTF-8 (RFC 3629)
 *
 * Memory: none of these functions allocates.
 */
#ifndef CODEC_UTF8_H
#define CODEC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	UTF8_LEN_MAX = 4 /* bytes of one code point */
};

/*
 * The length of the code point that the len bytes at s begin with, and the
 * code point itself in *ret; 0 when they begin with none: overlong forms,
 * surrogates and what is beyond U+10FFFF are none.
 */
size_t utf8_get(const char *s, size_t len, uint32_t *ret);

/* True when all of the len bytes at s are UTF-8. */
bool utf8_valid(const char *s, size_t len);

/* Write code point c to dst. Returns its length; 0 when it is none. */
size_t utf8_put(uint32_t c, char dst[UTF8_LEN_MAX]);

#endif
