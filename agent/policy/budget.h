/*
 * policy/budget -- what is left of one compilation or evaluation
 *
 * A budget counts down steps and remembers the first limit that was reached.
 * That memory is sticky: from then on every charge fails, and whoever runs the
 * query looks at budget_hit() before it believes any result. So a limit can
 * never turn into "undefined", which `not` would turn into success
 * (fail-open): whatever the code in between returned, the query ends in an
 * error that carries the limit's name.
 *
 * What a step is: one instruction of the virtual machine, one member of a
 * collection that is copied or compared, or 64 bytes of string work. No clock
 * is involved: the same query of the same policy, input and data takes about
 * the same steps each time. Not exactly: what an earlier query compiled
 * (regular expressions, their automata) or found out (hashes) is not charged
 * again, so that the first query is the dearest.
 *
 * Memory: nothing is allocated here; struct heap (policy/heap.h) charges the
 * budget that it was made with.
 */
#ifndef POLICY_BUDGET_H
#define POLICY_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/limits.h"

enum budget_limit {
	BUDGET_OK,
	BUDGET_STEPS,    /* instructions and work inside builtins */
	BUDGET_MEMORY,   /* the heap's cap */
	BUDGET_DEPTH,    /* nested calls, or nesting of a value */
	BUDGET_STRING,   /* VALUE_STRING_MAX */
	BUDGET_ITEMS,    /* VALUE_ITEMS_MAX */
	BUDGET_NUMBER,   /* NUMBER_DIGITS_MAX, NUMBER_BITS_MAX */
	BUDGET_REGEX,    /* size of a regular expression's program */
	BUDGET_FORMAT,   /* FORMAT_WIDTH_MAX */
	BUDGET_POLICY,   /* size of a policy: AST_NODES_MAX */
	BUDGET_INTERNAL, /* our own fault: never a result either */
	BUDGET_LIMITS    /* how many there are */
};

struct budget {
	uint64_t steps; /* left */
	uint32_t depth; /* of nested calls, now */
	uint32_t depth_max;
	enum budget_limit hit; /* the first limit that was reached */
};

/* A budget of so many steps and nested calls, nothing reached. */
void budget_init(struct budget *b, uint64_t steps, uint32_t depth_max);

/*
 * Note that limit was reached, unless another one was before. Returns -1, for
 * `return budget_fail()`.
 */
int budget_fail(struct budget *b, enum budget_limit limit);

/* The first limit that was reached; BUDGET_OK while there is none. */
static inline enum budget_limit
budget_hit(const struct budget *b)
{
	return b->hit;
}

/* Take n steps. Returns 0, or -1 when they are not left or a limit was hit. */
static inline int
budget_charge(struct budget *b, uint64_t n)
{
	if (b->hit != BUDGET_OK)
		return -1;
	if (n > b->steps)
		return budget_fail(b, BUDGET_STEPS);
	b->steps -= n;
	return 0;
}

/* Take the steps of work on len bytes. */
static inline int
budget_charge_bytes(struct budget *b, size_t len)
{
	return budget_charge(b, 1 + len / 64);
}

/* One call deeper: 0, or -1 with BUDGET_DEPTH. */
static inline int
budget_enter(struct budget *b)
{
	if (b->depth >= b->depth_max)
		return budget_fail(b, BUDGET_DEPTH);
	b->depth++;
	return 0;
}

/* Back from a call. */
static inline void
budget_leave(struct budget *b)
{
	b->depth--;
}

/* The code of a limit for people and programs, e.g. "limit_steps". */
const char *budget_name(enum budget_limit limit);

#endif
