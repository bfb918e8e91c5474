#include <string.h>

#include "policy/advice.h"
#include "policy/planner.h"

enum {
	OPERANDS_FEW = 64
};

/* A list of operands that is usually short. */
struct operands {
	uint32_t few[OPERANDS_FEW];
	uint32_t *v;
	uint32_t n;
};

static void
operands_init(struct plan *p, struct operands *o, uint32_t n)
{
	o->n = 0;
	o->v = o->few;
	if (n > OPERANDS_FEW)
		o->v = compile_alloc(p->c, n * sizeof(*o->v));
}

/*
 * Begin to iterate a collection: the code that follows runs once for each
 * member and p->fail leads to the next. The key goes to register `key` unless
 * that is OPERAND_NONE; returns the next-label.
 */
uint32_t
plan_loop(struct plan *p, uint32_t collection, uint32_t key, uint32_t *ret_val)
{
	uint32_t it = plan_regs(p, 2), next = plan_label(p);

	*ret_val = plan_reg(p);
	plan_emit(p, OP_LOOP, it, collection, 0, 0);
	plan_place(p, next);
	plan_emit(p, OP_NEXT, it, key, *ret_val, 0);
	p->fail = next;
	return next;
}

static uint32_t
plan_collection(struct plan *p, const struct term *t, enum op op)
{
	uint32_t r, i, n = t->u.list.n;
	struct operands o;

	operands_init(p, &o, n);
	if (n > UINT16_MAX) {
		diag_error(p->c->diag, "rego_compile_error", t->loc,
		    "a composite of more than %d terms", UINT16_MAX);
		p->c->failed = true;
		return 0;
	}
	for (i = 0; i < n; i++)
		o.v[o.n++] = plan_value(p, t->u.list.t[i]);
	r = plan_reg(p);
	plan_emit(p, op, r, 0, plan_operands(p, o.v, o.n), o.n);
	return r;
}

static uint32_t
plan_comp(struct plan *p, const struct term *t)
{
	uint32_t fail = p->fail, mark = p->n_trail, builder, key, val, done;
	enum build_kind kind = t->kind == TERM_ARRAY_COMP ? BUILD_ARRAY
			       : t->kind == TERM_SET_COMP ? BUILD_SET
							  : BUILD_OBJECT;
	struct ast_loc loc = p->loc;
	uint32_t step = p->step;

	builder = plan_regs(p, 2);
	done = plan_label(p);
	plan_emit(p, OP_BUILD, builder, 0, 0, kind);
	p->fail = done;
	p->closure++;
	if (plan_body(p, t->u.comp.body) < 0)
		return 0;
	if (plan_check(p, t->u.comp.val) < 0 ||
	    (t->u.comp.key != NULL && plan_check(p, t->u.comp.key) < 0))
		return 0;
	key = t->u.comp.key == NULL ? 0 : plan_value(p, t->u.comp.key);
	val = plan_value(p, t->u.comp.val);
	if (t->u.comp.key != NULL)
		plan_emit(p, OP_ADD, builder, key, val, 0);
	else
		plan_emit(p, OP_ADD, builder, val, OPERAND_NONE, 0);
	plan_jump(p, p->fail);
	plan_unbind(p, mark);
	p->closure--;
	p->fail = fail;
	plan_at(p, loc, step);
	plan_place(p, done);
	plan_emit(p, OP_SEAL, builder + 1, builder, 0, 0);
	return builder + 1;
}

/* The operand that holds t's value; all its variables are bound. */
uint32_t
plan_value(struct plan *p, const struct term *t)
{
	uint32_t r;

	switch (t->kind) {
	case TERM_CONST:
		return plan_const(p, t->u.value);
	case TERM_VAR:
		if (t->var != NULL)
			return t->var->reg;
		if (term_is_data(p->c, t))
			return plan_extent(p, p->c->root, NULL, 0);
		r = plan_reg(p);
		plan_emit(p, OP_INPUT, r, 0, 0, 0);
		return r;
	case TERM_REF:
		return plan_ref(p, t);
	case TERM_CALL:
		return plan_call(p, t);
	case TERM_ARRAY:
		return plan_collection(p, t, OP_ARRAY);
	case TERM_SET:
		return plan_collection(p, t, OP_SET);
	case TERM_OBJECT:
		return plan_collection(p, t, OP_OBJECT);
	default:
		return plan_comp(p, t);
	}
}

