/*
 * policy/normal -- bodies in a form that can be ordered and planned
 *
 * Calls nested in terms, and refs that may bind variables, become literals of
 * their own in front of the one that uses them: f(g(x), a[i]) is
 *	t1 = g(x); t2 = a[i]; f(t1, t2)
 * inside the same `with` or closure, and in front of a `not`. Afterwards
 * - LIT_EXPR is one term, LIT_UNIFY and LIT_ASSIGN have at most one side that
 *   is a ref or a call, and no LIT_SOME is left;
 * - arguments, and members of composites, are constants, variables, refs
 *   without variables in their path, closures, and composites of those;
 * - negation is LIT_NOT with a body, `with` is LIT_WITH with a body, and a
 *   call with its output as last argument is a LIT_UNIFY;
 * - template strings are calls.
 */
#ifndef POLICY_NORMAL_H
#define POLICY_NORMAL_H

#include "policy/compile.h"

/* A body being made. */
struct normal {
	struct compiler *c;
	uint32_t depth; /* of the scope that temporaries belong to */
	struct literal **l;
	uint32_t n, cap;
	struct literal *of; /* the literal that is being flattened */
	bool negated;       /* the body of a `not` */
};

/* A normal form of b, which may be NULL, in *n. */
int normal_begin(struct normal *n, struct compiler *c, uint32_t depth,
    const struct body *b);

/* Append one more body in the same scope. */
int normal_more(struct normal *n, const struct body *b);

/* Append what t needs; returns what to use in its place, or NULL. */
struct term *normal_term(struct normal *n, struct term *t);

/* The body that was made. */
struct body *normal_end(struct normal *n);

#endif
