#include "codec/utf8.h"

enum {
	SURROGATE_FIRST = 0xd800,
	SURROGATE_LAST = 0xdfff,
	CODE_POINT_MAX = 0x10ffff
};

/* The least code point of each length: what is below it is overlong. */
static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

static bool
is_scalar(uint32_t c)
{
	return c <= CODE_POINT_MAX &&
	       (c < SURROGATE_FIRST || c > SURROGATE_LAST);
}

size_t
utf8_get(const char *s, size_t len, uint32_t *ret)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t n = 1;
	uint32_t c;

	if (len == 0)
		return 0;
	c = p[0];
	if (c >= 0xf0 && c < 0xf8) {
		n = 4;
		c &= 0x07;
	} else if (c >= 0xe0 && c < 0xf0) {
		n = 3;
		c &= 0x0f;
	} else if (c >= 0xc0 && c < 0xe0) {
		n = 2;
		c &= 0x1f;
	} else if (c >= 0x80) {
		return 0;
	}
	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || !is_scalar(c))
		return 0;
	*ret = c;
	return n;
}

bool
utf8_valid(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		uint32_t c;
		size_t n;

		if ((signed char)s[at] >= 0) {
			at++;
			continue;
		}
		n = utf8_get(s + at, len - at, &c);
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

size_t
utf8_put(uint32_t c, char dst[UTF8_LEN_MAX])
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = 1;

	if (!is_scalar(c))
		return 0;
	while (n < UTF8_LEN_MAX && c >= least[n + 1])
		n++;
	for (size_t i = n - 1; i > 0; i--) {
		dst[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	dst[0] = (char)(lead[n] | c);
	return n;
}
