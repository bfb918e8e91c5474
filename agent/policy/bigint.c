#include <string.h>

#include "policy/bigint.h"

enum {
	/* Room for intermediate results: a product of two of the largest. */
	LIMBS_MAX = 2 * (NUMBER_BITS_MAX / 32) + 64,
	CHUNK_DIGITS = 9,
	CHUNK = 1000000000
};

static int
make(struct heap *h, size_t n, struct bigint *ret)
{
	*ret = (struct bigint){ 0 };
	if (n > LIMBS_MAX)
		return budget_fail(h->budget, BUDGET_NUMBER);
	ret->d = heap_array(h, n + 1, sizeof(*ret->d));
	if (ret->d == NULL)
		return -1;
	memset(ret->d, 0, (n + 1) * sizeof(*ret->d));
	ret->n = (uint32_t)n;
	return budget_charge(h->budget, 1 + n / 16);
}

static void
trim(struct bigint *a)
{
	while (a->n > 0 && a->d[a->n - 1] == 0)
		a->n--;
	if (a->n == 0)
		a->negative = false;
}

int
bigint_from_u64(struct heap *h, uint64_t u, struct bigint *ret)
{
	if (make(h, 2, ret) != 0)
		return -1;
	ret->d[0] = (uint32_t)u;
	ret->d[1] = (uint32_t)(u >> 32);
	trim(ret);
	return 0;
}

int
bigint_from_i64(struct heap *h, int64_t i, struct bigint *ret)
{
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	if (bigint_from_u64(h, u, ret) != 0)
		return -1;
	ret->negative = i < 0;
	return 0;
}

static void
mul_add_small(struct bigint *a, uint32_t m, uint32_t c)
{
	uint64_t carry = c;

	for (uint32_t i = 0; i < a->n; i++) {
		carry += (uint64_t)a->d[i] * m;
		a->d[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0)
		a->d[a->n++] = (uint32_t)carry;
}

int
bigint_from_digits(struct heap *h, const char *s, size_t n, size_t zeros,
    struct bigint *ret)
{
	size_t total = n + zeros, limbs = total / CHUNK_DIGITS + 2;

	if (total > 4 * (size_t)NUMBER_DIGITS_MAX)
		return budget_fail(h->budget, BUDGET_NUMBER);
	if (make(h, limbs, ret) != 0 ||
	    budget_charge(h->budget, limbs * limbs / 64) != 0)
		return -1;
	ret->n = 0;
	for (size_t i = 0; i < total;) {
		uint32_t chunk = 0, scale = 1;

		for (int k = 0; k < CHUNK_DIGITS && i < total; k++, i++) {
			chunk =
			    chunk * 10 + (i < n ? (uint32_t)(s[i] - '0') : 0);
			scale *= 10;
		}
		mul_add_small(ret, scale, chunk);
	}
	trim(ret);
	return 0;
}

int
bigint_pow5(struct heap *h, uint32_t k, struct bigint *ret)
{
	static const uint32_t five13 = 1220703125;
	size_t limbs = (size_t)k * 7 / 96 + 2;

	if (make(h, limbs, ret) != 0 ||
	    budget_charge(h->budget, limbs * limbs / 64) != 0)
		return -1;
	ret->n = 1;
	ret->d[0] = 1;
	for (; k >= 13; k -= 13)
		mul_add_small(ret, five13, 0);
	for (; k > 0; k--)
		mul_add_small(ret, 5, 0);
	return 0;
}

static uint32_t
divide_small(struct bigint *a, uint32_t by)
{
	uint64_t r = 0;

	for (uint32_t i = a->n; i-- > 0;) {
		r = r << 32 | a->d[i];
		a->d[i] = (uint32_t)(r / by);
		r %= by;
	}
	trim(a);
	return (uint32_t)r;
}

static int
decimal_text(struct heap *h, const struct bigint *a, char *s, size_t *ret_at)
{
	struct bigint t;
	size_t at = *ret_at;

	if (make(h, a->n, &t) != 0 ||
	    budget_charge(h->budget, (uint64_t)a->n * a->n / 64) != 0)
		return -1;
	if (a->n > 0)
		memcpy(t.d, a->d, a->n * sizeof(*a->d));
	while (t.n > 0) {
		uint32_t chunk = divide_small(&t, CHUNK);

		for (int k = 0; k < CHUNK_DIGITS; k++) {
			if (chunk == 0 && t.n == 0)
				break;
			s[--at] = (char)('0' + chunk % 10);
			chunk /= 10;
		}
	}
	*ret_at = at;
	return 0;
}

int
bigint_text(struct heap *h, const struct bigint *a, unsigned int base,
    char **ret, size_t *ret_len)
{
	unsigned int bits = base == 2 ? 1 : base == 8 ? 3 : 4;
	size_t room = base == 10 ? (size_t)a->n * 10 + 1 : a->n * 32 / bits + 2;
	char *s = heap_alloc(h, room);
	size_t at = room, total = bigint_bits(a);

	if (s == NULL)
		return -1;
	if (base == 10 && decimal_text(h, a, s, &at) != 0)
		return -1;
	for (size_t i = 0; base != 10 && i < total; i += bits) {
		uint64_t limb = a->d[i / 32];

		if (i / 32 + 1 < a->n)
			limb |= (uint64_t)a->d[i / 32 + 1] << 32;
		s[--at] = "0123456789abcdef"[limb >> i % 32 & (base - 1)];
	}
	if (at == room)
		s[--at] = '0';
	*ret = s + at;
	*ret_len = room - at;
	return 0;
}

size_t
bigint_bits(const struct bigint *a)
{
	if (a->n == 0)
		return 0;
	return (size_t)a->n * 32 - (size_t)__builtin_clz(a->d[a->n - 1]);
}

int
bigint_compare_abs(const struct bigint *a, const struct bigint *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (uint32_t i = a->n; i-- > 0;)
		if (a->d[i] != b->d[i])
			return a->d[i] < b->d[i] ? -1 : 1;
	return 0;
}

int
bigint_compare(const struct bigint *a, const struct bigint *b)
{
	int c;

	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	c = bigint_compare_abs(a, b);
	return a->negative ? -c : c;
}

static int
add_abs(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	uint64_t carry = 0;
	size_t n = (a->n > b->n ? a->n : b->n) + 1;

	if (make(h, n, ret) != 0)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		carry += i < a->n ? a->d[i] : 0;
		carry += i < b->n ? b->d[i] : 0;
		ret->d[i] = (uint32_t)carry;
		carry >>= 32;
	}
	trim(ret);
	return 0;
}

