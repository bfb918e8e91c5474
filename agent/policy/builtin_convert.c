#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/builtin_impl.h"
#include "policy/decimal_text.h"
#include "policy/number_float.h"

/* 0x1.8p3: with the exponent that Go insists on. */
static bool
is_hex_float(const char *s)
{
	size_t n, m = 0;

	s += *s == '+' || *s == '-';
	if (s[0] != '0' || (s[1] | 32) != 'x')
		return false;
	s += 2;
	n = strspn(s, "0123456789abcdefABCDEF");
	s += n;
	if (*s == '.')
		m = strspn(++s, "0123456789abcdefABCDEF");
	s += m;
	if (n + m == 0 || (*s | 32) != 'p')
		return false;
	s++;
	s += *s == '+' || *s == '-';
	n = strspn(s, "0123456789");
	return n > 0 && s[n] == '\0';
}

static bool
is_infinite_name(const char *s)
{
	s += strspn(s, "+-");
	return strcasecmp(s, "inf") == 0 || strcasecmp(s, "infinity") == 0 ||
	       strcasecmp(s, "nan") == 0;
}

/* A double, exactly, as the float that arithmetic uses. */
static struct value
from_double(struct heap *h, double d)
{
	int exp;
	double m = frexp(fabs(d), &exp);
	struct number_float f = { .mant = (uint64_t)ldexp(m, 64),
		.exp = exp - 64,
		.negative = d < 0 };

	return number_float_value(h, f);
}

static enum builtin_result
from_string(struct bctx *ctx, struct value v, struct value *ret)
{
	const struct string *s = v.u.s;
	bool whole = strlen(s->s) == s->len;
	struct value n;
	double d;

	if (is_infinite_name(s->s))
		return builtin_type(ctx, 1, v, "valid number string");
	if (budget_charge_bytes(ctx->budget, s->len) != 0)
		return BUILTIN_LIMIT;
	n = decimal_text(ctx->heap, s->s, s->len);
	if (budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	if (!value_defined(n) && !(whole && is_hex_float(s->s)))
		return builtin_fail(ctx,
		    "strconv.ParseFloat: parsing \"%.100s\": invalid syntax",
		    s->s);
	d = value_defined(n) ? number_to_double(n) : strtod(s->s, NULL);
	if (isinf(d))
		return builtin_fail(ctx,
		    "strconv.ParseFloat: parsing \"%.100s\": value out of "
		    "range",
		    s->s);
	return builtin_return(ctx,
	    value_defined(n) ? n : from_double(ctx->heap, d), ret);
}

BUILTIN(to_number)
{
	switch (args[0].type) {
	case VALUE_NULL:
		return builtin_return(ctx, value_int(0), ret);
	case VALUE_BOOL:
		return builtin_return(ctx, value_int(args[0].u.b), ret);
	case VALUE_NUMBER:
		return builtin_return(ctx, args[0], ret);
	case VALUE_STRING:
		return from_string(ctx, args[0], ret);
	default:
		return builtin_type(ctx, 1, args[0],
		    "one of {null, boolean, number, string}");
	}
}
