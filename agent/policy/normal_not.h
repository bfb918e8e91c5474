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

#include "policy/normal.h"

/* Append the negated literal l: 0, or -1 with a diagnostic. */
int normal_not(struct normal *n, const struct literal *l);

/* normal.c: a copy of t with a list of its own. */
struct term *normal_copy(struct normal *n, const struct term *t);

/* normal.c: append what t needs; returns what to use in its place, or NULL. */
struct term *normal_term(struct normal *n, struct term *t);

/* normal.c: join temp = t to the literal being made; returns temp. */
struct term *normal_name(struct normal *n, struct term *t);

/*
 * normal.c: append temp = t, to which is joined what waits since there were
 * `late` of those; returns temp.
 */
struct term *normal_own(struct normal *n, struct term *t, uint32_t late);

/* normal.c: t is a call of print. */
bool normal_is_print(const struct term *t);

/* normal.c: append l in a literal of the kind, which holds it as its body. */
int normal_wrap(struct normal *n, enum literal_kind kind,
    const struct literal *l);

#endif
