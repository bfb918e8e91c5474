#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/number.h"

/* A number as decimal digits, wherever they are. */
struct decimal {
	const char *digits;
	uint32_t n;
	int32_t exp;
	bool negative;
	char buf[NUMBER_INT_SIZE];
};

static void
int_to_decimal(int64_t i, struct decimal *d)
{
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	size_t at = sizeof(d->buf);

	d->negative = i < 0;
	for (; u != 0; u /= 10)
		d->buf[--at] = (char)('0' + u % 10);
	d->digits = d->buf + at;
	d->n = (uint32_t)(sizeof(d->buf) - at);
	d->exp = (int32_t)d->n;
	while (d->n > 0 && d->digits[d->n - 1] == '0')
		d->n--;
}

static void
to_decimal(struct value v, struct decimal *d)
{
	const struct number *x = v.u.number;

	if (!v.is_big) {
		int_to_decimal(v.u.i, d);
		return;
	}
	d->digits = x->digits;
	d->n = x->n;
	d->exp = x->exp;
	d->negative = x->negative;
}

/* What JSON's grammar finds in a number's text. */
struct scan {
	size_t int_at, int_n;
	size_t frac_at, frac_n;
	int64_t exp;
	bool negative;
	bool plain; /* no fraction, no exponent */
};

static size_t
skip_digits(const char *s, size_t len, size_t i)
{
	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

static bool
scan_exponent(const char *s, size_t len, size_t *i, struct scan *ret)
{
	bool negative = false;
	size_t from;

	ret->plain = false;
	++*i;
	if (*i < len && (s[*i] == '+' || s[*i] == '-'))
		negative = s[(*i)++] == '-';
	from = *i;
	*i = skip_digits(s, len, *i);
	if (*i == from)
		return false;
	for (size_t k = from; k < *i; k++)
		if (ret->exp < 1000000000)
			ret->exp = ret->exp * 10 + (s[k] - '0');
	if (negative)
		ret->exp = -ret->exp;
	return true;
}

static bool
scan_number(const char *s, size_t len, struct scan *ret)
{
	size_t i = 0;

	*ret = (struct scan){ .plain = true };
	if (i < len && s[i] == '-') {
		ret->negative = true;
		i++;
	}
	ret->int_at = i;
	i = skip_digits(s, len, i);
	ret->int_n = i - ret->int_at;
	if (ret->int_n == 0 || (ret->int_n > 1 && s[ret->int_at] == '0'))
		return false;
	if (i < len && s[i] == '.') {
		ret->plain = false;
		ret->frac_at = ++i;
		i = skip_digits(s, len, i);
		ret->frac_n = i - ret->frac_at;
		if (ret->frac_n == 0)
			return false;
	}
	if (i < len && (s[i] == 'e' || s[i] == 'E') &&
	    !scan_exponent(s, len, &i, ret))
		return false;
	return i == len;
}

static bool
plain_int(const char *s, const struct scan *f, int64_t *ret)
{
	int64_t u = 0;

	if (!f->plain || f->int_n > 19)
		return false;
	for (size_t i = 0; i < f->int_n; i++) {
		int digit = s[f->int_at + i] - '0';

		if (__builtin_mul_overflow(u, 10, &u) ||
		    __builtin_sub_overflow(u, digit, &u))
			return false;
	}
	/* Counted downwards, so that the smallest integer is reached. */
	if (!f->negative && __builtin_sub_overflow(0, u, &u))
		return false;
	if (f->negative && u == 0)
		return false;
	*ret = u;
	return true;
}

static struct value
limit_number(struct heap *h)
{
	budget_fail(h->budget, BUDGET_NUMBER);
	return value_undefined();
}

/* Strip zeros at both ends of x's digits, which are its own. */
static void
normalise(struct number *x)
{
	while (x->n > 0 && x->digits[0] == '0') {
		x->digits++;
		x->n--;
		x->exp--;
	}
	while (x->n > 0 && x->digits[x->n - 1] == '0')
		x->n--;
	if (x->n == 0)
		x->exp = 0;
}

struct value
number_parse(struct heap *h, const char *s, size_t len)
{
	struct value v = { .type = VALUE_NUMBER };
	struct number *x;
	struct scan f;
	char *text;
	size_t n;

	if (!scan_number(s, len, &f))
		return value_undefined();
	if (plain_int(s, &f, &v.u.i))
		return v;
	n = f.int_n + f.frac_n;
	if (n > NUMBER_DIGITS_MAX || f.exp > NUMBER_DIGITS_MAX ||
	    f.exp < -NUMBER_DIGITS_MAX ||
	    budget_charge_bytes(h->budget, len) != 0)
		return limit_number(h);
	x = heap_alloc(h, sizeof(*x) + len + n);
	if (x == NULL)
		return value_undefined();
	text = (char *)(x + 1);
	memcpy(text, s, len);
	memcpy(text + len, s + f.int_at, f.int_n);
	memcpy(text + len + f.int_n, s + f.frac_at, f.frac_n);
	*x = (struct number){
		.text = text,
		.text_len = (uint32_t)len,
		.digits = text + len,
		.n = (uint32_t)n,
		.exp = (int32_t)((int64_t)f.int_n + f.exp),
		.negative = f.negative,
	};
	normalise(x);
	v.is_big = 1;
	v.u.number = x;
	return v;
}

struct value
number_copy(struct heap *h, struct value v)
{
	if (!v.is_big)
		return v;
	return number_parse(h, v.u.number->text, v.u.number->text_len);
}

struct value
number_u64(struct heap *h, uint64_t u)
{
	char buf[NUMBER_INT_SIZE];
	size_t at = sizeof(buf);

	if (u <= INT64_MAX)
		return value_int((int64_t)u);
	for (; u != 0; u /= 10)
		buf[--at] = (char)('0' + u % 10);
	return number_parse(h, buf + at, sizeof(buf) - at);
}

const char *
number_text(struct value v, char *buf, size_t *ret_len)
{
	uint64_t u;
	size_t at = NUMBER_INT_SIZE - 1;

	if (v.is_big) {
		*ret_len = v.u.number->text_len;
		return v.u.number->text;
	}
	u = v.u.i < 0 ? 0 - (uint64_t)v.u.i : (uint64_t)v.u.i;
	buf[at] = '\0';
	do
		buf[--at] = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v.u.i < 0)
		buf[--at] = '-';
	*ret_len = NUMBER_INT_SIZE - 1 - at;
	return buf + at;
}

