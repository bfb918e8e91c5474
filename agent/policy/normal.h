/*
 * policy/normal -- bodies in a form that can be ordered and planned
 *
 * Calls nested in terms, and refs that may bind variables, become literals of
 * their own in front of the one that uses them: f(a[i], g(x)) is
 *	t1 = g(x); t2 = a[i]; f(t2, t1)
 * inside the same `with` or closure, and in front of a `not`. As in OPA the
 * calls come first and are ordered as any other literal; a ref is joined to
 * the literal that uses it and stays directly in front of it. The sequence
 * decides which of an error and a literal that does not hold comes first.
 * Afterwards
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
	struct literal **late; /* to be joined to the literal being made */
	uint32_t n_late, cap_late;
	struct literal *of; /* the literal that is being flattened */
	bool negated;       /* the body of a `not` */
	bool name_all;      /* every ref and closure gets a literal */
};

/* A normal form of b, which may be NULL, in *n. */
int normal_begin(struct normal *n, struct compiler *c, uint32_t depth,
    const struct body *b);

/* Append one more body in the same scope. */
int normal_more(struct normal *n, const struct body *b);

/*
 * Append the calls in the n terms of a head; then what else needs evaluation
 * is a literal of its own, each term's. t[i] becomes what to use in its place.
 */
int normal_head(struct normal *n, struct term **t, uint32_t n_terms);

/* The same for the terms of a head's path, one after the other. */
int normal_path(struct normal *n, struct term **t, uint32_t n_terms);

/* The body that was made. */
struct body *normal_end(struct normal *n);

#endif
