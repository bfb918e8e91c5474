#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/toml_scalar.h"

static const char not_a_value[] = "this is no value";

enum {
	DATE_LEN = 10, /* 1979-05-27 */
	TIME_LEN = 8,  /* 07:32:00 */
	ZONE_LEN = 6   /* -07:00 */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
ends_value(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' ||
	       c == ']' || c == '}' || c == '#' || c == '=';
}

size_t
toml_scalar_len(const char *p, const char *end)
{
	const char *s = p;

	while (p < end && !ends_value(*p))
		p++;
	if (p - s != DATE_LEN || s[4] != '-' || end - p < 3 || *p != ' ' ||
	    !is_digit(p[1]) || !is_digit(p[2]))
		return (size_t)(p - s);
	for (p++; p < end && !ends_value(*p); p++)
		;
	return (size_t)(p - s);
}

/* Exactly n digits as a number; -1 when they are not. */
static int
digits(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool
is_date(const char *s)
{
	int year = digits(s, 4), month = digits(s + 5, 2);
	int day = digits(s + 8, 2);

	return year >= 0 && s[4] == '-' && s[7] == '-' && month >= 1 &&
	       month <= 12 && day >= 1 && day <= days_in(year, month);
}

/* HH:MM:SS[.digits], with a leap second (RFC 3339, 5.7): its length, or 0. */
static size_t
time_len(const char *s, size_t len)
{
	size_t n = TIME_LEN;

	if (len < TIME_LEN || s[2] != ':' || s[5] != ':' || digits(s, 2) < 0 ||
	    digits(s, 2) > 23 || digits(s + 3, 2) < 0 ||
	    digits(s + 3, 2) > 59 || digits(s + 6, 2) < 0 ||
	    digits(s + 6, 2) > 60)
		return 0;
	if (n == len || s[n] != '.')
		return n;
	for (n++; n < len && is_digit(s[n]); n++)
		;
	return n == TIME_LEN + 1 ? 0 : n;
}

static bool
is_zone(const char *s, size_t len)
{
	if (len == 1)
		return *s == 'Z' || *s == 'z';
	return len == ZONE_LEN && (*s == '+' || *s == '-') && s[3] == ':' &&
	       digits(s + 1, 2) >= 0 && digits(s + 1, 2) <= 23 &&
	       digits(s + 4, 2) >= 0 && digits(s + 4, 2) <= 59;
}

static bool
is_datetime(const char *s, size_t len)
{
	size_t n;

	if (len >= TIME_LEN && s[2] == ':')
		return time_len(s, len) == len;
	if (len < DATE_LEN || !is_date(s))
		return false;
	if (len == DATE_LEN)
		return true;
	s += DATE_LEN + 1;
	len -= DATE_LEN + 1;
	if (s[-1] != 'T' && s[-1] != 't' && s[-1] != ' ')
		return false;
	n = time_len(s, len);
	return n > 0 && (n == len || is_zone(s + n, len - n));
}

/* Copy without underscores, each of which must be between two digits. */
static bool
strip(const char *s, size_t len, bool hex, char dst[TOML_NUMBER_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		static const char all[] = "0123456789abcdefABCDEF";
		size_t some = hex ? 22 : 10;

		if (s[i] != '_')
			dst[n++] = s[i];
		else if (i == 0 || i + 1 == len ||
			 memchr(all, s[i - 1], some) == NULL ||
			 memchr(all, s[i + 1], some) == NULL)
			return false;
	}
	dst[n] = '\0';
	return true;
}

/* 0x, 0o and 0b: no sign, leading zeros allowed. */
static const char *
read_based(const char *s, size_t len, int base, struct toml_node *ret)
{
	char text[TOML_NUMBER_MAX + 1];
	const char *p = text;
	int64_t v = 0;

	if (!strip(s, len, base == 16, text) || *text == '\0')
		return not_a_value;
	for (; *p != '\0'; p++) {
		int d = is_digit(*p) ? *p - '0' : -1;

		if (*p >= 'a' && *p <= 'f')
			d = *p - 'a' + 10;
		if (*p >= 'A' && *p <= 'F')
			d = *p - 'A' + 10;
		if (d < 0 || d >= base)
			return not_a_value;
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return "an integer beyond 64 bits";
	}
	ret->type = TOML_INTEGER;
	ret->u.i = v;
	return NULL;
}

/* The rest of [+-]digits[.digits][e[+-]digits]; *integer: no more than that. */
static bool
is_number(const char *s, bool *integer)
{
	const char *first;

	*integer = true;
	s += *s == '+' || *s == '-';
	first = s;
	while (is_digit(*s))
		s++;
	if (s == first || (*first == '0' && s > first + 1))
		return false;
	if (*s == '.') {
		*integer = false;
		for (first = ++s; is_digit(*s); s++)
			;
		if (s == first)
			return false;
	}
	if (*s == 'e' || *s == 'E') {
		*integer = false;
		s++;
		s += *s == '+' || *s == '-';
		for (first = s; is_digit(*s); s++)
			;
		if (s == first)
			return false;
	}
	return *s == '\0';
}

static const char *
read_number(const char *s, size_t len, struct toml_node *ret)
{
	char text[TOML_NUMBER_MAX + 1];
	bool integer;

	if (!strip(s, len, false, text) || !is_number(text, &integer))
		return not_a_value;
	if (!integer) {
		ret->type = TOML_FLOAT;
		ret->u.d = strtod(text, NULL);
		return NULL;
	}
	errno = 0;
	ret->type = TOML_INTEGER;
	ret->u.i = strtoll(text, NULL, 10);
	return errno == 0 ? NULL : "an integer beyond 64 bits";
}

static bool
read_word(const char *s, size_t len, struct toml_node *ret)
{
	static const struct {
		const char *word;
		enum toml_type type;
		bool b;
		double d;
	} words[] = {
		{ "true", TOML_BOOL, true, 0 },
		{ "false", TOML_BOOL, false, 0 },
		{ "inf", TOML_FLOAT, false, (double)INFINITY },
		{ "+inf", TOML_FLOAT, false, (double)INFINITY },
		{ "-inf", TOML_FLOAT, false, -(double)INFINITY },
		{ "nan", TOML_FLOAT, false, (double)NAN },
		{ "+nan", TOML_FLOAT, false, (double)NAN },
		{ "-nan", TOML_FLOAT, false, (double)NAN },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != len ||
		    memcmp(words[i].word, s, len) != 0)
			continue;
		ret->type = words[i].type;
		if (ret->type == TOML_BOOL)
			ret->u.b = words[i].b;
		else
			ret->u.d = words[i].d;
		return true;
	}
	return false;
}

const char *
toml_scalar_read(const char *s, size_t len, struct toml_node *ret)
{
	if (len == 0)
		return "a value is missing";
	if (len > TOML_NUMBER_MAX || memchr(s, '\0', len) != NULL)
		return not_a_value;
	if (read_word(s, len, ret))
		return NULL;
	if (is_datetime(s, len)) {
		ret->type = TOML_DATETIME;
		ret->u.text = (struct toml_text){ s, len };
		return NULL;
	}
	if (len > 2 && s[0] == '0' && s[1] == 'x')
		return read_based(s + 2, len - 2, 16, ret);
	if (len > 2 && s[0] == '0' && s[1] == 'o')
		return read_based(s + 2, len - 2, 8, ret);
	if (len > 2 && s[0] == '0' && s[1] == 'b')
		return read_based(s + 2, len - 2, 2, ret);
	return read_number(s, len, ret);
}
