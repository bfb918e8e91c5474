#include <string.h>

#include "policy/planner.h"

static bool
value_is_const(const struct rule *r)
{
	return r->value == NULL || r->value->kind == TERM_CONST;
}

static struct value
const_value(const struct rule *r)
{
	return r->value == NULL ? value_bool(true) : r->value->u.value;
}

/* Every definition gives the same constant: the first that holds is all. */
static bool
one_constant(const struct group *g)
{
	struct budget unlimited;
	const struct rule *r;
	struct value first;
	uint32_t i;

	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	if (g->n == 0)
		return false;
	first = const_value(g->entries[0].rule);
	for (i = 0; i < g->n; i++) {
		for (r = g->entries[i].rule; r != NULL; r = r->orelse) {
			if (!value_is_const(r) ||
			    !value_equal(const_value(r), first, &unlimited))
				return false;
		}
	}
	return true;
}

static bool
uses_with(const struct group *g)
{
	uint32_t i;

	for (i = 0; i < g->n; i++) {
		if (g->entries[i].rule->has_with)
			return true;
	}
	return g->default_rule != NULL && g->default_rule->has_with;
}

/* argument i = its pattern, as literals before the body. */
static void
bind_args(struct plan *p, const struct rule *r, struct body *head)
{
	uint32_t i;

	head->l = compile_alloc(p->c, (r->args.n + 1) * sizeof(*head->l));
	for (i = 0; i < r->args.n; i++) {
		struct term *arg = r->args.t[i], *t;
		struct literal *l;

		if (arg->kind == TERM_VAR && arg->var != NULL &&
		    !arg->var->bound) {
			plan_bind(p, arg->var, i);
			continue;
		}
		l = compile_alloc(p->c, sizeof(*l));
		t = compile_alloc(p->c, sizeof(*t));
		t->kind = TERM_VAR;
		t->loc = arg->loc;
		t->var = compile_alloc(p->c, sizeof(*t->var));
		t->var->temp = true;
		plan_bind(p, t->var, i);
		l->kind = LIT_UNIFY;
		l->loc = arg->loc;
		l->a = arg;
		l->b = t;
		head->l[head->n++] = l;
	}
}

/* The body of r and the n terms of its head: *operands are their values. */
static int
plan_rule_body(struct plan *p, const struct rule *r, struct term **head,
    uint32_t *operands, uint32_t n)
{
	struct body args = { 0 };
	struct normal norm;
	struct body *body;
	uint32_t i, depth = r->body == NULL ? 2 : r->body->depth;

	plan_at(p, r->loc, 0);
	bind_args(p, r, &args);
	if (normal_begin(&norm, p->c, depth, &args) < 0)
		return -1;
	if (normal_more(&norm, r->body) < 0)
		return -1;
	if (normal_path(&norm, head, n - 1) < 0 ||
	    normal_head(&norm, head + n - 1, 1) < 0)
		return -1;
	body = normal_end(&norm);
	if (plan_body(p, body) < 0)
		return -1;
	plan_at(p, r->loc, body->n);
	for (i = 0; i < n; i++) {
		if (plan_check(p, head[i]) < 0)
			return -1;
		operands[i] = plan_value(p, head[i]);
	}
	return p->c->failed ? -1 : 0;
}

static int
plan_alternative(struct plan *p, const struct rule *r, uint32_t result,
    bool final)
{
	struct term constant = { .kind = TERM_CONST };
	struct term *value = r->value;
	uint32_t next = plan_label(p), mark = p->n_trail, operand;

	constant.u.value = value_bool(true);
	constant.loc = r->loc;
	if (value == NULL)
		value = &constant;
	p->fail = next;
	if (plan_rule_body(p, r, &value, &operand, 1) < 0)
		return -1;
	if (final) {
		plan_emit(p, OP_RETURN, operand, 0, 0, 0);
	} else {
		plan_emit(p, OP_ONCE, result, operand, 0, 0);
		plan_jump(p,
		    value_is_const(r) && !p->c->all_bodies ? next : p->fail);
	}
	plan_unbind(p, mark);
	plan_place(p, next);
	return 0;
}

/* A rule and its elses: the first of them that holds. */
static int
plan_chain(struct plan *p, const struct rule *r, uint32_t result, bool final)
{
	uint32_t end = plan_label(p), own, skip;

	if (r->orelse == NULL || final) {
		for (; r != NULL; r = r->orelse) {
			if (plan_alternative(p, r, result, final) < 0)
				return -1;
		}
		plan_place(p, end);
		return 0;
	}
	own = plan_reg(p);
	plan_emit(p, OP_UNDEFINE, own, 0, 0, 0);
	for (; r != NULL; r = r->orelse) {
		if (plan_alternative(p, r, own, false) < 0)
			return -1;
		skip = plan_label(p);
		plan_emit(p, OP_DEFINED, own, 0, 0, 0)->fail = skip;
		plan_jump(p, end);
		plan_place(p, skip);
	}
	plan_place(p, end);
	skip = plan_label(p);
	plan_emit(p, OP_DEFINED, own, 0, 0, 0)->fail = skip;
	plan_emit(p, OP_ONCE, result, own, 0, 0);
	plan_place(p, skip);
	return 0;
}

