/*
 * policy/number -- numbers as OPA has them
 *
 * A number is an integer of 64 bits in the value itself, when it was written
 * as one (or is the result of arithmetic with an integral value), or else a
 * struct number: a decimal of any length that keeps its source text, since
 * OPA prints a number that nobody touched as it was written ("1.0", "1e2").
 * Comparison and hash are by exact value, whatever the text.
 *
 * Arithmetic: exact for integers in 64 bits; otherwise as OPA's, which
 * computes in binary floating point with a mantissa of 64 bits, rounds to
 * nearest even, and prints the shortest decimal that reads back equal: so
 * 0.1 + 0.2 is 0.3, and integers beyond 64 bits are rounded to 64 of them.
 * Bit operations and remainders take such integers and are exact from there
 * on, to NUMBER_BITS_MAX.
 *
 * Limits: NUMBER_DIGITS_MAX digits, and a decimal exponent of that size;
 * beyond them BUDGET_NUMBER.
 */
#ifndef POLICY_NUMBER_H
#define POLICY_NUMBER_H

#include "policy/value.h"

/* value = sign 0.d1 d2 ... dn * 10^exp, d1 and dn not 0; n == 0 is zero. */
struct number {
	uint64_t hash; /* 0: not asked for yet */
	const char *text;
	const char *digits; /* ASCII */
	uint32_t text_len;
	uint32_t n;
	int32_t exp;
	bool negative;
};

/* Room for the text of a 64-bit integer and a NUL. */
enum {
	NUMBER_INT_SIZE = 21
};

/*
 * The number that the len bytes at s are in JSON's grammar, all of them. A
 * canonical 64-bit integer becomes a plain one; anything else keeps its text.
 * VALUE_UNDEFINED: not a number (the budget is not marked), or a limit was
 * reached (it is).
 */
struct value number_parse(struct heap *h, const char *s, size_t len);

/* v with its text in heap h. */
struct value number_copy(struct heap *h, struct value v);

/* The unsigned 64-bit integer u. */
struct value number_u64(struct heap *h, uint64_t u);

/* The nearest double; infinite beyond its range. */
double number_to_double(struct value v);

/*
 * The text of number v: buf (NUMBER_INT_SIZE bytes) is used when v is plain.
 * Not terminated when it is not in buf.
 */
const char *number_text(struct value v, char *buf, size_t *ret_len);

/* v's value is an integer (1.0 is); *ret is set when it fits in 64 bits. */
bool number_is_integer(struct value v);
bool number_to_i64(struct value v, int64_t *ret);

/* v is an integer once it is rounded to a mantissa of 64 bits. */
bool number_is_whole(struct heap *h, struct value v);

/*
 * The 64-bit integer that v was written as, or came out as: -0 is 0, but 1.0
 * is none.
 */
bool number_as_i64(struct value v, int64_t *ret);

/* v was written as digits with or without a minus, of any length. */
bool number_is_plain(struct value v);

int number_compare(struct value a, struct value b);
uint64_t number_hash(const struct heap *h, struct value v);

/*
 * Arithmetic on two numbers. VALUE_UNDEFINED when a limit was reached (the
 * budget is marked). The caller excludes a divisor of zero, and operands of
 * number_rem() that are not integers.
 */
struct value number_add(struct heap *h, struct value a, struct value b);
struct value number_sub(struct heap *h, struct value a, struct value b);
struct value number_mul(struct heap *h, struct value a, struct value b);
struct value number_div(struct heap *h, struct value a, struct value b);
struct value number_rem(struct heap *h, struct value a, struct value b);

/*
 * The parts of a number as the number's own arithmetic sees them: OPA's
 * binary floating point rounded to the shortest decimal.
 */
struct value number_normal(struct heap *h, struct value v);

struct value number_abs(struct heap *h, struct value v);
struct value number_ceil(struct heap *h, struct value v);
struct value number_floor(struct heap *h, struct value v);
struct value number_round(struct heap *h, struct value v);

#endif
