/*
 * measurements/der -- reading DER (X.690) element by element
 *
 * A struct span is the cursor; what is not there, not of the wanted tag or not
 * DER (indefinite or non-minimal length, a tag of more than one byte) marks it
 * bad, and it stays bad: check span_bad() once at the end. Contents are spans
 * into the same bytes.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_DER_H
#define MEASUREMENTS_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,            /* plus the number: [n] IMPLICIT */
	DER_CONTEXT_CONSTRUCTED = 0xa0 /* plus the number: [n] EXPLICIT */
};

/* True when the next element has this tag; reads nothing. */
bool der_is(const struct span *s, unsigned tag);

/* The contents of the next element, which must have this tag. */
struct span der_take(struct span *s, unsigned tag);

/* The next element whole, header and contents, of this tag. */
struct span der_take_whole(struct span *s, unsigned tag);

/* Step over the next element, whatever it is. */
void der_skip(struct span *s);

/* A BIT STRING of whole bytes. */
struct span der_take_bits(struct span *s);

/* An INTEGER that is not negative, without its leading zero; one byte for 0. */
struct span der_take_unsigned(struct span *s);

/* A small INTEGER, at most max. */
unsigned der_take_small(struct span *s, unsigned max);

/* UTCTime or GeneralizedTime in the form of RFC 5280, 4.1.2.5, as seconds. */
int64_t der_take_time(struct span *s);

/* Mark as bad when anything is left. */
void der_end(struct span *s);

/* True when the contents of an OBJECT IDENTIFIER are the len bytes at p. */
bool der_oid_is(struct span oid, const void *p, size_t len);

/* Room for the text of an OBJECT IDENTIFIER. */
enum {
	DER_OID_TEXT = 64
};

/* "1.2.840.10045.3.1.7"; cut when it is longer, "?" when malformed. */
void der_oid_text(struct span oid, char ret_text[DER_OID_TEXT]);

#endif