static uint32_t
plan_builtin(struct plan *p, const struct term *t, const uint32_t *args,
    uint32_t n)
{
	size_t table_n;
	const struct builtin *table = builtin_table(&table_n);
	uint32_t index = (uint32_t)(t->builtin - table), r = plan_reg(p), val;
	bool replaced = p->c->any_with || p->c->builtin_replaced[index];

	if (!replaced && strcmp(t->builtin->name, "plus") == 0) {
		plan_emit(p, OP_PLUS, r, args[0], args[1], index);
		return r;
	}
	if (!replaced && strcmp(t->builtin->name, "minus") == 0) {
		plan_emit(p, OP_MINUS, r, args[0], args[1], index);
		return r;
	}
	plan_emit(p, replaced ? OP_BUILTIN_WITH : OP_BUILTIN, r, index,
	    plan_operands(p, args, n), n);
	if ((t->builtin->flags & BUILTIN_RELATION) == 0)
		return r;
	plan_loop(p, r, OPERAND_NONE, &val);
	return val;
}

uint32_t
plan_call(struct plan *p, const struct term *t)
{
	uint32_t i, n = t->u.list.n - 1, r;
	struct operands o;

	advice_call(p->c, t);
	operands_init(p, &o, n);
	for (i = 0; i < n; i++)
		o.v[o.n++] = plan_value(p, t->u.list.t[i + 1]);
	if (t->builtin != NULL)
		return plan_builtin(p, t, o.v, o.n);
	r = plan_reg(p);
	plan_edge(p, t->group->func);
	plan_emit(p, OP_CALL, r, t->group->func, plan_operands(p, o.v, o.n),
	    o.n);
	return r;
}

static int
unify_array(struct plan *p, const struct term *t, uint32_t operand)
{
	uint32_t i;

	plan_emit(p, OP_IS_ARRAY, operand, t->u.list.n, 0, 0);
	for (i = 0; i < t->u.list.n; i++) {
		const struct term *m = t->u.list.t[i];
		uint32_t r;

		if (m->kind == TERM_VAR && m->var != NULL && m->var->wildcard)
			continue;
		r = plan_reg(p);
		plan_emit(p, OP_ITEM, r, operand, 0, i);
		if (plan_unify(p, m, r) < 0)
			return -1;
	}
	return 0;
}

static int
unify_object(struct plan *p, const struct term *t, uint32_t operand)
{
	uint32_t i;

	plan_emit(p, OP_IS_OBJECT, operand, t->u.list.n / 2, 0, 0);
	for (i = 0; i + 1 < t->u.list.n; i += 2) {
		uint32_t key = plan_value(p, t->u.list.t[i]);
		uint32_t r = plan_reg(p);

		plan_emit(p, OP_DOT, r, operand, key, 0);
		if (plan_unify(p, t->u.list.t[i + 1], r) < 0)
			return -1;
	}
	return 0;
}

/* Fail unless the operand's value matches; binds the pattern's variables. */
int
plan_unify(struct plan *p, const struct term *pattern, uint32_t operand)
{
	if (pattern->kind == TERM_VAR && pattern->var != NULL &&
	    !pattern->var->bound) {
		plan_bind(p, pattern->var, operand);
		return 0;
	}
	if (!order_term_ready(pattern)) {
		if (pattern->kind == TERM_ARRAY)
			return unify_array(p, pattern, operand);
		if (pattern->kind == TERM_OBJECT)
			return unify_object(p, pattern, operand);
	}
	plan_emit(p, OP_EQ, plan_value(p, pattern), operand, 0, 0);
	return p->c->failed ? -1 : 0;
}
