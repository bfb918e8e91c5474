/*
 * policy/format -- one conversion of sprintf, as Go's fmt package writes it
 *
 * A Rego number that is a 64-bit integer is Go's int, a longer integer
 * *big.Int, any other number float64; a string is string, and everything else
 * the string that json_write_term() makes of it.
 *
 * Memory: text goes to the caller's buffer.
 */
#ifndef POLICY_FORMAT_H
#define POLICY_FORMAT_H

#include "base/buf.h"
#include "policy/value.h"

struct format {
	struct buf *b;
	bool sharp, zero, plus, minus, space;
	bool quote; /* strings, under %#v */
	bool has_width, has_prec;
	int64_t width; /* both at most FORMAT_WIDTH_MAX */
	int64_t prec;
	const char *verb; /* as it was written, for complaints */
	size_t verb_len;
};

/* Write v under the verb. The heap is for intermediate integers. */
void format_value(struct format *f, struct heap *h, struct value v,
    uint32_t verb);

/* "int=5": what Go shows of an argument that it could not use. */
void format_with_type(struct buf *b, struct heap *h, struct value v);

/* Pad the text to the width, by code points. */
void format_pad(struct format *f, const char *s, size_t len);

/* d under verb e, E, f, F, g, G, x, X, b or v. */
void format_float(struct format *f, double d, uint32_t verb);

#endif
