#include <string.h>

#include "policy/bigint.h"
#include "policy/number.h"
#include "policy/number_float.h"

int
bigint_from_number(struct heap *h, struct value v, struct bigint *ret)
{
	const struct number *x = v.u.number;
	size_t digits, zeros;

	if (!v.is_big)
		return bigint_from_i64(h, v.u.i, ret);
	if (x->exp <= 0)
		return bigint_from_u64(h, 0, ret);
	digits = (size_t)x->exp < x->n ? (size_t)x->exp : x->n;
	zeros = (size_t)x->exp - digits;
	if (bigint_from_digits(h, x->digits, digits, zeros, ret) != 0)
		return -1;
	ret->negative = ret->n > 0 && x->negative;
	return 0;
}

int
bigint_from_rounded(struct heap *h, struct value v, struct bigint *ret)
{
	struct number_float f;
	struct bigint mant;

	/* 19 digits are below 2^64 and keep their fraction. */
	if (!v.is_big || (v.u.number->n <= 19 && v.u.number->exp <= 19))
		return bigint_from_number(h, v, ret);
	if (number_float_of(h, v, &f) != 0 ||
	    bigint_from_u64(h, f.mant, &mant) != 0)
		return -1;
	if (f.exp >= 0) {
		if (bigint_shl(h, &mant, (size_t)f.exp, ret) != 0)
			return -1;
	} else if (bigint_from_u64(h, f.exp > -64 ? f.mant >> -f.exp : 0,
		       ret) != 0) {
		return -1;
	}
	ret->negative = ret->n > 0 && f.negative;
	return 0;
}

bool
number_is_whole(struct heap *h, struct value v)
{
	struct number_float f;

	if (number_is_integer(v))
		return true;
	if (v.u.number->n <= 19)
		return false;
	/* Reaching a limit has marked the budget. */
	return number_float_of(h, v, &f) != 0 || f.exp >= 0 ||
	       (f.exp > -64 && f.mant << (64 + f.exp) == 0);
}

struct value
bigint_number(struct heap *h, const struct bigint *a)
{
	size_t len;
	char *s;

	if (bigint_bits(a) > NUMBER_BITS_MAX) {
		budget_fail(h->budget, BUDGET_NUMBER);
		return value_undefined();
	}
	if (bigint_bits(a) <= 63) {
		int64_t i = a->n > 0 ? a->d[0] : 0;

		if (a->n > 1)
			i |= (int64_t)((uint64_t)a->d[1] << 32);
		return value_int(a->negative ? -i : i);
	}
	if (bigint_text(h, a, 10, &s, &len) != 0)
		return value_undefined();
	if (a->negative) {
		char *t = heap_alloc(h, len + 1);

		if (t == NULL)
			return value_undefined();
		t[0] = '-';
		memcpy(t + 1, s, len);
		s = t;
		len++;
	}
	return number_parse(h, s, len);
}

typedef int bigint_op(struct heap *, const struct bigint *,
    const struct bigint *, struct bigint *);

static struct value
exact(struct heap *h, bigint_op *op, struct value a, struct value b)
{
	struct bigint x, y, z;

	if (bigint_from_rounded(h, a, &x) != 0 ||
	    bigint_from_rounded(h, b, &y) != 0 || op(h, &x, &y, &z) != 0)
		return value_undefined();
	return bigint_number(h, &z);
}

typedef struct number_float float_op(struct number_float, struct number_float);

static struct value
inexact(struct heap *h, float_op *op, struct value a, struct value b,
    bool negate_b)
{
	struct number_float x, y;

	if (number_float_of(h, a, &x) != 0 || number_float_of(h, b, &y) != 0)
		return value_undefined();
	y.negative ^= negate_b;
	return number_float_value(h, op(x, y));
}

struct value
number_add(struct heap *h, struct value a, struct value b)
{
	int64_t r;

	if (!a.is_big && !b.is_big && !__builtin_add_overflow(a.u.i, b.u.i, &r))
		return value_int(r);
	return inexact(h, number_float_add, a, b, false);
}

struct value
number_sub(struct heap *h, struct value a, struct value b)
{
	int64_t r;

	if (!a.is_big && !b.is_big && !__builtin_sub_overflow(a.u.i, b.u.i, &r))
		return value_int(r);
	return inexact(h, number_float_add, a, b, true);
}

struct value
number_mul(struct heap *h, struct value a, struct value b)
{
	int64_t r;

	if (!a.is_big && !b.is_big && !__builtin_mul_overflow(a.u.i, b.u.i, &r))
		return value_int(r);
	return inexact(h, number_float_mul, a, b, false);
}

struct value
number_div(struct heap *h, struct value a, struct value b)
{
	/* A zero dividend goes the long way: 0 / -5 is -0 in OPA. */
	if (!a.is_big && !b.is_big && a.u.i != 0 && b.u.i != -1 &&
	    a.u.i % b.u.i == 0)
		return value_int(a.u.i / b.u.i);
	return inexact(h, number_float_div, a, b, false);
}

static int
remainder_of(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	struct bigint q;

	return bigint_divide(h, a, b, &q, ret);
}

struct value
number_rem(struct heap *h, struct value a, struct value b)
{
	if (!a.is_big && !b.is_big)
		return value_int(b.u.i == -1 ? 0 : a.u.i % b.u.i);
	return exact(h, remainder_of, a, b);
}

struct value
number_normal(struct heap *h, struct value v)
{
	struct number_float f;

	if (!v.is_big)
		return v;
	if (number_float_of(h, v, &f) != 0)
		return value_undefined();
	return number_float_value(h, f);
}

static bool
is_negative(struct value v)
{
	return v.is_big ? v.u.number->negative : v.u.i < 0;
}

struct value
number_abs(struct heap *h, struct value v)
{
	if (!is_negative(v))
		return number_normal(h, v);
	return number_sub(h, value_int(0), v);
}

/* The integer part of v plus add. */
static struct value
truncate_plus(struct heap *h, struct value v, int64_t add)
{
	struct bigint a, b, sum;

	if (!v.is_big)
		return v;
	if (bigint_from_rounded(h, v, &a) != 0 ||
	    bigint_from_i64(h, add, &b) != 0 ||
	    bigint_add(h, &a, &b, &sum) != 0)
		return value_undefined();
	return bigint_number(h, &sum);
}

/*
 * OPA looks at the sign of the truncated number, which is lost between -1 and
 * 1: there ceil gives 1 for every fraction, and floor 0.
 */
struct value
number_ceil(struct heap *h, struct value v)
{
	bool up =
	    !number_is_whole(h, v) && (!is_negative(v) || v.u.number->exp <= 0);

	return truncate_plus(h, v, up ? 1 : 0);
}

struct value
number_floor(struct heap *h, struct value v)
{
	bool down =
	    !number_is_whole(h, v) && is_negative(v) && v.u.number->exp > 0;

	return truncate_plus(h, v, down ? -1 : 0);
}

/* Half away from zero. */
struct value
number_round(struct heap *h, struct value v)
{
	const struct number *x = v.u.number;
	bool away;

	if (!v.is_big)
		return v;
	away =
	    !number_is_whole(h, v) && x->exp >= 0 && x->digits[x->exp] >= '5';
	return truncate_plus(h, v, !away ? 0 : x->negative ? -1 : 1);
}
