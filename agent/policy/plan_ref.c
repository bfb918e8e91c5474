#include <string.h>

#include "policy/planner.h"

static bool
is_const(const struct term *t)
{
	return t->kind == TERM_CONST;
}

/* An extent that is planned already, or a new one for later. */
static uint32_t
extent_func(struct plan *p, struct node *n, struct term **filter,
    uint32_t n_filter)
{
	struct extent *e;
	uint32_t func;

	if (n_filter == 0 && n->extent != 0)
		return n->extent - 1;
	func = plan_func_new(p, FUNC_DOCUMENT, n, false, 0);
	if (n_filter == 0)
		n->extent = func + 1;
	p->extents = compile_grow(p->c, p->extents, p->n_extents,
	    &p->cap_extents, sizeof(*e));
	e = &p->extents[p->n_extents++];
	e->node = n;
	e->filter = filter;
	e->n_filter = n_filter;
	e->func = func;
	return func;
}

/* All documents below n that the rest of a ref can mean, as one object. */
uint32_t
plan_extent(struct plan *p, struct node *n, struct term **filter,
    uint32_t n_filter)
{
	uint32_t func = extent_func(p, n, filter, n_filter);
	uint32_t r = plan_reg(p);

	plan_edge(p, func);
	plan_emit(p, OP_DOCUMENT, r, func, 0, 0);
	return r;
}

/* Base documents only: nothing is defined along the path. */
static uint32_t
plan_base(struct plan *p, const struct term *t, uint32_t *at)
{
	struct value path[COMPILE_PATH_MAX];
	uint32_t n = 0, r = plan_reg(p);

	for (*at = 1; *at < t->u.list.n && n < COMPILE_PATH_MAX &&
		      is_const(t->u.list.t[*at]);
	     ++*at)
		path[n++] = t->u.list.t[*at]->u.value;
	plan_emit(p, OP_BASE, r,
	    plan_const(p, value_array(p->c->heap, path, n)), 0, 0);
	return r;
}

/* A document that is always the same: take the value, go down it. */
static uint32_t
plan_constant(struct plan *p, const struct term *t, struct value v,
    uint32_t *at)
{
	struct budget unlimited;

	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	while (*at < t->u.list.n && is_const(t->u.list.t[*at])) {
		v = value_get(v, t->u.list.t[*at]->u.value, &unlimited);
		++*at;
		if (!value_defined(v)) {
			plan_jump(p, p->fail);
			return plan_const(p, value_null());
		}
	}
	return plan_const(p, v);
}

/* The part of a ref below data that names a document; *at is what is left. */
static uint32_t
plan_data(struct plan *p, const struct term *t, uint32_t *at)
{
	struct node *n = p->c->root, *child;
	uint32_t r;

	for (*at = 1;; ++*at) {
		struct group *g = n->group;

		if (g != NULL && g->kind != GROUP_FUNCTION && !n->swallowed) {
			if (g->constant && !g->replaced)
				return plan_constant(p, t, g->value, at);
			r = plan_reg(p);
			plan_edge(p, g->func);
			plan_emit(p, OP_DOCUMENT, r, g->func, 0, 0);
			return r;
		}
		if (*at == t->u.list.n || !is_const(t->u.list.t[*at]))
			return plan_extent(p, n, t->u.list.t + *at,
			    t->u.list.n - *at);
		child = tree_child(n, t->u.list.t[*at]->u.value);
		if (child == NULL)
			return plan_base(p, t, at);
		n = child;
	}
}

/* One term of a path: its member of the value in `base`. */
static uint32_t
plan_step(struct plan *p, uint32_t base, const struct term *t)
{
	uint32_t r, key;

	if (order_term_ready(t)) {
		key = plan_value(p, t);
		r = plan_reg(p);
		plan_emit(p, OP_DOT, r, base, key, 0);
		return r;
	}
	key = t->kind == TERM_VAR && t->var->wildcard ? OPERAND_NONE
						      : plan_reg(p);
	plan_loop(p, base, key, &r);
	if (key != OPERAND_NONE && plan_unify(p, t, key) < 0)
		return 0;
	return r;
}

uint32_t
plan_ref(struct plan *p, const struct term *t)
{
	const struct term *head = t->u.list.t[0];
	uint32_t base, at = 1;

	if (term_is_data(p->c, head))
		base = plan_data(p, t, &at);
	else
		base = plan_value(p, head);
	for (; at < t->u.list.n && !p->c->failed; at++)
		base = plan_step(p, base, t->u.list.t[at]);
	return base;
}