/* |a| >= |b| */
static int
sub_abs(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	int64_t borrow = 0;

	if (make(h, a->n, ret) != 0)
		return -1;
	for (uint32_t i = 0; i < a->n; i++) {
		borrow += (int64_t)a->d[i] - (i < b->n ? b->d[i] : 0);
		ret->d[i] = (uint32_t)borrow;
		borrow >>= 32;
	}
	trim(ret);
	return 0;
}

static int
add_signed(struct heap *h, const struct bigint *a, const struct bigint *b,
    bool b_negative, struct bigint *ret)
{
	bool larger = bigint_compare_abs(a, b) >= 0;
	int rc;

	if (a->negative == b_negative)
		rc = add_abs(h, a, b, ret);
	else
		rc = larger ? sub_abs(h, a, b, ret) : sub_abs(h, b, a, ret);
	if (rc == 0 && ret->n > 0)
		ret->negative = larger ? a->negative : b_negative;
	return rc;
}

int
bigint_add(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	return add_signed(h, a, b, b->negative, ret);
}

int
bigint_sub(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	return add_signed(h, a, b, !b->negative, ret);
}

int
bigint_mul(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret)
{
	if (make(h, (size_t)a->n + b->n, ret) != 0 ||
	    budget_charge(h->budget, (uint64_t)a->n * b->n / 64) != 0)
		return -1;
	for (uint32_t i = 0; i < a->n; i++) {
		uint64_t carry = 0;

		for (uint32_t j = 0; j < b->n; j++) {
			carry += (uint64_t)a->d[i] * b->d[j] + ret->d[i + j];
			ret->d[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		ret->d[i + b->n] = (uint32_t)carry;
	}
	ret->negative = a->negative != b->negative;
	trim(ret);
	return 0;
}

/* One digit of long division (Knuth, 4.3.1 D): u -= q * v at u[j]. */
static uint32_t
divide_step(uint32_t *u, const uint32_t *v, uint32_t n)
{
	uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
	uint64_t q = top / v[n - 1], r = top % v[n - 1], carry = 0;
	int64_t borrow = 0;

	while (q >> 32 != 0 || q * v[n - 2] > (r << 32 | u[n - 2])) {
		q--;
		r += v[n - 1];
		if (r >> 32 != 0)
			break;
	}
	for (uint32_t i = 0; i < n; i++) {
		carry += q * v[i];
		borrow += (int64_t)u[i] - (uint32_t)carry;
		u[i] = (uint32_t)borrow;
		borrow >>= 32;
		carry >>= 32;
	}
	borrow += (int64_t)u[n] - (int64_t)carry;
	u[n] = (uint32_t)borrow;
	if (borrow >= 0)
		return (uint32_t)q;
	carry = 0;
	for (uint32_t i = 0; i < n; i++) {
		carry += (uint64_t)u[i] + v[i];
		u[i] = (uint32_t)carry;
		carry >>= 32;
	}
	u[n] += (uint32_t)carry;
	return (uint32_t)q - 1;
}

static int
divide_long(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret_q, struct bigint *ret_r)
{
	size_t shift = (size_t)__builtin_clz(b->d[b->n - 1]);
	uint32_t m = a->n - b->n;
	struct bigint u, v;

	if (bigint_shl(h, a, shift, &u) != 0 ||
	    bigint_shl(h, b, shift, &v) != 0)
		return -1;
	/* make() gave one limb more than asked, and bigint_shl() zeroes it. */
	if (make(h, (size_t)m + 1, ret_q) != 0 ||
	    budget_charge(h->budget, (uint64_t)(m + 1) * b->n / 64) != 0)
		return -1;
	for (uint32_t j = m + 1; j-- > 0;)
		ret_q->d[j] = divide_step(u.d + j, v.d, v.n);
	u.negative = v.negative = false;
	u.n = v.n;
	trim(&u);
	trim(ret_q);
	return bigint_shr(h, &u, shift, ret_r);
}

int
bigint_divide(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret_q, struct bigint *ret_r)
{
	int rc = 0;

	if (bigint_compare_abs(a, b) < 0) {
		if (make(h, 0, ret_q) != 0)
			return -1;
		*ret_r = *a;
		return 0;
	}
	if (b->n > 1) {
		rc = divide_long(h, a, b, ret_q, ret_r);
	} else {
		if (make(h, a->n, ret_q) != 0)
			return -1;
		memcpy(ret_q->d, a->d, a->n * sizeof(*a->d));
		rc = bigint_from_u64(h, divide_small(ret_q, b->d[0]), ret_r);
	}
	if (rc != 0)
		return -1;
	ret_q->negative = ret_q->n > 0 && a->negative != b->negative;
	ret_r->negative = ret_r->n > 0 && a->negative;
	return 0;
}

int
bigint_shl(struct heap *h, const struct bigint *a, size_t n, struct bigint *ret)
{
	size_t limbs = n / 32, bits = n % 32;

	if (n > (size_t)LIMBS_MAX * 32)
		return budget_fail(h->budget, BUDGET_NUMBER);
	if (make(h, a->n + limbs + 1, ret) != 0)
		return -1;
	for (uint32_t i = 0; i < a->n; i++) {
		uint64_t w = (uint64_t)a->d[i] << bits;

		ret->d[i + limbs] |= (uint32_t)w;
		ret->d[i + limbs + 1] = (uint32_t)(w >> 32);
	}
	ret->negative = a->negative;
	trim(ret);
	return 0;
}

int
bigint_shr(struct heap *h, const struct bigint *a, size_t n, struct bigint *ret)
{
	size_t limbs = n / 32, bits = n % 32;
	struct bigint one, t;
	bool lost = false;

	if (limbs >= a->n) {
		if (make(h, 0, ret) != 0)
			return -1;
		lost = a->n > 0;
	} else {
		if (make(h, a->n - limbs, ret) != 0)
			return -1;
		for (size_t i = 0; i < limbs; i++)
			lost |= a->d[i] != 0;
		lost |= (a->d[limbs] & (((uint32_t)1 << bits) - 1)) != 0;
		for (size_t i = limbs; i < a->n; i++) {
			uint64_t w = a->d[i];

			if (i + 1 < a->n)
				w |= (uint64_t)a->d[i + 1] << 32;
			ret->d[i - limbs] = (uint32_t)(w >> bits);
		}
	}
	ret->negative = a->negative;
	trim(ret);
	if (!a->negative || !lost)
		return 0;
	t = *ret;
	return bigint_from_u64(h, 1, &one) != 0 ? -1
						: bigint_sub(h, &t, &one, ret);
}

/* In place: two's complement of n limbs, and back. */
static void
negate(uint32_t *d, size_t n)
{
	uint64_t carry = 1;

	for (size_t i = 0; i < n; i++) {
		carry += (uint32_t)~d[i];
		d[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static int
complement(struct heap *h, const struct bigint *a, size_t n, struct bigint *ret)
{
	if (make(h, n, ret) != 0)
		return -1;
	if (a->n > 0)
		memcpy(ret->d, a->d, a->n * sizeof(*a->d));
	if (a->negative)
		negate(ret->d, n);
	return 0;
}

int
bigint_bitwise(struct heap *h, char op, const struct bigint *a,
    const struct bigint *b, struct bigint *ret)
{
	size_t n = (size_t)(a->n > b->n ? a->n : b->n) + 1;
	struct bigint x, y;

	if (complement(h, a, n, &x) != 0 || complement(h, b, n, &y) != 0 ||
	    make(h, n, ret) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (op == '&')
			ret->d[i] = x.d[i] & y.d[i];
		else if (op == '|')
			ret->d[i] = x.d[i] | y.d[i];
		else
			ret->d[i] = x.d[i] ^ y.d[i];
	}
	if (ret->d[n - 1] >> 31 != 0) {
		negate(ret->d, n);
		ret->negative = true;
	}
	trim(ret);
	return 0;
}
