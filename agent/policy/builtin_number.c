#include "policy/bigint.h"
#include "policy/builtin_impl.h"

BUILTIN(plus)
{
	return builtin_return(ctx, number_add(ctx->heap, args[0], args[1]),
	    ret);
}

BUILTIN(mul)
{
	return builtin_return(ctx, number_mul(ctx->heap, args[0], args[1]),
	    ret);
}

static bool
is_zero(struct value v)
{
	return v.is_big ? v.u.number->n == 0 : v.u.i == 0;
}

BUILTIN(div)
{
	if (is_zero(args[1]))
		return builtin_fail(ctx, "divide by zero");
	return builtin_return(ctx, number_div(ctx->heap, args[0], args[1]),
	    ret);
}

BUILTIN(rem)
{
	if (!number_is_whole(ctx->heap, args[0]) ||
	    !number_is_whole(ctx->heap, args[1]))
		return builtin_fail(ctx, "modulo on floating-point number");
	if (is_zero(args[1]))
		return builtin_fail(ctx, "modulo by zero");
	return builtin_return(ctx, number_rem(ctx->heap, args[0], args[1]),
	    ret);
}

BUILTIN(abs)
{
	return builtin_return(ctx, number_abs(ctx->heap, args[0]), ret);
}

BUILTIN(round)
{
	return builtin_return(ctx, number_round(ctx->heap, args[0]), ret);
}

BUILTIN(ceil)
{
	return builtin_return(ctx, number_ceil(ctx->heap, args[0]), ret);
}

BUILTIN(floor)
{
	return builtin_return(ctx, number_floor(ctx->heap, args[0]), ret);
}

/* Argument pos as an integer of any size; BUILTIN_OK or the failure. */
static enum builtin_result
integer(struct bctx *ctx, const struct value *args, int pos, struct bigint *ret)
{
	struct value v = args[pos - 1];

	if (v.type != VALUE_NUMBER)
		return builtin_type(ctx, pos, v, "integer");
	if (!number_is_whole(ctx->heap, v))
		return builtin_operand(ctx, pos,
		    "must be integer number but got floating-point number");
	if (bigint_from_rounded(ctx->heap, v, ret) != 0)
		return BUILTIN_LIMIT;
	return BUILTIN_OK;
}

static enum builtin_result
bitwise(struct bctx *ctx, const struct value *args, char op, struct value *ret)
{
	enum builtin_result rc;
	struct bigint a, b, r;

	if (value_is_int(args[0]) && value_is_int(args[1])) {
		int64_t x = args[0].u.i, y = args[1].u.i;
		int64_t z = op == '&' ? x & y : op == '|' ? x | y : x ^ y;

		return builtin_return(ctx, value_int(z), ret);
	}
	rc = integer(ctx, args, 1, &a);
	if (rc == BUILTIN_OK)
		rc = integer(ctx, args, 2, &b);
	if (rc != BUILTIN_OK)
		return rc;
	if (bigint_bitwise(ctx->heap, op, &a, &b, &r) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, bigint_number(ctx->heap, &r), ret);
}

BUILTIN(bits_and)
{
	return bitwise(ctx, args, '&', ret);
}

BUILTIN(bits_or)
{
	return bitwise(ctx, args, '|', ret);
}

BUILTIN(bits_xor)
{
	return bitwise(ctx, args, '^', ret);
}

BUILTIN(bits_negate)
{
	enum builtin_result rc;
	struct bigint a, one, r;

	if (value_is_int(args[0]))
		return builtin_return(ctx, value_int(~args[0].u.i), ret);
	rc = integer(ctx, args, 1, &a);
	if (rc != BUILTIN_OK)
		return rc;
	/* ~a is -1 - a */
	if (bigint_from_i64(ctx->heap, -1, &one) != 0 ||
	    bigint_sub(ctx->heap, &one, &a, &r) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, bigint_number(ctx->heap, &r), ret);
}

