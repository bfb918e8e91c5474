/*
 * policy/normal_not -- literals that are negated
 *
 * not f(g(x), y.z) is t1 = g(x); t2 = y.z; not f(t1, t2), as OPA has it: an
 * operand that is undefined makes the literal undefined, not true. What stays
 * inside is the outermost call, and the refs that are compared or tested.
 *
 * Memory: in the compiler's arena.
 */
#ifndef POLICY_NORMAL_NOT_H
#define POLICY_NORMAL_NOT_H

#include "policy/normal_term.h"

/* Append the negated literal l: 0, or -1 with a diagnostic. */
int normal_not(struct normal *n, const struct literal *l);

/* normal.c: append l in a literal of the kind, which holds it as its body. */
int normal_wrap(struct normal *n, enum literal_kind kind,
    const struct literal *l);

#endif
