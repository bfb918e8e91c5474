#include <string.h>

#include "policy/bigint.h"
#include "policy/number.h"
#include "policy/number_float.h"

typedef unsigned __int128 u128;

enum {
	/* Binary exponents beyond this have too many decimal digits. */
	EXP_MAX = NUMBER_BITS_MAX + 128
};

/* The 128 bits of m * 2^exp, and whether bits below them are set, rounded. */
static struct number_float
round128(u128 m, int32_t exp, bool sticky, bool negative)
{
	struct number_float f = { .negative = negative };
	uint64_t high, low;
	int shift;

	if (m == 0)
		return f;
	high = (uint64_t)(m >> 64);
	shift = high != 0 ? __builtin_clzll(high)
			  : 64 + __builtin_clzll((uint64_t)m);
	m <<= shift;
	high = (uint64_t)(m >> 64);
	low = (uint64_t)m;
	f.exp = exp - shift + 64;
	f.mant = high;
	if (low > (uint64_t)1 << 63 ||
	    (low == (uint64_t)1 << 63 && (sticky || (high & 1) != 0))) {
		f.mant++;
		if (f.mant == 0) {
			f.mant = (uint64_t)1 << 63;
			f.exp++;
		}
	}
	return f;
}

/* Up to the top 128 bits of a, and what is below. */
static struct number_float
round_bigint(const struct bigint *a, int32_t exp, bool sticky, bool negative)
{
	u128 m = 0;
	uint32_t i = a->n;

	for (int k = 0; k < 4 && i > 0; k++)
		m = m << 32 | a->d[--i];
	exp += (int32_t)(32 * i);
	/* The top limb may have few bits; four limbs hold 97 at least. */
	for (uint32_t k = 0; k < i; k++)
		sticky |= a->d[k] != 0;
	return round128(m, exp, sticky, negative);
}

/* Digits below 2^64 times a power of ten that fits too: the usual case. */
static bool
small_float(const struct number *x, struct number_float *ret)
{
	int32_t k = (int32_t)x->n - x->exp;
	uint64_t m = 0, p = 1;
	u128 q;

	if (x->n > 19 || k < 0 || k > 27)
		return false;
	for (uint32_t i = 0; i < x->n; i++)
		m = m * 10 + (uint64_t)(x->digits[i] - '0');
	for (int32_t i = 0; i < k; i++)
		p *= 5;
	/* m / 10^k = m / 5^k / 2^k; p < 2^63 */
	q = ((u128)m << 64) / p;
	if (q >> 66 != 0) {
		*ret =
		    round128(q, -64 - k, ((u128)m << 64) % p != 0, x->negative);
		return true;
	}
	return false;
}

int
number_float_of(struct heap *h, struct value v, struct number_float *ret)
{
	struct bigint a, p, q, r;
	const struct number *x = v.u.number;
	int32_t k;
	size_t shift;

	if (!v.is_big) {
		uint64_t u = v.u.i < 0 ? 0 - (uint64_t)v.u.i : (uint64_t)v.u.i;

		*ret = round128(u, 0, false, v.u.i < 0);
		return 0;
	}
	if (x->n == 0) {
		*ret = (struct number_float){ .negative = x->negative };
		return 0;
	}
	if (small_float(x, ret))
		return 0;
	k = (int32_t)x->n - x->exp;
	if (bigint_from_digits(h, x->digits, x->n, k < 0 ? (size_t)-k : 0, &a))
		return -1;
	if (k <= 0) {
		*ret = round_bigint(&a, 0, false, x->negative);
		return 0;
	}
	if (bigint_pow5(h, (uint32_t)k, &p) != 0)
		return -1;
	shift = bigint_bits(&p) + 130;
	shift = shift > bigint_bits(&a) ? shift - bigint_bits(&a) : 0;
	if (bigint_shl(h, &a, shift, &q) != 0)
		return -1;
	a = q;
	if (bigint_divide(h, &a, &p, &q, &r) != 0)
		return -1;
	*ret = round_bigint(&q, -k - (int32_t)shift, r.n > 0, x->negative);
	return 0;
}

