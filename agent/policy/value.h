/*
 * policy/value -- the values of Rego
 *
 * A struct value is 16 bytes and is copied freely. What it points to lives in
 * a heap (policy/heap.h) and never changes once made, except that hashes are
 * remembered when first asked for; value_freeze() asks for all of them, after
 * which a policy's heap is only ever read.
 *
 * Total order, as OPA's: null < booleans (false first) < numbers by exact
 * value < strings bytewise < arrays < objects < sets. Arrays compare member by
 * member, then by length; objects as arrays of their members in order of keys,
 * a key before its value; sets as sorted arrays. Objects and sets hold their
 * members sorted and unique, so that iterating is in order and lookup is a
 * binary search. 1 and 1.0 are equal (and one key of an object).
 *
 * VALUE_UNDEFINED is not a Rego value: it marks an unset register or a
 * failure, and is never a member of a collection.
 *
 * Limits: a collection's nesting (VALUE_DEPTH_MAX), members and a string's
 * bytes are checked when it is made, so the functions that walk a value
 * recurse at most VALUE_DEPTH_MAX deep. Functions that make values return
 * VALUE_UNDEFINED when a limit was reached; the heap's budget then is marked.
 *
 * Memory: all from the heap given; nothing is freed one by one.
 */
#ifndef POLICY_VALUE_H
#define POLICY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "policy/heap.h"

enum value_type {
	VALUE_UNDEFINED,
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_ARRAY,
	VALUE_OBJECT,
	VALUE_SET
};

struct number; /* policy/number.h */

struct string {
	uint64_t hash; /* 0: not asked for yet */
	uint32_t len;
	uint32_t ascii; /* 1: every byte < 0x80, so bytes are code points */
	char s[];       /* valid UTF-8, and a NUL that len does not count */
};

struct value;

/* An array, or a set: then sorted and unique. */
struct list {
	uint64_t hash;
	uint32_t n;
	uint32_t depth; /* 1 + the deepest member's */
	const struct value *v;
};

struct pair;

struct object {
	uint64_t hash;
	uint32_t n;
	uint32_t depth;
	const struct pair *p; /* sorted by key, keys unique */
};

struct value {
	uint8_t type;   /* enum value_type */
	uint8_t is_big; /* a number that is u.number, not u.i */
	union {
		bool b;
		int64_t i; /* a number written as a plain integer */
		const struct number *number;
		struct string *s;
		struct list *list; /* array, set */
		struct object *object;
	} u;
};

struct pair {
	struct value key;
	struct value val;
};

/* -- making ------------------------------------------------------------ */

static inline struct value
value_undefined(void)
{
	return (struct value){ .type = VALUE_UNDEFINED };
}

static inline struct value
value_null(void)
{
	return (struct value){ .type = VALUE_NULL };
}

static inline struct value
value_bool(bool b)
{
	return (struct value){ .type = VALUE_BOOL, .u.b = b };
}

static inline struct value
value_int(int64_t i)
{
	return (struct value){ .type = VALUE_NUMBER, .u.i = i };
}

/* A copy of the len bytes at s, which the caller knows to be UTF-8. */
struct value value_string(struct heap *h, const char *s, size_t len);
struct value value_cstring(struct heap *h, const char *s);

/*
 * A string of len bytes to be filled by the caller through *ret_s at once,
 * before anything reads it; then value_string_done() looks at the bytes.
 */
struct value value_string_new(struct heap *h, size_t len, char **ret_s);
void value_string_done(struct value v);

/*
 * The same string, the newest allocation of h, cut to its first len bytes
 * before anything else reads it; includes value_string_done().
 */
void value_string_cut(struct heap *h, struct value v, size_t len);

/* An array of a copy of the n values at v. */
struct value value_array(struct heap *h, const struct value *v, size_t n);

struct value value_empty_array(struct heap *h);
struct value value_empty_object(struct heap *h);
struct value value_empty_set(struct heap *h);

/* -- reading ----------------------------------------------------------- */

static inline bool
value_defined(struct value v)
{
	return v.type != VALUE_UNDEFINED;
}

/* False for the value false and for VALUE_UNDEFINED: what ends a body. */
static inline bool
value_truthy(struct value v)
{
	return v.type != VALUE_UNDEFINED && !(v.type == VALUE_BOOL && !v.u.b);
}

/* A plain integer in 64 bits: what may index an array (1.0 may not). */
static inline bool
value_is_int(struct value v)
{
	return v.type == VALUE_NUMBER && !v.is_big;
}

/* The type's name as type_name() gives it: "null", "boolean", ... */
const char *value_type_name(enum value_type type);

/* Members of an array, object or set; code points of a string. */
size_t value_count(struct value v);

/*
 * The order above: <0, 0, >0. The work is charged to the budget; when that
 * fails the result means nothing and the budget is marked.
 */
int value_compare(struct value a, struct value b, struct budget *budget);

/* value_compare() == 0, but quicker: pointers and known hashes first. */
bool value_equal(struct value a, struct value b, struct budget *budget);

/* A keyed hash, equal for equal values; remembered in strings, collections. */
uint64_t value_hash(const struct heap *h, struct value v);

/*
 * v[key] as a reference sees it: an array's member by plain integer, an
 * object's by key, a set's member that equals key. VALUE_UNDEFINED when there
 * is none, or v is not a collection.
 */
struct value value_get(struct value v, struct value key, struct budget *budget);

/* The member of object v with the string key of len bytes. */
struct value value_get_str(struct value v, const char *key, size_t len);

/* Position of key in object or set v, or -1. */
int64_t value_find(struct value v, struct value key, struct budget *budget);

/* Compute all hashes below v, so that v is only read from now on. */
void value_freeze(const struct heap *h, struct value v);

/*
 * v with all it consists of copied into heap h (what already is in the
 * policy's heap may be shared by not copying: use only to move a result out
 * of a heap that will be reset).
 */
struct value value_copy(struct heap *h, struct value v);

/* -- text -------------------------------------------------------------- */

/* True when the len bytes at s are UTF-8 (RFC 3629). */
bool value_is_utf8(const char *s, size_t len);

#endif
