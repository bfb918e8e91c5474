/*
 * policy/unicode -- properties of code points, as Go's unicode package
 *
 * Categories, scripts, simple case mapping and simple case folding of Unicode
 * 15.0. No normalisation, no special casing: Go has none either.
 *
 * Memory: none of these functions allocates.
 */
#ifndef POLICY_UNICODE_H
#define POLICY_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	UNICODE_MAX = 0x10ffff
};

/* Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, ' '. */
bool unicode_is_print(uint32_t c);

/* The property White_Space. */
bool unicode_is_space(uint32_t c);

/* Decimal digits, category Nd. */
bool unicode_is_digit(uint32_t c);

/*
 * Does a letter, a decimal digit or an underscore stand at s, where at least
 * one byte is? *ret_n is its bytes.
 */
bool unicode_is_name(const char *s, size_t len, size_t *ret_n);

uint32_t unicode_lower(uint32_t c);
uint32_t unicode_upper(uint32_t c);

/*
 * The next code point that equals c in simple case folding: going on from
 * there comes back to c. c itself when there is no other.
 */
uint32_t unicode_fold(uint32_t c);

/* The first code point from c on that may have another case; or UNICODE_MAX. */
uint32_t unicode_next_cased(uint32_t c);

/* A cursor over the ranges of one class. */
struct unicode_class {
	const uint8_t *p;
	const uint8_t *end;
	uint32_t at;
	unsigned int bits;
	uint64_t categories; /* a set, or 0 */
	uint32_t script;
};

/*
 * The class called by the len bytes at name: a category ("Lu", "L"), a script
 * ("Greek") or "Any". False when there is none.
 */
bool unicode_class(const char *name, size_t len, struct unicode_class *ret);

/* The next range, both ends in it, in rising order; false at the end. */
bool unicode_class_next(struct unicode_class *k, uint32_t *ret_lo,
    uint32_t *ret_hi);

#endif
