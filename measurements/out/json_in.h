/*
 * measurements/json_in -- reading JSON that others wrote
 *
 * cJSON parses; this unit refuses what it would let pass: text behind the
 * value, a key twice in one object, more than JSON_IN_KEYS keys in one, and
 * nesting deeper than JSON_IN_DEPTH. Keys are compared exactly.
 *
 * Memory: a value belongs to the caller, who gives it to cJSON_Delete();
 * decoded bytes are the arena's.
 */
#ifndef MEASUREMENTS_JSON_IN_H
#define MEASUREMENTS_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "codec/base64.h"

enum {
	JSON_IN_KEYS = 1024,
	JSON_IN_DEPTH = 24
};

/* The len bytes at p as one value. -1 with ERR_SYNTAX or ERR_LIMIT. */
int json_in_parse(const void *p, size_t len, cJSON **ret_json, struct err *e);

/* The value of a key; NULL when o is no object or has none. */
const cJSON *json_in_get(const cJSON *o, const char *key);

/* The same as a string; NULL when it is none. */
const char *json_in_string(const cJSON *o, const char *key);

/* v as a whole number to max that a double holds exactly. -1 when not. */
int json_in_u64(const cJSON *v, uint64_t max, uint64_t *ret_n);

/*
 * Text in base64 as bytes; "=" at the end of the URL alphabet is allowed for.
 * A bad span when it is not in the form or the arena is full.
 */
struct span json_in_base64(const char *text, enum base64_form form,
    struct arena *a);

/* Hexadecimal text as bytes, likewise. */
struct span json_in_hex(const char *text, struct arena *a);

#endif
