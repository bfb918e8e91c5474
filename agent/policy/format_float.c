#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/format.h"
#include "policy/limits.h"

enum {
	/* The longest: 309 digits before the point, and the precision. */
	FLOAT_SIZE = FORMAT_WIDTH_MAX + 400
};

/* The fewest digits that read back as d. */
static int
shortest_precision(double d)
{
	char s[40];

	for (int p = 0; p < 17; p++) {
		snprintf(s, sizeof(s), "%.*e", p, d);
		if (strtod(s, NULL) == d)
			return p;
	}
	return 17;
}

/* %g without precision: Go writes an exponent below -4 and from 6 on. */
static size_t
write_shortest(char *s, size_t size, double d, bool sharp, bool upper)
{
	int p = shortest_precision(d), e = 0;

	snprintf(s, size, "%.*e", p, d);
	if (strchr(s, 'e') != NULL)
		e = atoi(strchr(s, 'e') + 1);
	if (sharp)
		return (size_t)snprintf(s, size, upper ? "%#.*G" : "%#.*g",
		    p < 5 ? 6 : p + 1, d);
	if (e < -4 || e >= 6)
		return (size_t)snprintf(s, size, upper ? "%.*E" : "%.*e", p, d);
	return (size_t)snprintf(s, size, "%.*f", p > e ? p - e : 0, d);
}

/* 0x1.8p+00: C's form with an exponent of two digits at least. */
static size_t
write_hex(char *s, size_t size, const struct format *f, double d, bool upper)
{
	int n = f->has_prec ? snprintf(s, size, upper ? "%.*A" : "%.*a",
				  (int)f->prec, d)
			    : snprintf(s, size, upper ? "%A" : "%a", d);
	char *e = strpbrk(s, "pP");

	if (e != NULL && strlen(e) == 3) {
		e[3] = e[2];
		e[2] = '0';
		e[4] = '\0';
		n++;
	}
	return (size_t)n;
}

/* The mantissa as an integer and a binary exponent. */
static size_t
write_binary(char *s, size_t size, double d)
{
	int e;
	double m = frexp(d, &e);

	return (size_t)snprintf(s, size, "%.0fp%+d", ldexp(m, 53), e - 53);
}

static size_t
write_float(char *s, size_t size, const struct format *f, double d,
    uint32_t verb)
{
	int prec = f->has_prec ? (int)f->prec : 6;

	switch (verb) {
	case 'e':
		return (size_t)snprintf(s, size, f->sharp ? "%#.*e" : "%.*e",
		    prec, d);
	case 'E':
		return (size_t)snprintf(s, size, f->sharp ? "%#.*E" : "%.*E",
		    prec, d);
	case 'f':
	case 'F':
		return (size_t)snprintf(s, size, f->sharp ? "%#.*f" : "%.*f",
		    prec, d);
	case 'x':
	case 'X':
		return write_hex(s, size, f, d, verb == 'X');
	case 'b':
		return write_binary(s, size, d);
	default:
		break;
	}
	if (!f->has_prec)
		return write_shortest(s, size, d, f->sharp, verb == 'G');
	return (
	    size_t)snprintf(s, size, verb == 'G' ? "%.*G" : "%.*g", prec, d);
}

void
format_float(struct format *f, double d, uint32_t verb)
{
	char s[FLOAT_SIZE];
	size_t n, at;

	s[0] = '+';
	n = 1 + write_float(s + 1, sizeof(s) - 1, f, d, verb);
	at = s[1] == '-' ? 1 : 0;
	if (f->space && s[at] == '+' && !f->plus)
		s[at] = ' ';
	if (!f->plus && s[at] == '+') {
		format_pad(f, s + at + 1, n - at - 1);
		return;
	}
	/* The sign goes before zeros that fill the width. */
	if (f->zero && !f->minus && f->has_width && (size_t)f->width > n - at) {
		buf_u8(f->b, (uint8_t)s[at]);
		f->width--;
		at++;
	}
	format_pad(f, s + at, n - at);
}
