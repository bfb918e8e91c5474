/*
 * policy/bigint -- integers beyond 64 bits, for number.c and the bit builtins
 *
 * Sign and magnitude, schoolbook arithmetic. Every function that makes one
 * returns 0, or -1 when a limit was reached: more than NUMBER_BITS_MAX bits
 * (with slack for intermediate results), memory, or steps; the work, which is
 * quadratic, is charged.
 *
 * Memory: the heap given. Results never alias their operands.
 */
#ifndef POLICY_BIGINT_H
#define POLICY_BIGINT_H

#include "policy/value.h"

struct bigint {
	uint32_t *d; /* least significant first, the last one not 0 */
	uint32_t n;  /* 0 is zero */
	bool negative;
};

int bigint_from_u64(struct heap *h, uint64_t u, struct bigint *ret);
int bigint_from_i64(struct heap *h, int64_t i, struct bigint *ret);

/* The value of number v, towards zero. */
int bigint_from_number(struct heap *h, struct value v, struct bigint *ret);

/* The same of the float that OPA makes of v first: exact below 2^64. */
int bigint_from_rounded(struct heap *h, struct value v, struct bigint *ret);

/* a as a number; VALUE_UNDEFINED beyond NUMBER_BITS_MAX. */
struct value bigint_number(struct heap *h, const struct bigint *a);

/* The n decimal digits at s, and then so many zeros. */
int bigint_from_digits(struct heap *h, const char *s, size_t n, size_t zeros,
    struct bigint *ret);

/* 5 to the power of k. */
int bigint_pow5(struct heap *h, uint32_t k, struct bigint *ret);

/* Digits in lower case without sign, for base 2, 8, 10 or 16. */
int bigint_text(struct heap *h, const struct bigint *a, unsigned int base,
    char **ret, size_t *ret_len);

size_t bigint_bits(const struct bigint *a);

/* Compare magnitudes; compare with signs. */
int bigint_compare_abs(const struct bigint *a, const struct bigint *b);
int bigint_compare(const struct bigint *a, const struct bigint *b);

int bigint_add(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret);
int bigint_sub(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret);
int bigint_mul(struct heap *h, const struct bigint *a, const struct bigint *b,
    struct bigint *ret);

/* Quotient towards zero and remainder of a / b; b is not zero. */
int bigint_divide(struct heap *h, const struct bigint *a,
    const struct bigint *b, struct bigint *ret_q, struct bigint *ret_r);

/* a * 2^n, and a / 2^n rounded down. */
int bigint_shl(struct heap *h, const struct bigint *a, size_t n,
    struct bigint *ret);
int bigint_shr(struct heap *h, const struct bigint *a, size_t n,
    struct bigint *ret);

/* As if both were in two's complement of unbounded width; op '&', '|', '^'. */
int bigint_bitwise(struct heap *h, char op, const struct bigint *a,
    const struct bigint *b, struct bigint *ret);

#endif
