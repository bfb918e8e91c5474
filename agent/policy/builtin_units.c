#include <string.h>

#include "policy/bigint.h"
#include "policy/builtin_impl.h"
#include "policy/decimal_text.h"
#include "policy/number_float.h"

enum {
	EXPONENT_DIGITS_MAX = 6,
	UNIT_SIZE = 8,
	DECIMALS = 10 /* of a result that is not an integer */
};

/* "10.5MiB" without quotation marks: the number, and the unit in small. */
struct amount {
	char *s;
	size_t number_len;
	char unit[UNIT_SIZE];
	size_t unit_len; /* as given; units that are too long are unknown */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* How much of s is the number; false when its exponent is too long. */
static bool
number_length(const char *s, size_t len, size_t *ret)
{
	size_t i, n;

	for (i = 0; i < len; i++) {
		if (strchr("0123456789.eE+-", s[i]) == NULL || s[i] == '\0')
			break;
		if (small(s[i]) != 'e')
			continue;
		if (i + 1 == len ||
		    (!is_digit(s[i + 1]) && s[i + 1] != '+' && s[i + 1] != '-'))
			break;
		if (!is_digit(s[i + 1]))
			i++;
		for (n = 0; i + 1 + n < len && is_digit(s[i + 1 + n]);)
			n++;
		if (n > EXPONENT_DIGITS_MAX)
			return false;
	}
	*ret = i;
	return true;
}

static enum builtin_result
read_amount(struct bctx *ctx, const struct string *s, bool bytes,
    struct amount *ret)
{
	size_t n = 0;

	ret->s = heap_alloc(ctx->heap, s->len + 1);
	if (ret->s == NULL || budget_charge_bytes(ctx->budget, s->len) != 0)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < s->len; i++)
		if (s->s[i] != '"')
			ret->s[n++] = bytes ? small(s->s[i]) : s->s[i];
	if (memchr(ret->s, ' ', n) != NULL)
		return builtin_fail(ctx,
		    "spaces not allowed in resource strings");
	if (!number_length(ret->s, n, &ret->number_len))
		return builtin_fail(ctx, "exponent too large");
	if (ret->number_len == 0)
		return builtin_fail(ctx,
		    bytes ? "no byte amount provided" : "no amount provided");
	ret->unit_len = n - ret->number_len;
	memset(ret->unit, 0, sizeof(ret->unit));
	for (size_t i = 0; i < ret->unit_len && i + 1 < UNIT_SIZE; i++) {
		char c = ret->s[ret->number_len + i];

		/* 'm' and 'M' are not the same unit. */
		ret->unit[i] = i > 0 ? small(c) : c;
	}
	return BUILTIN_OK;
}

/* 1000^k or 1024^k by the unit's first letter; 0 for an unknown one. */
static uint64_t
unit_factor(const struct amount *a, bool bytes)
{
	static const char letters[] = "kmgtpe";
	char first = small(a->unit[0]);
	const char *at = first != '\0' ? strchr(letters, first) : NULL;
	const char *rest = a->unit + 1;
	uint64_t by = 1000, factor = 1;

	if (a->unit_len == 0)
		return 1;
	if (at == NULL || a->unit_len > 3)
		return 0;
	if (rest[0] == 'i') {
		by = 1024;
		rest++;
	}
	if (strcmp(rest, bytes ? "b" : "") != 0 && *rest != '\0')
		return 0;
	for (const char *p = letters; p <= at; p++)
		factor *= by;
	return factor;
}

static enum builtin_result
unknown(struct bctx *ctx, const struct amount *a, const char *what)
{
	int n = a->unit_len < 64 ? (int)a->unit_len : 64;

	return builtin_fail(ctx, "%s %.*s not recognized", what, n,
	    a->s + a->number_len);
}

/* Digits with the last `places` of them behind a point. */
static enum builtin_result
with_point(struct bctx *ctx, const char *s, size_t len, size_t places,
    bool negative, struct value *ret)
{
	struct buf b;
	struct value v;

	builtin_text_init(&b);
	if (negative)
		buf_u8(&b, '-');
	if (len <= places)
		buf_add_str(&b, "0.");
	for (size_t i = len; i < places; i++)
		buf_u8(&b, '0');
	for (size_t i = 0; i < len; i++) {
		if (i + places == len && i > 0)
			buf_u8(&b, '.');
		buf_u8(&b, (uint8_t)s[i]);
	}
	v = number_parse(ctx->heap, buf_str(&b), b.len);
	buf_release(&b);
	return builtin_return(ctx, v, ret);
}