struct number_float
number_float_add(struct number_float a, struct number_float b)
{
	struct number_float t;
	uint32_t shift;
	bool sticky;
	u128 x, y;

	if (a.mant == 0 || b.mant == 0) {
		t = a.mant == 0 ? b : a;
		if (t.mant == 0)
			t.negative = a.negative && b.negative;
		return t;
	}
	if (a.exp < b.exp || (a.exp == b.exp && a.mant < b.mant)) {
		t = a;
		a = b;
		b = t;
	}
	shift = (uint32_t)(a.exp - b.exp);
	x = (u128)a.mant << 63;
	y = (u128)b.mant << 63;
	sticky = shift >= 127 || (y & (((u128)1 << shift) - 1)) != 0;
	y = shift >= 127 ? 0 : y >> shift;
	if (a.negative == b.negative)
		return round128(x + y, a.exp - 63, sticky, a.negative);
	/* What was shifted out makes the difference smaller by less than 1. */
	x -= y + sticky;
	return round128(x, a.exp - 63, sticky, x != 0 && a.negative);
}

struct number_float
number_float_mul(struct number_float a, struct number_float b)
{
	return round128((u128)a.mant * b.mant, a.exp + b.exp, false,
	    a.negative != b.negative);
}

struct number_float
number_float_div(struct number_float a, struct number_float b)
{
	bool negative = a.negative != b.negative;
	u128 q, r;

	if (a.mant == 0)
		return (struct number_float){ .negative = negative };
	q = ((u128)a.mant << 64) / b.mant;
	r = ((u128)a.mant << 64) % b.mant;
	q = q << 2 | (r << 2) / b.mant;
	r = (r << 2) % b.mant;
	return round128(q, a.exp - b.exp - 66, r != 0, negative);
}

/* m * 2^exp as decimal digits: *ret_exp digits stand before the point. */
struct digits {
	char *s;
	size_t n;
	int32_t exp;
};

static int
exact_digits(struct heap *h, u128 m, int32_t exp, struct digits *ret)
{
	struct bigint a, b, t;

	if (bigint_from_u64(h, (uint64_t)(m >> 64), &b) != 0 ||
	    bigint_shl(h, &b, 64, &t) != 0 ||
	    bigint_from_u64(h, (uint64_t)m, &b) != 0 ||
	    bigint_add(h, &t, &b, &a) != 0)
		return -1;
	if (exp >= 0) {
		if (bigint_shl(h, &a, (size_t)exp, &t) != 0)
			return -1;
	} else {
		if (bigint_pow5(h, (uint32_t)-exp, &b) != 0 ||
		    bigint_mul(h, &a, &b, &t) != 0)
			return -1;
	}
	if (bigint_text(h, &t, 10, &ret->s, &ret->n) != 0)
		return -1;
	ret->exp = (int32_t)ret->n + (exp < 0 ? exp : 0);
	while (ret->n > 0 && ret->s[ret->n - 1] == '0')
		ret->n--;
	return 0;
}

static char
digit_at(const struct digits *d, size_t i)
{
	return i < d->n ? d->s[i] : '0';
}

static void
round_up(struct digits *d, size_t n)
{
	while (n > 0 && d->s[n - 1] == '9')
		n--;
	if (n == 0) {
		d->s[0] = '1';
		d->n = 1;
		d->exp++;
		return;
	}
	d->s[n - 1]++;
	d->n = n;
}

static void
round_down(struct digits *d, size_t n)
{
	d->n = n;
	while (d->n > 0 && d->s[d->n - 1] == '0')
		d->n--;
}

/*
 * Cut d to the fewest digits that lie between lower and upper, which are half
 * a unit in the last place away and belong to the interval when inclusive.
 */
