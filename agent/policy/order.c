#include <string.h>

#include "policy/planner.h"

void
plan_bind(struct plan *p, struct var *v, uint32_t reg)
{
	p->trail = compile_grow(p->c, p->trail, p->n_trail, &p->cap_trail,
	    sizeof(struct var *));
	p->trail[p->n_trail++] = v;
	v->bound = true;
	v->reg = reg;
}

void
plan_unbind(struct plan *p, uint32_t n_trail)
{
	while (p->n_trail > n_trail)
		p->trail[--p->n_trail]->bound = false;
}

static bool
outer_bound(const struct body *b)
{
	uint32_t i;

	for (i = 0; i < b->n_outer; i++) {
		if (!b->outer[i]->bound)
			return false;
	}
	return true;
}

/* t as a pattern: variables may be unbound, everything else is evaluated. */
static bool
pattern_ready(const struct term *t)
{
	uint32_t i;

	switch (t->kind) {
	case TERM_VAR:
		return true;
	case TERM_ARRAY:
		for (i = 0; i < t->u.list.n; i++) {
			if (!pattern_ready(t->u.list.t[i]))
				return false;
		}
		return true;
	case TERM_OBJECT:
		for (i = 0; i + 1 < t->u.list.n; i += 2) {
			if (!order_term_ready(t->u.list.t[i]) ||
			    !pattern_ready(t->u.list.t[i + 1]))
				return false;
		}
		return true;
	default:
		return order_term_ready(t);
	}
}

bool
order_term_ready(const struct term *t)
{
	uint32_t i;

	switch (t->kind) {
	case TERM_CONST:
		return true;
	case TERM_VAR:
		return t->var == NULL || t->var->bound;
	case TERM_REF:
		if (!order_term_ready(t->u.list.t[0]))
			return false;
		for (i = 1; i < t->u.list.n; i++) {
			if (!pattern_ready(t->u.list.t[i]))
				return false;
		}
		return true;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		return outer_bound(t->u.comp.body);
	default:
		i = t->kind == TERM_CALL ? 1 : 0;
		for (; i < t->u.list.n; i++) {
			if (!order_term_ready(t->u.list.t[i]))
				return false;
		}
		return true;
	}
}

/* Bind what the variables of a pattern would be, for a trial. */
static void
bind_pattern(struct plan *p, const struct term *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	if (t->kind == TERM_VAR) {
		if (t->var != NULL && !t->var->bound)
			plan_bind(p, t->var, 0);
	} else if (t->kind == TERM_ARRAY || t->kind == TERM_OBJECT ||
		   t->kind == TERM_REF) {
		for (i = 0; i < t->u.list.n; i++)
			bind_pattern(p, t->u.list.t[i]);
	}
}

static bool
with_ready(struct plan *p, const struct literal *l)
{
	uint32_t mark = p->n_trail, i, left = l->body->n;
	bool *done = compile_alloc(p->c, left + 1);
	bool moved = true;

	for (i = 0; i < l->n_with; i++) {
		if (l->with[i].by_group == NULL &&
		    l->with[i].by_builtin == NULL &&
		    !order_term_ready(l->with[i].value))
			return false;
	}
	while (left > 0 && moved) {
		moved = false;
		for (i = 0; i < l->body->n; i++) {
			const struct literal *in = l->body->l[i];

			if (done[i] || !order_ready(p, in))
				continue;
			done[i] = moved = true;
			left--;
			bind_pattern(p, in->a);
			bind_pattern(p, in->b);
		}
	}
	plan_unbind(p, mark);
	return left == 0;
}

bool
order_ready(struct plan *p, const struct literal *l)
{
	switch (l->kind) {
	case LIT_EXPR:
		return order_term_ready(l->a);
	case LIT_UNIFY:
	case LIT_ASSIGN:
		return (order_term_ready(l->b) && pattern_ready(l->a)) ||
		       (order_term_ready(l->a) && pattern_ready(l->b));
	case LIT_SOME_IN:
		return order_term_ready(l->c) && pattern_ready(l->b) &&
		       (l->a == NULL || pattern_ready(l->a));
	case LIT_EVERY:
		return order_term_ready(l->c) && outer_bound(l->body);
	case LIT_NOT:
		return outer_bound(l->body);
	default:
		return with_ready(p, l);
	}
}

static struct var *
unbound_in_term(const struct term *t)
{
	uint32_t i;

	if (t == NULL || t->kind == TERM_CONST)
		return NULL;
	if (t->kind == TERM_VAR)
		return t->var != NULL && !t->var->bound ? t->var : NULL;
	if (t->kind >= TERM_ARRAY_COMP && t->kind <= TERM_OBJECT_COMP) {
		for (i = 0; i < t->u.comp.body->n_outer; i++) {
			if (!t->u.comp.body->outer[i]->bound)
				return t->u.comp.body->outer[i];
		}
		return NULL;
	}
	for (i = t->kind == TERM_CALL; i < t->u.list.n; i++) {
		struct var *v = unbound_in_term(t->u.list.t[i]);

		if (v != NULL && !v->temp)
			return v;
	}
	return NULL;
}

/* A variable that keeps l from being planned, or NULL. */
struct var *
order_unbound(const struct literal *l)
{
	struct var *v = unbound_in_term(l->a);
	uint32_t i;

	if (v == NULL || v->temp)
		v = unbound_in_term(l->b);
	if (v == NULL || v->temp)
		v = unbound_in_term(l->c);
	if (l->body == NULL || (v != NULL && !v->temp))
		return v;
	for (i = 0; i < l->body->n_outer; i++) {
		if (!l->body->outer[i]->bound)
			return l->body->outer[i];
	}
	for (i = 0; i < l->body->n; i++) {
		v = order_unbound(l->body->l[i]);
		if (v != NULL && !v->temp)
			return v;
	}
	return v;
}
