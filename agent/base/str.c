#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

bool
str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

/* Length of c as it is shown: itself, a backslash pair, or \xNN. */
static size_t
shown_len(unsigned char c)
{
	if (c == '\\' || c == '\'')
		return 2;
	return c >= 0x20 && c < 0x7f ? 1 : 4;
}

static size_t
show(char *dst, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (shown_len(c)) {
	case 1:
		dst[0] = (char)c;
		return 1;
	case 2:
		dst[0] = '\\';
		dst[1] = (char)c;
		return 2;
	default:
		dst[0] = '\\';
		dst[1] = 'x';
		dst[2] = hex[c >> 4];
		dst[3] = hex[c & 15];
		return 4;
	}
}

struct str_shown
str_quote(const char *s)
{
	static const char cut[] = "...'";
	struct str_shown out = { "'" };
	size_t n = 1, room = sizeof(out.s) - sizeof(cut);

	for (; s != NULL && *s != '\0'; s++) {
		if (n + shown_len((unsigned char)*s) > room) {
			memcpy(out.s + n, cut, sizeof(cut));
			return out;
		}
		n += show(out.s + n, (unsigned char)*s);
	}
	out.s[n++] = '\'';
	out.s[n] = '\0';
	return out;
}

static int
digit_of(char c, unsigned base)
{
	int v = -1;

	if (c >= '0' && c <= '9')
		v = c - '0';
	else if (c >= 'a' && c <= 'f')
		v = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		v = c - 'A' + 10;
	return v < (int)base ? v : -1;
}

int
str_u64(const char *s, uint64_t max, uint64_t *ret)
{
	unsigned base = 10;
	uint64_t v = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (*s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		int d = digit_of(*s, base);

		if (d < 0 || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (unsigned)d, &v))
			return -1;
	}
	if (v > max)
		return -1;
	*ret = v;
	return 0;
}

int
str_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t u;
	int64_t v;

	if (str_u64(s + negative, (uint64_t)INT64_MAX + negative, &u) < 0)
		return -1;
	v = negative ? (int64_t)(0 - u) : (int64_t)u;
	if (v < min || v > max)
		return -1;
	*ret = v;
	return 0;
}

int
str_copy(char *dst, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size) {
		if (size > 0)
			dst[0] = '\0';
		return -1;
	}
	memcpy(dst, s, n + 1);
	return 0;
}

int
str_format(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(dst, size, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= size) {
		if (size > 0)
			dst[0] = '\0';
		return -1;
	}
	return 0;
}
