/*
 * measurements/json_out -- writing JSON (RFC 8259), indented, into a buffer
 *
 * Keys come out in the order of the calls, so equal inputs give equal bytes.
 * Strings may be anything: what is not well-formed UTF-8 becomes U+FFFD, byte
 * for byte, and control characters are escaped.
 *
 * The calls must nest properly, at most JSON_OUT_DEPTH deep, with a key in an
 * object and NULL in an array and at the top: that is the caller's invariant
 * and is asserted. Running into the buffer's limit shows in buf_bad().
 */
#ifndef MEASUREMENTS_JSON_OUT_H
#define MEASUREMENTS_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	JSON_OUT_DEPTH = 16
};

struct json_out {
	struct buf *b;
	int depth;
	struct {
		bool array;
		bool filled;
	} level[JSON_OUT_DEPTH + 1];
};

/* Write into b, which the caller keeps. */
void json_out_init(struct json_out *j, struct buf *b);

/* Begin an object or an array, to be closed by json_out_end(). */
void json_out_object(struct json_out *j, const char *key);
void json_out_array(struct json_out *j, const char *key);

/* Close the innermost; after the outermost comes a line feed. */
void json_out_end(struct json_out *j);

/* A string; NULL becomes null. */
void json_out_string(struct json_out *j, const char *key, const char *s);

void json_out_number(struct json_out *j, const char *key, uint64_t v);
void json_out_bool(struct json_out *j, const char *key, bool v);
void json_out_null(struct json_out *j, const char *key);

/* Bytes as a string of hexadecimal digits. */
void json_out_hex(struct json_out *j, const char *key, const uint8_t *p,
    size_t len);

#endif
