/*
 * policy/builder -- making collections, and interning constants
 *
 * Builders collect members and then seal: one sort, one pass that drops
 * duplicates. Adding is amortised O(1). A builder that failed stays failed
 * (the budget is marked) and seals to VALUE_UNDEFINED. The members given must
 * be defined. A sealed builder is empty again.
 */
#ifndef POLICY_BUILDER_H
#define POLICY_BUILDER_H

#include "policy/value.h"

struct list_builder {
	struct heap *heap;
	struct value *v;
	size_t n;
	size_t cap;
};

void list_init(struct list_builder *b, struct heap *h);
int list_add(struct list_builder *b, struct value v);
struct value list_array(struct list_builder *b);
struct value list_set(struct list_builder *b);

/* An array of the members in order, equal ones kept. */
struct value list_sorted(struct list_builder *b);

struct object_builder {
	struct heap *heap;
	struct pair *p;
	size_t n;
	size_t cap;
};

void object_init(struct object_builder *b, struct heap *h);
int object_add(struct object_builder *b, struct value key, struct value val);

/* Seal; of members with equal keys the one added last counts. */
struct value object_seal(struct object_builder *b);

/*
 * Seal; members with equal keys must have equal values. Returns 0 and sets
 * *ret, 1 when two differ (Rego's "object keys must be unique"), or -1 when a
 * limit was reached.
 */
int object_seal_once(struct object_builder *b, struct value *ret);

/* -- interning of a policy's constants --------------------------------- */

/*
 * A table of strings in one heap, so that equal constants are one pointer.
 * Not needed for correctness: equality falls back to bytes.
 */
struct intern {
	struct heap *heap;
	struct string **slots; /* a power of two, open addressing */
	size_t n;
	size_t cap;
};

void intern_init(struct intern *t, struct heap *h);

/* The one string of the table with these bytes, made when needed. */
struct value intern_string(struct intern *t, const char *s, size_t len);

#endif
