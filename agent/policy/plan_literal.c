#include <string.h>

#include "policy/schedule.h"

static enum op
comparison(const struct term *t)
{
	static const struct {
		const char *name;
		enum op op;
	} ops[] = {
		{ "equal", OP_EQ },
		{ "neq", OP_NEQ },
		{ "lt", OP_LT },
		{ "lte", OP_LTE },
		{ "gt", OP_GT },
		{ "gte", OP_GTE },
	};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(t->builtin->name, ops[i].name) == 0)
			return ops[i].op;
	}
	return OP_MOVE;
}

static bool
is_replaced(const struct plan *p, const struct builtin *b)
{
	size_t n;

	return p->c->any_with || p->c->builtin_replaced[b - builtin_table(&n)];
}

/* print(...): its arguments are sets; nothing of it can fail the body. */
int
plan_print(struct plan *p, const struct term *t)
{
	uint32_t fail = p->fail, quiet = plan_label(p), i, n = 0;
	uint32_t *args = compile_alloc(p->c, t->u.list.n * sizeof(*args));

	p->fail = quiet;
	p->closure++;
	plan_emit(p, OP_QUIET, 0, 0, 0, 0);
	for (i = 1; i < t->u.list.n; i++)
		args[n++] = plan_value(p, t->u.list.t[i]);
	plan_emit(p, OP_PRINT, 0, 0, plan_operands(p, args, n), n);
	p->fail = fail;
	p->closure--;
	plan_place(p, quiet);
	return 0;
}

static int
plan_expr(struct plan *p, const struct term *t)
{
	uint32_t r;

	if (t->kind == TERM_CALL && t->builtin != NULL &&
	    !is_replaced(p, t->builtin)) {
		enum op op = comparison(t);

		if (t->builtin->arity == BUILTIN_VARIADIC)
			return plan_print(p, t);
		if (op != OP_MOVE) {
			uint32_t a = plan_value(p, t->u.list.t[1]);
			uint32_t b = plan_value(p, t->u.list.t[2]);

			plan_emit(p, op, a, b, 0, 0);
			return 0;
		}
	}
	if (t->kind == TERM_CONST && value_truthy(t->u.value))
		return 0;
	r = plan_value(p, t);
	plan_emit(p, OP_TRUTHY, r, 0, 0, 0);
	return 0;
}

static int
plan_equation(struct plan *p, const struct literal *l)
{
	const struct term *source = l->b, *pattern = l->a;

	/* A side that is a ref or a call is the source; else a bound one. */
	if (l->a->kind == TERM_REF || l->a->kind == TERM_CALL ||
	    (l->b->kind != TERM_REF && l->b->kind != TERM_CALL &&
		!order_term_ready(l->b))) {
		source = l->a;
		pattern = l->b;
	}
	return plan_unify(p, pattern, plan_value(p, source));
}

static int
plan_some_in(struct plan *p, const struct literal *l)
{
	uint32_t coll = plan_value(p, l->c), val;
	uint32_t key = l->a == NULL ? OPERAND_NONE : plan_reg(p);

	plan_loop(p, coll, key, &val);
	if (l->a != NULL && plan_unify(p, l->a, key) < 0)
		return -1;
	return plan_unify(p, l->b, val);
}

static int
plan_every(struct plan *p, const struct literal *l)
{
	uint32_t fail = p->fail, mark = p->n_trail, it, next, done, key, val;
	uint32_t coll = plan_value(p, l->c);
	struct ast_loc loc = p->loc;
	uint32_t step = p->step;

	fail = p->fail; /* of a loop that the domain may have begun */
	it = plan_regs(p, 2);
	key = plan_reg(p);
	val = plan_reg(p);
	next = plan_label(p);
	done = plan_label(p);
	plan_emit(p, OP_LOOP, it, coll, 0, 0);
	plan_place(p, next);
	p->fail = done;
	plan_emit(p, OP_NEXT, it, key, val, 0);
	p->fail = fail;
	if (l->a != NULL)
		plan_bind(p, l->a->var, key);
	plan_bind(p, l->b->var, val);
	if (plan_body(p, l->body) < 0)
		return -1;
	plan_jump(p, next);
	plan_unbind(p, mark);
	p->fail = fail;
	plan_at(p, loc, step);
	plan_place(p, done);
	return 0;
}

static int
plan_not(struct plan *p, const struct literal *l)
{
	uint32_t fail = p->fail, mark = p->n_trail, holds = plan_label(p);
	struct ast_loc loc = p->loc;
	uint32_t step = p->step;

	p->fail = holds;
	p->closure++;
	if (plan_body(p, l->body) < 0)
		return -1;
	p->closure--;
	plan_at(p, loc, step);
	p->fail = fail;
	plan_emit(p, OP_HOLDS, 0, 0, 0, 0);
	plan_unbind(p, mark);
	plan_place(p, holds);
	return 0;
}

static uint32_t
callable(const struct group *g, const struct builtin *b)
{
	size_t n;

	if (g != NULL)
		return g->func;
	return CALLABLE_BUILTIN | (uint32_t)(b - builtin_table(&n));
}