static enum builtin_result
shift(struct bctx *ctx, const struct value *args, bool left, struct value *ret)
{
	enum builtin_result rc;
	struct bigint a, n, r;
	size_t bits;

	rc = integer(ctx, args, 1, &a);
	if (rc == BUILTIN_OK)
		rc = integer(ctx, args, 2, &n);
	if (rc != BUILTIN_OK)
		return rc;
	if (n.negative)
		return builtin_operand(ctx, 2,
		    "must be an unsigned integer number but got a negative "
		    "integer");
	/* Whatever is shifted further right is the same. */
	if (n.n > 1 || (n.n == 1 && n.d[0] > 2 * NUMBER_BITS_MAX)) {
		if (left && a.n > 0)
			return builtin_limit(ctx, BUDGET_NUMBER);
		bits = 2 * NUMBER_BITS_MAX;
	} else {
		bits = n.n == 1 ? n.d[0] : 0;
	}
	if ((left ? bigint_shl(ctx->heap, &a, bits, &r)
		  : bigint_shr(ctx->heap, &a, bits, &r)) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, bigint_number(ctx->heap, &r), ret);
}

BUILTIN(bits_lsh)
{
	return shift(ctx, args, true, ret);
}

BUILTIN(bits_rsh)
{
	return shift(ctx, args, false, ret);
}

/* from, from +- step, ... up to and with to */
static enum builtin_result
range(struct bctx *ctx, struct value from, struct value to, struct value step,
    struct value *ret)
{
	bool down = number_compare(from, to) > 0;
	struct list_builder b;
	struct value v = from;

	list_init(&b, ctx->heap);
	while (down ? number_compare(v, to) >= 0 : number_compare(v, to) <= 0) {
		if (list_add(&b, v) != 0)
			return BUILTIN_LIMIT;
		v = down ? number_sub(ctx->heap, v, step)
			 : number_add(ctx->heap, v, step);
		if (!value_defined(v))
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, list_array(&b), ret);
}

/* Arguments 1..n are integers; made plain in out. */
static enum builtin_result
integers(struct bctx *ctx, const struct value *args, int n, struct value *out)
{
	for (int i = 0; i < n; i++) {
		struct bigint a;
		enum builtin_result rc = integer(ctx, args, i + 1, &a);

		if (rc != BUILTIN_OK)
			return rc;
		out[i] = bigint_number(ctx->heap, &a);
		if (!value_defined(out[i]))
			return BUILTIN_LIMIT;
	}
	return BUILTIN_OK;
}

BUILTIN(numbers_range)
{
	struct value v[2];
	enum builtin_result rc = integers(ctx, args, 2, v);

	if (rc != BUILTIN_OK)
		return rc;
	return range(ctx, v[0], v[1], value_int(1), ret);
}

BUILTIN(numbers_range_step)
{
	struct value v[3];
	enum builtin_result rc = integers(ctx, args, 3, v);

	if (rc != BUILTIN_OK)
		return rc;
	if (number_compare(v[2], value_int(0)) <= 0)
		return builtin_fail(ctx, "step must be a positive integer");
	return range(ctx, v[0], v[1], v[2], ret);
}

BUILTIN(rand_intn)
{
	struct value pair[2] = { args[0], args[1] };
	uint64_t hash;
	int64_t n;

	if (!builtin_int(ctx, args, 2, &n))
		return BUILTIN_ERROR;
	if (n == 0)
		return builtin_return(ctx, value_int(0), ret);
	pair[1].u.i = n < 0 && n != INT64_MIN ? -n : n;
	hash = heap_mix(ctx->heap, ctx->seed, value_hash(ctx->heap, pair[0]));
	hash = heap_mix(ctx->heap, hash, (uint64_t)pair[1].u.i);
	/* One more round spreads what the last product left in the low bits. */
	hash = heap_hash(ctx->heap, &hash, sizeof(hash));
	hash %= pair[1].u.i < 0 ? (uint64_t)1 << 63 : (uint64_t)pair[1].u.i;
	return builtin_return(ctx, value_int((int64_t)hash), ret);
}

BUILTIN(format_int)
{
	struct bigint a;
	int64_t base;
	size_t len;
	char *s;
	struct buf b;

	base = value_is_int(args[1]) ? args[1].u.i : 0;
	if (base != 2 && base != 8 && base != 10 && base != 16)
		return builtin_operand(ctx, 2, "must be one of {2, 8, 10, 16}");
	if (bigint_from_rounded(ctx->heap, args[0], &a) != 0 ||
	    bigint_text(ctx->heap, &a, (unsigned int)base, &s, &len) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	if (a.negative)
		buf_u8(&b, '-');
	buf_add(&b, s, len);
	return builtin_text(ctx, &b, ret);
}
