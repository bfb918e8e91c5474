/*
 * codec/base64 -- base64 and base64url (RFC 4648, 4 and 5)
 *
 * Reading is strict, so that every byte string has exactly one spelling and a
 * decoded value can be compared by its text: no white space, no characters of
 * the other alphabet, no missing, surplus or early padding, no text after it,
 * and the unused bits of the last character are zero (RFC 4648, 3.3 and 3.5).
 *
 * Memory: none of these functions allocates.
 */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include <stddef.h>
#include <stdint.h>

enum base64_form {
	BASE64_STANDARD, /* "+/", padded with "=" */
	BASE64_URL       /* "-_", not padded, as JOSE has it (RFC 7515, 2) */
};

/* Room for the longest text of len bytes and the NUL; len < SIZE_MAX / 2. */
#define BASE64_SIZE(len) (((size_t)(len) + 2) / 3 * 4 + 1)

/* An upper bound of the bytes in a text of len characters. */
#define BASE64_BYTES(len) ((size_t)(len) / 4 * 3 + 2)

/*
 * The len bytes at p as text and a NUL in dst, which has BASE64_SIZE(len)
 * bytes. Returns the text's length.
 */
size_t base64_encode(enum base64_form form, const void *p, size_t len,
    char *dst);

/*
 * The bytes that the s_len characters at s stand for, in the size bytes at
 * ret_p. Returns 0 and sets *ret_len, or -1 with *ret_len untouched when the
 * text is not in the form or its bytes are more than size.
 */
int base64_decode(enum base64_form form, const char *s, size_t s_len,
    uint8_t *ret_p, size_t size, size_t *ret_len);

#endif
