#include "codec/base64.h"

static const char *
alphabet(enum base64_form form)
{
	return form == BASE64_URL ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_"
				  : "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
}

size_t
base64_encode(enum base64_form form, const void *p, size_t len, char *dst)
{
	const char *letters = alphabet(form);
	const uint8_t *src = p;
	char *at = dst;

	for (; len >= 3; len -= 3, src += 3) {
		*at++ = letters[src[0] >> 2];
		*at++ = letters[(src[0] & 3) << 4 | src[1] >> 4];
		*at++ = letters[(src[1] & 15) << 2 | src[2] >> 6];
		*at++ = letters[src[2] & 63];
	}
	if (len > 0) {
		unsigned second = len == 2 ? src[1] : 0;

		*at++ = letters[src[0] >> 2];
		*at++ = letters[(src[0] & 3) << 4 | second >> 4];
		if (len == 2)
			*at++ = letters[(second & 15) << 2];
		for (; form == BASE64_STANDARD && len < 3; len++)
			*at++ = '=';
	}
	*at = '\0';
	return (size_t)(at - dst);
}

/* The letter's value, or -1. */
static int
value(enum base64_form form, char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (form == BASE64_URL ? '-' : '+'))
		return 62;
	if (c == (form == BASE64_URL ? '_' : '/'))
		return 63;
	return -1;
}

/*
 * Take the padding off: the letters that are left, or -1 when there is not
 * as much of it as the length asks for.
 */
static int
strip_padding(enum base64_form form, const char *s, size_t *len)
{
	if (form == BASE64_URL)
		return 0;
	if (*len % 4 != 0)
		return -1;
	for (int i = 0; i < 2 && *len > 0 && s[*len - 1] == '='; i++)
		--*len;
	return 0;
}

int
base64_decode(enum base64_form form, const char *s, size_t s_len,
    uint8_t *ret_p, size_t size, size_t *ret_len)
{
	size_t len, n = 0;
	uint32_t bits = 0;
	int held = 0;

	if (strip_padding(form, s, &s_len) < 0 || s_len % 4 == 1)
		return -1;
	len = s_len / 4 * 3 + (s_len % 4 == 0 ? 0 : s_len % 4 - 1);
	if (len > size)
		return -1;
	for (size_t i = 0; i < s_len; i++) {
		int v = value(form, s[i]);

		if (v < 0)
			return -1;
		bits = (bits << 6 | (uint32_t)v) & 0xfff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			ret_p[n++] = (uint8_t)(bits >> held);
		}
	}
	if ((bits & ((1u << held) - 1)) != 0)
		return -1;
	*ret_len = len;
	return 0;
}