double
number_to_double(struct value v)
{
	char small[64], *end, *text = small;
	const struct number *x = v.u.number;
	double d;

	if (!v.is_big)
		return (double)v.u.i;
	if (x->text_len >= sizeof(small))
		text = must_alloc(x->text_len + 1, 1);
	memcpy(text, x->text, x->text_len);
	text[x->text_len] = '\0';
	d = strtod(text, &end);
	if (text != small)
		free(text);
	return d;
}

bool
number_is_integer(struct value v)
{
	return !v.is_big || v.u.number->n == 0 ||
	       v.u.number->exp >= (int32_t)v.u.number->n;
}

bool
number_as_i64(struct value v, int64_t *ret)
{
	const struct number *x = v.u.number;

	if (v.type != VALUE_NUMBER ||
	    (v.is_big && (x->text_len != 2 || memcmp(x->text, "-0", 2) != 0)))
		return false;
	*ret = v.is_big ? 0 : v.u.i;
	return true;
}

bool
number_is_plain(struct value v)
{
	const struct number *x = v.u.number;

	if (v.type != VALUE_NUMBER)
		return false;
	for (size_t i = 0; v.is_big && i < x->text_len; i++)
		if (x->text[i] != '-' && (x->text[i] < '0' || x->text[i] > '9'))
			return false;
	return true;
}

bool
number_to_i64(struct value v, int64_t *ret)
{
	const struct number *x = v.u.number;
	int64_t u = 0;

	if (!v.is_big) {
		*ret = v.u.i;
		return true;
	}
	if (!number_is_integer(v) || x->exp > 19)
		return false;
	for (int32_t i = 0; i < x->exp; i++) {
		int digit = i < (int32_t)x->n ? x->digits[i] - '0' : 0;

		if (__builtin_mul_overflow(u, 10, &u) ||
		    __builtin_sub_overflow(u, digit, &u))
			return false;
	}
	if (!x->negative && __builtin_sub_overflow(0, u, &u))
		return false;
	*ret = u;
	return true;
}

int
number_compare(struct value a, struct value b)
{
	struct decimal x, y;
	int sign, c;

	if (!a.is_big && !b.is_big)
		return (a.u.i > b.u.i) - (a.u.i < b.u.i);
	to_decimal(a, &x);
	to_decimal(b, &y);
	if (x.n == 0 && y.n == 0)
		return 0;
	if (x.n == 0)
		return y.negative ? 1 : -1;
	if (y.n == 0)
		return x.negative ? -1 : 1;
	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	sign = x.negative ? -1 : 1;
	if (x.exp != y.exp)
		return x.exp > y.exp ? sign : -sign;
	c = memcmp(x.digits, y.digits, x.n < y.n ? x.n : y.n);
	if (c == 0)
		c = (x.n > y.n) - (x.n < y.n);
	return c > 0 ? sign : c < 0 ? -sign : 0;
}

uint64_t
number_hash(const struct heap *h, struct value v)
{
	struct number *x = (struct number *)(uintptr_t)v.u.number;
	int64_t i;

	if (!v.is_big)
		return heap_mix(h, VALUE_NUMBER, (uint64_t)v.u.i);
	if (x->hash != 0)
		return x->hash;
	if (number_to_i64(v, &i))
		x->hash = heap_mix(h, VALUE_NUMBER, (uint64_t)i);
	else
		x->hash = heap_mix(h, heap_hash(h, x->digits, x->n),
		    (uint64_t)x->exp * 2 + x->negative);
	return x->hash;
}