static void
shorten(struct digits *d, const struct digits *lower,
    const struct digits *upper, bool inclusive)
{
	for (size_t i = 0; i < d->n; i++) {
		char m = d->s[i], l = digit_at(lower, i),
		     u = digit_at(upper, i);
		bool down = l != m || (inclusive && i + 1 == lower->n);
		bool up =
		    m != u && (inclusive || m + 1 < u || i + 1 < upper->n);

		if (down && up) {
			char next = digit_at(d, i + 1);
			bool half = next == '5' && i + 2 == d->n;

			if (half ? (d->s[i] - '0') % 2 != 0 : next >= '5')
				round_up(d, i + 1);
			else
				round_down(d, i + 1);
			return;
		}
		if (down || up) {
			if (down)
				round_down(d, i + 1);
			else
				round_up(d, i + 1);
			return;
		}
	}
}

/* Plain digits, as for an integer: Go's format 'f' of the shortest digits. */
static struct value
integer_value(struct heap *h, const struct digits *d, bool negative)
{
	size_t len = (size_t)d->exp + negative;
	char *s = heap_alloc(h, len + 1);

	if (s == NULL)
		return value_undefined();
	if (negative)
		s[0] = '-';
	for (size_t i = 0; i < (size_t)d->exp; i++)
		s[negative + i] = digit_at(d, i);
	return number_parse(h, s, len);
}

/* Go's format 'g': an exponent below 1e-4 and from 1e+06 on. */
static struct value
fraction_value(struct heap *h, const struct digits *d, bool negative)
{
	int32_t e = d->exp - 1, a = e < 0 ? -e : e;
	char *s = heap_alloc(h, d->n + 32);
	size_t n = 0;

	if (s == NULL)
		return value_undefined();
	if (negative)
		s[n++] = '-';
	if (e >= -4 && d->exp <= 0) {
		s[n++] = '0';
		s[n++] = '.';
		for (int32_t i = d->exp; i < 0; i++)
			s[n++] = '0';
		memcpy(s + n, d->s, d->n);
		return number_parse(h, s, n + d->n);
	}
	for (size_t i = 0; i < d->n; i++) {
		if (i == (e < -4 || e >= 6 ? 1 : (size_t)d->exp))
			s[n++] = '.';
		s[n++] = d->s[i];
	}
	if (e >= -4 && e < 6)
		return number_parse(h, s, n);
	s[n++] = 'e';
	s[n++] = e < 0 ? '-' : '+';
	if (a < 10)
		s[n++] = '0';
	for (int32_t p = a >= 10000  ? 10000
			 : a >= 1000 ? 1000
			 : a >= 100  ? 100
			 : a >= 10   ? 10
				     : 1;
	     p > 0; p /= 10)
		s[n++] = (char)('0' + a / p % 10);
	return number_parse(h, s, n);
}

static bool
is_integral(struct number_float f)
{
	return f.exp >= 0 || (f.exp > -64 && f.mant << (64 + f.exp) == 0);
}

struct value
number_float_value(struct heap *h, struct number_float f)
{
	struct digits d, lower, upper;
	u128 m = (u128)f.mant << 1;

	if (f.mant == 0)
		return f.negative ? number_parse(h, "-0", 2) : value_int(0);
	if (f.exp > EXP_MAX || f.exp < -EXP_MAX) {
		budget_fail(h->budget, BUDGET_NUMBER);
		return value_undefined();
	}
	if (exact_digits(h, m, f.exp - 1, &d) != 0 ||
	    exact_digits(h, m - 1, f.exp - 1, &lower) != 0 ||
	    exact_digits(h, m + 1, f.exp - 1, &upper) != 0)
		return value_undefined();
	shorten(&d, &lower, &upper, (f.mant & 1) == 0);
	if (is_integral(f))
		return integer_value(h, &d, f.negative);
	return fraction_value(h, &d, f.negative);
}
