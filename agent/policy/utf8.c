#include "policy/utf8.h"

size_t
utf8_encode(uint32_t c, char *dst)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		dst[0] = (char)c;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		dst[i] = (char)(0x80 | (c & 0x3f));
	dst[0] = (char)((0xf00 >> n & 0xff) | c);
	return n;
}

uint32_t
utf8_decode(const char *s, size_t *ret_n)
{
	uint32_t c = (unsigned char)s[0];
	size_t n = utf8_len(s[0]);

	*ret_n = n;
	if (n == 1)
		return c;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

size_t
utf8_offset(const char *s, size_t len, size_t n)
{
	size_t i = 0;

	for (; n > 0 && i < len; n--)
		i += utf8_len(s[i]);
	return i;
}

size_t
utf8_count(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}
