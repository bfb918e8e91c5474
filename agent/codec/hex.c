#include "codec/hex.h"

void
hex_encode(const void *p, size_t len, char *dst)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *src = p;

	for (size_t i = 0; i < len; i++) {
		*dst++ = digits[src[i] >> 4];
		*dst++ = digits[src[i] & 15];
	}
	*dst = '\0';
}

/* The digit's value, or -1. */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_decode(const char *s, size_t s_len, uint8_t *ret_p, size_t len)
{
	if (s_len % 2 != 0 || s_len / 2 != len)
		return -1;
	for (size_t i = 0; i < s_len; i++)
		if (digit(s[i]) < 0)
			return -1;
	for (size_t i = 0; i < len; i++)
		ret_p[i] =
		    (uint8_t)(digit(s[2 * i]) << 4 | digit(s[2 * i + 1]));
	return 0;
}
