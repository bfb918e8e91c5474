/*
 * measurements/der -- walking DER (ITU-T X.690, 10) in bounds
 *
 * Only what certificates need: tags of one byte, definite lengths in their
 * shortest form. Reads go through a sticky span (base/span.h): an element that
 * is not there, or of another tag, makes the span bad.
 *
 * Memory: nothing is allocated; what is returned borrows the bytes.
 */
#ifndef MEASUREMENTS_DER_H
#define MEASUREMENTS_DER_H

#include "base/span.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0xa0 /* + n, constructed */
};

/* The tag of the next element; 0 at the end. Takes nothing. */
uint8_t der_peek(const struct span *s);

/* The contents of the next element, which has that tag. */
struct span der_take(struct span *s, unsigned tag);

/* The next element whole, with its tag and length. */
struct span der_take_whole(struct span *s, unsigned tag);

/* Step over the next element, whatever it is. */
void der_skip(struct span *s);

/* A positive INTEGER as big-endian bytes without leading zeros. */
struct span der_take_integer(struct span *s);

/* An INTEGER from 0 to 2^31 - 1. */
uint32_t der_take_u31(struct span *s);

/* A BIT STRING of whole bytes. */
struct span der_take_bits(struct span *s);

/* The span is bad unless all of it was taken. */
void der_end(struct span *s);

#endif
