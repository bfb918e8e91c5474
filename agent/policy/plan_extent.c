#include <string.h>

#include "policy/planner.h"

static bool
passes(const struct node *n, const struct extent *e)
{
	struct budget unlimited;

	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	return e->n_filter == 0 || e->filter[0]->kind != TERM_CONST ||
	       value_equal(e->filter[0]->u.value, n->key, &unlimited);
}

static bool
has_value(const struct node *n)
{
	const struct group *g = n->group;

	return g != NULL && g->kind != GROUP_FUNCTION && !n->swallowed &&
	       (g->n > 0 || g->default_rule != NULL);
}

/* A rule's value, where it has one. */
static void
add_rule(struct plan *p, struct node *n, uint32_t builder)
{
	uint32_t skip = plan_label(p), fail = p->fail, r = plan_reg(p);
	uint32_t key = plan_const(p, n->key);

	p->fail = skip;
	plan_edge(p, n->group->func);
	plan_emit(p, OP_DOCUMENT, r, n->group->func, 0, 0);
	plan_emit(p, OP_ADD, builder, key, r, 0);
	p->fail = fail;
	plan_place(p, skip);
}

static bool
only_functions(const struct node *n)
{
	return n->group != NULL && n->group->kind == GROUP_FUNCTION &&
	       n->n_children == 0;
}

/* What base documents say wins over a rule, and less than an inner node. */
static int
plan_one(struct plan *p, const struct extent *e)
{
	const struct node *n = e->node;
	uint32_t builder, i, r, down = e->n_filter > 0 ? 1 : 0;
	struct term **filter = down > 0 ? e->filter + 1 : NULL;

	plan_func_begin(p, e->func, false);
	builder = plan_regs(p, 2);
	plan_emit(p, OP_BUILD, builder, 0, 0, BUILD_EXTENT);
	for (i = 0; i < n->n_children; i++) {
		if (has_value(n->children[i]) && passes(n->children[i], e))
			add_rule(p, n->children[i], builder);
	}
	plan_emit(p, OP_ADD_BASE, builder, plan_const(p, tree_path(p->c, n)), 0,
	    0);
	for (i = 0; i < n->n_children; i++) {
		struct node *child = n->children[i];

		if (has_value(child) || child->swallowed ||
		    only_functions(child) || !passes(child, e))
			continue;
		r = plan_extent(p, child, filter, e->n_filter - down);
		plan_emit(p, OP_ADD, builder, plan_const(p, child->key), r, 0);
	}
	plan_place(p, p->fail);
	plan_emit(p, OP_SEAL, builder + 1, builder, 0, 0);
	plan_emit(p, OP_RETURN, builder + 1, 0, 0, 0);
	return plan_func_end(p);
}

/* Plan all extents asked for, and those that they ask for. */
int
plan_extents(struct plan *p)
{
	while (p->n_extents > 0) {
		struct extent e = p->extents[--p->n_extents];

		if (plan_one(p, &e) < 0)
			return -1;
	}
	return 0;
}
