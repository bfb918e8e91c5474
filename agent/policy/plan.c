#include <string.h>

#include "policy/graph.h"
#include "policy/planner.h"

static void *
keep(struct compiler *c, const void *p, size_t n, size_t size)
{
	void *copy = heap_array(c->heap, n + 1, size);

	if (copy == NULL) {
		c->failed = true;
		return NULL;
	}
	if (n > 0)
		memcpy(copy, p, n * size);
	return copy;
}

/* Move the finished program to where it stays. */
static int
finish(struct plan *p)
{
	struct compiler *c = p->c;
	struct program *q = c->program;

	if (graph_check(p) < 0)
		return -1;
	*q = p->p;
	q->code = keep(c, q->code, q->n_code, sizeof(*q->code));
	q->origin_of = keep(c, q->origin_of, q->n_code, sizeof(*q->origin_of));
	q->origins = keep(c, q->origins, q->n_origins, sizeof(*q->origins));
	q->consts = keep(c, q->consts, q->n_consts, sizeof(*q->consts));
	q->operands = keep(c, q->operands, q->n_operands, sizeof(*q->operands));
	q->funcs = keep(c, q->funcs, q->n_funcs, sizeof(*q->funcs));
	return c->failed ? -1 : 0;
}

static bool
is_live(const struct group *g)
{
	return (g->n > 0 || g->default_rule != NULL) &&
	       (!g->node->swallowed || g->kind == GROUP_FUNCTION);
}

/* A document that is one constant in every query. */
static void
find_constant(struct group *g)
{
	const struct rule *r;

	if (g->kind != GROUP_COMPLETE || g->n != 1 || g->replaced)
		return;
	r = g->entries[0].rule;
	if (r->body != NULL || r->orelse != NULL || r->value == NULL ||
	    r->value->kind != TERM_CONST)
		return;
	g->constant = true;
	g->value = r->value->u.value;
}

int
plan_policy(struct compiler *c)
{
	struct plan p = { .c = c };
	struct group *g;
	int failed = 0;

	for (g = c->groups; g != NULL; g = g->next) {
		if (!is_live(g))
			continue;
		find_constant(g);
		g->func = plan_func_new(&p,
		    g->kind == GROUP_FUNCTION ? FUNC_FUNCTION : FUNC_DOCUMENT,
		    g->node, true, g->kind == GROUP_FUNCTION ? g->n_args : 0);
	}
	for (g = c->groups; g != NULL; g = g->next) {
		if (is_live(g) && plan_group(&p, g) < 0)
			failed = -1;
		if (budget_hit(c->heap->budget) != BUDGET_OK)
			return -1;
		c->failed = false;
	}
	if (failed < 0 || plan_extents(&p) < 0)
		return -1;
	return finish(&p);
}

/* The base program's arrays in the arena, to be added to. */
static void
start_from(struct plan *p, const struct program *base)
{
	struct compiler *c = p->c;
	size_t i;
	struct {
		void *to;
		const void *from;
		uint32_t n;
		uint32_t *cap;
		size_t size;
	} parts[] = {
		{ &p->p.code, base->code, base->n_code, &p->cap_code,
		    sizeof(*base->code) },
		{ &p->p.origin_of, base->origin_of, base->n_code,
		    &p->cap_origin_of, sizeof(*base->origin_of) },
		{ &p->p.origins, base->origins, base->n_origins,
		    &p->cap_origins, sizeof(*base->origins) },
		{ &p->p.consts, base->consts, base->n_consts, &p->cap_consts,
		    sizeof(*base->consts) },
		{ &p->p.operands, base->operands, base->n_operands,
		    &p->cap_operands, sizeof(*base->operands) },
		{ &p->p.funcs, base->funcs, base->n_funcs, &p->cap_funcs,
		    sizeof(*base->funcs) },
	};

	p->p = *base;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		void *copy;

		*parts[i].cap = parts[i].n + 64;
		copy = compile_alloc(c, *parts[i].cap * parts[i].size);
		if (parts[i].n > 0)
			memcpy(copy, parts[i].from, parts[i].n * parts[i].size);
		memcpy(parts[i].to, &copy, sizeof(copy));
	}
}

/* The answers: an object of the named variables for each. */
static int
plan_answers(struct plan *p, const struct body *b, struct var **vars,
    uint32_t n)
{
	uint32_t builder = plan_regs(p, 2), end = p->fail, i, k = 0, r;
	uint32_t *operands = compile_alloc(p->c, (2 * n + 1) * 4);
	struct normal norm;

	plan_emit(p, OP_BUILD, builder, 0, 0, BUILD_ARRAY);
	if (normal_begin(&norm, p->c, b->depth, b) < 0 ||
	    plan_body(p, normal_end(&norm)) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		struct value name = { .type = VALUE_STRING };

		if (vars[i]->wildcard || !vars[i]->bound)
			continue;
		name.u.s = vars[i]->name;
		operands[k++] = plan_const(p, name);
		operands[k++] = vars[i]->reg;
	}
	r = plan_reg(p);
	plan_emit(p, OP_OBJECT, r, 0, plan_operands(p, operands, k), k);
	plan_emit(p, OP_ADD, builder, r, OPERAND_NONE, 0);
	plan_jump(p, p->fail);
	plan_place(p, end);
	plan_emit(p, OP_SEAL, builder + 1, builder, 0, 0);
	plan_emit(p, OP_RETURN, builder + 1, 0, 0, 0);
	return 0;
}

static void
forget_extents(struct node *n, uint32_t from)
{
	uint32_t i;

	if (n->extent > from)
		n->extent = 0;
	for (i = 0; i < n->n_children; i++)
		forget_extents(n->children[i], from);
}

int
plan_query(struct compiler *c, const struct program *base, const struct body *b,
    struct var **vars, uint32_t n, uint32_t *ret_func)
{
	struct plan p = { .c = c };
	struct node nowhere = { 0 };
	int r;

	start_from(&p, base);
	*ret_func = plan_func_new(&p, FUNC_FUNCTION, &nowhere, false, 0);
	p.p.funcs[*ret_func].replaced = false;
	plan_func_begin(&p, *ret_func, true);
	r = plan_answers(&p, b, vars, n);
	if (r == 0)
		r = plan_func_end(&p);
	if (r == 0)
		r = plan_extents(&p);
	if (r == 0)
		r = finish(&p);
	forget_extents(c->root, base->n_funcs);
	return r;
}

uint32_t
plan_document(const struct compiler *c, const struct value *keys, uint32_t n)
{
	const struct node *at = c->root;
	uint32_t i;

	for (i = 0; at != NULL && i < n; i++)
		at = tree_child(at, keys[i]);
	if (at == NULL || at->group == NULL || !is_live(at->group) ||
	    at->group->kind == GROUP_FUNCTION)
		return UINT32_MAX;
	return at->group->func;
}
