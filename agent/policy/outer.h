/*
 * policy/outer -- which surrounding variables a closure uses
 *
 * They must be bound before the closure is evaluated. Results go to b->outer.
 */
#ifndef POLICY_OUTER_H
#define POLICY_OUTER_H

#include "policy/compile.h"

/*
 * For a closure of body b with the head terms given (or NULL); variables of
 * at least `depth` are its own.
 */
void outer_find(struct compiler *c, struct body *b, uint32_t depth,
    const struct term *key, const struct term *val);

/* For a negated body, whose wildcards and temporaries are its own. */
void outer_find_negated(struct compiler *c, struct body *b);

#endif
