/*
 * policy/number_float -- binary floating point with a mantissa of 64 bits
 *
 * What OPA computes with when a number is not an integer: Go's big.Float at
 * its default precision, rounding to nearest even. The mantissa's top bit is
 * set unless the number is zero; there are no infinities, the exponent is
 * bounded by the limits of policy/number.h instead.
 *
 * Memory: intermediate integers come from the heap given.
 */
#ifndef POLICY_NUMBER_FLOAT_H
#define POLICY_NUMBER_FLOAT_H

#include "policy/value.h"

struct number_float {
	uint64_t mant; /* value = mant * 2^exp */
	int32_t exp;
	bool negative;
};

/* The nearest float of a number: 0, or -1 when a limit was reached. */
int number_float_of(struct heap *h, struct value v, struct number_float *ret);

/* The shortest decimal that reads back as f; VALUE_UNDEFINED at a limit. */
struct value number_float_value(struct heap *h, struct number_float f);

struct number_float number_float_add(struct number_float a,
    struct number_float b);
struct number_float number_float_mul(struct number_float a,
    struct number_float b);

/* b is not zero. */
struct number_float number_float_div(struct number_float a,
    struct number_float b);

#endif