/* a / 10^k, rounded half up to DECIMALS places, as text with all of them. */
static enum builtin_result
as_fraction(struct bctx *ctx, const struct bigint *a, size_t k,
    struct value *ret)
{
	struct bigint ten, q, r, scaled, twice;
	struct heap *h = ctx->heap;
	size_t zeros = k < DECIMALS ? DECIMALS - k : 0;
	size_t cut = k > DECIMALS ? k - DECIMALS : 0, len;
	char *s;

	if (bigint_from_digits(h, "1", 1, zeros, &ten) != 0 ||
	    bigint_mul(h, a, &ten, &scaled) != 0 ||
	    bigint_from_digits(h, "1", 1, cut, &ten) != 0 ||
	    bigint_divide(h, &scaled, &ten, &q, &r) != 0 ||
	    bigint_shl(h, &r, 1, &twice) != 0)
		return BUILTIN_LIMIT;
	if (cut > 0 && bigint_compare_abs(&twice, &ten) >= 0) {
		struct bigint one, up;

		q.negative = false;
		if (bigint_from_u64(h, 1, &one) != 0 ||
		    bigint_add(h, &q, &one, &up) != 0)
			return BUILTIN_LIMIT;
		q = up;
	}
	if (bigint_text(h, &q, 10, &s, &len) != 0)
		return BUILTIN_LIMIT;
	return with_point(ctx, s, len, DECIMALS, a->negative && q.n > 0, ret);
}

/* The number v times factor times 10^-shift, exactly. */
static enum builtin_result
scale(struct bctx *ctx, struct value v, uint64_t factor, size_t shift,
    struct value *ret)
{
	struct number plain = { .digits = "", .n = 0 };
	const struct number *x = v.is_big ? v.u.number : &plain;
	struct bigint d, f, product, ten, q, r;
	struct heap *h = ctx->heap;
	size_t k = shift;
	int rc;

	if (!v.is_big)
		rc = bigint_from_i64(h, v.u.i, &d);
	else if (x->exp >= (int32_t)x->n)
		rc = bigint_from_number(h, v, &d);
	else {
		rc = bigint_from_digits(h, x->digits, x->n, 0, &d);
		d.negative = d.n > 0 && x->negative;
		k += (size_t)((int32_t)x->n - x->exp);
	}
	if (rc != 0 || bigint_from_u64(h, factor, &f) != 0 ||
	    bigint_mul(h, &d, &f, &product) != 0 ||
	    bigint_from_digits(h, "1", 1, k, &ten) != 0 ||
	    bigint_divide(h, &product, &ten, &q, &r) != 0)
		return BUILTIN_LIMIT;
	if (r.n == 0 && shift == 0)
		return builtin_return(ctx, bigint_number(h, &q), ret);
	return as_fraction(ctx, &product, k, ret);
}

BUILTIN(units_parse)
{
	struct amount a;
	struct value v;
	uint64_t factor = 1;
	bool milli;
	enum builtin_result rc = read_amount(ctx, args[0].u.s, false, &a);

	if (rc != BUILTIN_OK)
		return rc;
	milli = a.unit_len == 1 && a.unit[0] == 'm';
	if (!milli)
		factor = unit_factor(&a, false);
	if (factor == 0)
		return unknown(ctx, &a, "unit");
	v = decimal_text(ctx->heap, a.s, a.number_len);
	if (budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	if (!value_defined(v))
		return builtin_fail(ctx, "could not parse amount to a number");
	return scale(ctx, v, factor, milli ? 3 : 0, ret);
}

BUILTIN(units_parse_bytes)
{
	struct number_float f, m = { 0 };
	struct bigint a, r;
	struct amount amount;
	struct value v;
	enum builtin_result rc = read_amount(ctx, args[0].u.s, true, &amount);
	int failed;

	if (rc != BUILTIN_OK)
		return rc;
	m.mant = unit_factor(&amount, true);
	if (m.mant == 0)
		return unknown(ctx, &amount, "byte unit");
	v = decimal_text(ctx->heap, amount.s, amount.number_len);
	if (budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	if (!value_defined(v))
		return builtin_fail(ctx,
		    "could not parse byte amount to a number");
	if (number_float_of(ctx->heap, v, &f) != 0)
		return BUILTIN_LIMIT;
	f = number_float_mul(f, m);
	failed = bigint_from_u64(ctx->heap, f.mant, &a);
	if (failed == 0 && f.exp > NUMBER_BITS_MAX)
		return builtin_limit(ctx, BUDGET_NUMBER);
	if (failed == 0)
		failed = f.exp >= 0
			     ? bigint_shl(ctx->heap, &a, (size_t)f.exp, &r)
			     : bigint_shr(ctx->heap, &a, (size_t)-f.exp, &r);
	if (failed != 0)
		return BUILTIN_LIMIT;
	r.negative = r.n > 0 && f.negative;
	return builtin_return(ctx, bigint_number(ctx->heap, &r), ret);
}