static int
plan_default(struct plan *p, const struct rule *r)
{
	struct rule plain = *r;
	struct term *value = r->value;
	uint32_t operand, none = plan_label(p);

	plain.args.n = 0;
	plain.body = NULL;
	p->fail = none;
	if (plan_rule_body(p, &plain, &value, &operand, 1) < 0)
		return -1;
	plan_emit(p, OP_RETURN, operand, 0, 0, 0);
	plan_place(p, none);
	return 0;
}

static int
plan_value_group(struct plan *p, struct group *g)
{
	uint32_t result = plan_reg(p), end = p->fail, missing, base, i;
	bool final = one_constant(g) && !p->c->all_bodies;

	plan_emit(p, OP_UNDEFINE, result, 0, 0, 0);
	base = p->n_regs;
	for (i = 0; i < g->n; i++) {
		p->n_regs = base;
		if (plan_chain(p, g->entries[i].rule, result, final) < 0)
			return -1;
	}
	plan_place(p, end);
	if (g->default_rule != NULL) {
		missing = plan_label(p);
		plan_emit(p, OP_DEFINED, result, 0, 0, 0)->fail = missing;
		plan_emit(p, OP_RETURN, result, 0, 0, 0);
		plan_place(p, missing);
		if (plan_default(p, g->default_rule) < 0)
			return -1;
	}
	plan_emit(p, OP_RETURN, result, 0, 0, 0);
	return 0;
}

static int
plan_set_group(struct plan *p, struct group *g)
{
	uint32_t builder = plan_regs(p, 2), end = p->fail, base, i, key;

	plan_emit(p, OP_BUILD, builder, 0, 0, BUILD_SET);
	base = p->n_regs;
	for (i = 0; i < g->n; i++) {
		const struct rule *r = g->entries[i].rule;
		struct term *head = r->key;
		uint32_t next = plan_label(p), mark = p->n_trail;

		p->n_regs = base;
		p->fail = next;
		if (plan_rule_body(p, r, &head, &key, 1) < 0)
			return -1;
		plan_emit(p, OP_ADD, builder, key, OPERAND_NONE, 0);
		plan_jump(p, p->fail);
		plan_unbind(p, mark);
		plan_place(p, next);
	}
	plan_place(p, end);
	plan_emit(p, OP_SEAL, builder + 1, builder, 0, 0);
	plan_emit(p, OP_RETURN, builder + 1, 0, 0, 0);
	return 0;
}

/* The terms between a group and the value of one of its rules. */
static uint32_t
entry_path(struct plan *p, const struct entry *e, struct term **ret)
{
	const struct rule *r = e->rule;
	const struct module *m = r->module;
	uint32_t n = 0;
	int32_t j;

	for (j = e->skip; j < (int32_t)r->ref.n; j++) {
		if (j < 0) {
			ret[n++] = m->package.t[(int32_t)m->package.n + j];
		} else if (j == 0) {
			struct term *t = compile_alloc(p->c, sizeof(*t));

			t->kind = TERM_CONST;
			t->loc = r->loc;
			t->u.value.type = VALUE_STRING;
			t->u.value.u.s = r->ref.t[0]->name;
			ret[n++] = t;
		} else {
			ret[n++] = r->ref.t[j];
		}
	}
	return n;
}

static int
plan_object_rule(struct plan *p, const struct entry *e, uint32_t builder)
{
	struct term *head[2 * COMPILE_PATH_MAX + 1];
	struct term constant = { .kind = TERM_CONST };
	uint32_t operands[2 * COMPILE_PATH_MAX + 1], n, path;
	uint32_t next = plan_label(p), mark = p->n_trail;

	constant.u.value = value_bool(true);
	n = entry_path(p, e, head);
	head[n] = e->rule->contains ? e->rule->key : e->rule->value;
	if (head[n] == NULL)
		head[n] = &constant;
	p->fail = next;
	if (plan_rule_body(p, e->rule, head, operands, n + 1) < 0)
		return -1;
	path = plan_operands(p, operands, n);
	plan_emit(p, e->rule->contains ? OP_ADD_PATH_SET : OP_ADD_PATH, builder,
	    path, operands[n], n);
	plan_jump(p, p->fail);
	plan_unbind(p, mark);
	plan_place(p, next);
	return 0;
}

static int
plan_object_group(struct plan *p, struct group *g)
{
	uint32_t builder = plan_regs(p, 2), end = p->fail, base, i;

	plan_emit(p, OP_BUILD, builder, 0, 0, BUILD_TREE);
	base = p->n_regs;
	for (i = 0; i < g->n; i++) {
		p->n_regs = base;
		if (plan_object_rule(p, &g->entries[i], builder) < 0)
			return -1;
	}
	plan_place(p, end);
	plan_emit(p, OP_SEAL, builder + 1, builder, 0, 0);
	plan_emit(p, OP_RETURN, builder + 1, 0, 0, 0);
	return 0;
}

int
plan_group(struct plan *p, struct group *g)
{
	const struct rule *first =
	    g->n > 0 ? g->entries[0].rule : g->default_rule;
	int r;

	plan_at(p, first->loc, 0);
	plan_func_begin(p, g->func, uses_with(g));
	if (g->kind == GROUP_SET)
		r = plan_set_group(p, g);
	else if (g->kind == GROUP_OBJECT)
		r = plan_object_group(p, g);
	else
		r = plan_value_group(p, g);
	plan_unbind(p, 0);
	return r < 0 || plan_func_end(p) < 0 ? -1 : 0;
}