static void
plan_replacement(struct plan *p, const struct with *w, uint32_t frame,
    uint32_t value)
{
	uint32_t target = callable(w->group, w->builtin);

	if (with_takes_value(w)) {
		plan_emit(p, OP_WITH_CALL, frame, target, value, WITH_BY_VALUE);
	} else if (w->by_document != NULL) {
		plan_edge(p, w->by_document->func);
		plan_emit(p, OP_WITH_CALL, frame, target, w->by_document->func,
		    WITH_BY_CALLABLE);
	} else {
		plan_emit(p, OP_WITH_CALL, frame, target,
		    callable(w->by_group, w->by_builtin), WITH_BY_CALLABLE);
	}
}

static void
plan_with_document(struct plan *p, const struct term *t, uint32_t frame,
    uint32_t value)
{
	struct value path[COMPILE_PATH_MAX];
	const struct term *head = t->kind == TERM_REF ? t->u.list.t[0] : t;
	uint32_t n = 0, i;

	for (i = 1; t->kind == TERM_REF && i < t->u.list.n; i++) {
		if (n < COMPILE_PATH_MAX)
			path[n++] = t->u.list.t[i]->u.value;
	}
	plan_emit(p, term_is_input(p->c, head) ? OP_WITH_INPUT : OP_WITH_DATA,
	    frame, plan_const(p, value_array(p->c->heap, path, n)), value, 0);
}

static int
plan_with(struct plan *p, const struct literal *l)
{
	uint32_t *values = compile_alloc(p->c, l->n_with * sizeof(*values));
	uint32_t outside = p->frame, frame, i;

	for (i = 0; i < l->n_with; i++) {
		const struct with *w = &l->with[i];

		if (with_takes_value(w))
			values[i] = plan_value(p, w->value);
	}
	frame = plan_reg(p);
	plan_emit(p, OP_WITH, frame, 0, 0, 0);
	for (i = 0; i < l->n_with; i++) {
		const struct with *w = &l->with[i];

		if (w->group != NULL || w->builtin != NULL)
			plan_replacement(p, w, frame, values[i]);
		else
			plan_with_document(p, w->target, frame, values[i]);
	}
	plan_emit(p, OP_FRAME, frame, 0, 0, 0);
	p->frame = frame;
	if (plan_body(p, l->body) < 0)
		return -1;
	p->frame = outside;
	plan_emit(p, OP_FRAME, outside, 0, 0, 0);
	return 0;
}

static int
plan_literal(struct plan *p, const struct literal *l)
{
	plan_at(p, l->loc, l->step);
	switch (l->kind) {
	case LIT_EXPR:
		return plan_expr(p, l->a);
	case LIT_UNIFY:
	case LIT_ASSIGN:
		return plan_equation(p, l);
	case LIT_SOME_IN:
		return plan_some_in(p, l);
	case LIT_EVERY:
		return plan_every(p, l);
	case LIT_NOT:
		return plan_not(p, l);
	default:
		return plan_with(p, l);
	}
}

static int
unsafe(struct plan *p, const struct body *b, const bool *done)
{
	struct var *worst = NULL;
	struct ast_loc loc = p->loc;
	uint32_t i;

	p->c->failed = true;
	if (budget_hit(p->c->heap->budget) != BUDGET_OK)
		return -1;
	for (i = 0; i < b->n; i++) {
		struct var *v;

		if (done[i])
			continue;
		v = order_unbound(b->l[i]);
		if (v != NULL && (worst == NULL || worst->temp)) {
			worst = v;
			loc = b->l[i]->loc;
		}
	}
	if (worst == NULL || worst->temp)
		return diag_error(p->c->diag, "rego_unsafe_var_error", loc,
		    "expression is unsafe");
	return diag_error(p->c->diag, "rego_unsafe_var_error", worst->loc,
	    "var %s is unsafe", worst->name->s);
}

/* A head must be bound by the body before it. */
int
plan_check(struct plan *p, const struct term *head)
{
	struct literal probe = { .kind = LIT_EXPR };
	struct var *v;

	if (order_term_ready(head))
		return 0;
	memcpy(&probe.a, &head, sizeof(head));
	v = order_unbound(&probe);
	p->c->failed = true;
	return diag_error(p->c->diag, "rego_unsafe_var_error",
	    v == NULL ? head->loc : v->loc, "var %s is unsafe",
	    v == NULL || v->name == NULL ? "_" : v->name->s);
}

/* Literals that are joined: nothing comes between them. */
static int
plan_joined(struct plan *p, const struct body *b, uint32_t from, uint32_t end,
    bool *done)
{
	uint32_t left = end - from, idle = 0, i;

	for (i = from; left > 0; i = i + 1 < end ? i + 1 : from) {
		if (budget_charge(p->c->heap->budget, 1) < 0)
			p->c->failed = true;
		if (p->c->failed || idle++ > end - from)
			return unsafe(p, b, done);
		if (done[i] || (left > 1 && !order_literal_ready(p, b->l[i])))
			continue;
		if (plan_literal(p, b->l[i]) < 0)
			return -1;
		done[i] = true;
		idle = 0;
		left--;
	}
	return 0;
}

/* All literals of b in an order in which variables are bound when used. */
int
plan_body(struct plan *p, const struct body *b)
{
	bool *done = compile_alloc(p->c, b->n + 1);
	uint32_t left, i = 0, end;
	struct schedule s;

	schedule_begin(&s, p, b);
	for (left = b->n; left > 0 && schedule_next(&s, &i); left -= end - i) {
		end = schedule_end(b, i);
		if (plan_joined(p, b, i, end, done) < 0 || p->c->failed)
			return -1;
	}
	if (left == 0)
		return 0;
	return unsafe(p, b, done);
}
