/*
 * policy/plan -- from normal bodies to register code
 *
 * For every body the planner takes the first literal whose variables are
 * bound, or that binds them, plans it, and goes on with the rest: that is
 * Rego's safety check and its reordering in one. A body where no literal can
 * be taken is unsafe.
 *
 * Memory: while planning, the compiler's arena; the finished program is in
 * c->heap.
 */
#ifndef POLICY_PLAN_H
#define POLICY_PLAN_H

#include "policy/compile.h"

/* Plan all groups into c->program. Returns 0, or -1 with diagnostics. */
int plan_policy(struct compiler *c);

/*
 * Plan a query's body as one more function of a copy of program `base`, which
 * answers with an array of objects of the n variables. *ret_func is its index.
 */
int plan_query(struct compiler *c, const struct program *base,
    const struct body *b, struct var **vars, uint32_t n, uint32_t *ret_func);

/* The function of the document at the n keys, or UINT32_MAX. */
uint32_t plan_document(const struct compiler *c, const struct value *keys,
    uint32_t n);

#endif
