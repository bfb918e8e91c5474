/*
 * codec/hex -- bytes as hexadecimal digits (RFC 4648, 8)
 *
 * Written in lower case; read in either case. Nothing but digits is read: no
 * spaces, no "0x".
 *
 * Memory: none of these functions allocates.
 */
#ifndef CODEC_HEX_H
#define CODEC_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Room for the digits of len bytes and the NUL. */
#define HEX_SIZE(len) (2 * (size_t)(len) + 1)

/* The len bytes at p as 2 * len digits and a NUL in dst. */
void hex_encode(const void *p, size_t len, char *dst);

/*
 * The s_len characters at s, which need no terminator, as len bytes in
 * ret_p. Returns 0, or -1 with *ret_p untouched when they are not exactly
 * 2 * len digits.
 */
int hex_decode(const char *s, size_t s_len, uint8_t *ret_p, size_t len);

#endif
