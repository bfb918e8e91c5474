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

bool
order_ready(struct plan *p, struct literal *const *l, uint32_t n)
{
	uint32_t mark = p->n_trail, i, left = n;
	bool *done, moved = true;

	if (n == 1)
		return order_literal_ready(p, l[0]);
	done = compile_alloc(p->c, n + 1);
	while (left > 0 && moved) {
		moved = false;
		for (i = 0; i < n; i++) {
			if (budget_charge(p->c->heap->budget, 1) < 0)
				p->c->failed = true;
			if (done[i] || p->c->failed ||
			    !order_literal_ready(p, l[i]))
				continue;
			done[i] = moved = true;
			left--;
			bind_pattern(p, l[i]->a);
			bind_pattern(p, l[i]->b);
		}
	}
	plan_unbind(p, mark);
	return left == 0;
}

static bool
with_ready(struct plan *p, const struct literal *l)
{
	uint32_t i;

	for (i = 0; i < l->n_with; i++) {
		if (with_takes_value(&l->with[i]) &&
		    !order_term_ready(l->with[i].value))
			return false;
	}
	return order_ready(p, l->body->l, l->body->n);
}

static bool value_fits(const struct term *t, struct value v);

/* Array term t has as many members as v, and they fit. */
static bool
array_fits(const struct term *t, struct value v)
{
	uint32_t i;

	if (v.type != VALUE_ARRAY || v.u.list->n != t->u.list.n)
		return false;
	for (i = 0; i < t->u.list.n; i++) {
		if (!value_fits(t->u.list.t[i], v.u.list->v[i]))
			return false;
	}
	return true;
}

static bool
object_fits(const struct term *t, struct value v)
{
	struct budget unlimited;
	uint32_t i;

	if (v.type != VALUE_OBJECT || v.u.object->n != t->u.list.n / 2)
		return false;
	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	for (i = 0; i + 1 < t->u.list.n; i += 2) {
		const struct term *key = t->u.list.t[i];
		struct value member = { 0 };

		if (key->kind == TERM_CONST)
			member = value_get(v, key->u.value, &unlimited);
		if (!value_defined(member) ||
		    !value_fits(t->u.list.t[i + 1], member))
			return false;
	}
	return true;
}

/* Pattern t may equal v, as far as its shape tells. */
static bool
value_fits(const struct term *t, struct value v)
{
	if (t->kind == TERM_ARRAY)
		return array_fits(t, v);
	return t->kind != TERM_OBJECT || object_fits(t, v);
}

static bool
same_key(const struct term *a, const struct term *b)
{
	struct budget unlimited;

	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	if (a->kind == TERM_CONST && b->kind == TERM_CONST)
		return value_equal(a->u.value, b->u.value, &unlimited);
	return a->kind == TERM_VAR && b->kind == TERM_VAR && a->var == b->var &&
	       a->var != NULL;
}

/* Object terms a and b have the same keys. */
static bool
keys_meet(struct plan *p, const struct term *a, const struct term *b)
{
	uint32_t i, k, n = a->u.list.n;

	if (n != b->u.list.n)
		return false;
	if (budget_charge(p->c->heap->budget, (uint64_t)n * n / 8) < 0) {
		p->c->failed = true;
		return false;
	}
	for (i = 0; i + 1 < a->u.list.n; i += 2) {
		for (k = 0; k + 1 < b->u.list.n; k += 2) {
			if (same_key(a->u.list.t[i], b->u.list.t[k]))
				break;
		}
		if (k + 1 >= b->u.list.n)
			return false;
	}
	return true;
}

/*
 * a = b binds what is free in a. OPA says no where their shapes cannot meet:
 * the variables then are unsafe.
 */
static bool
binds(struct plan *p, const struct term *a, const struct term *b)
{
	if (a->kind != TERM_ARRAY && a->kind != TERM_OBJECT)
		return true;
	switch (b->kind) {
	case TERM_CONST:
		return value_fits(a, b->u.value);
	case TERM_OBJECT:
		return a->kind == TERM_OBJECT && keys_meet(p, a, b);
	case TERM_ARRAY: /* of one length: taken apart by normal */
	case TERM_SET:
		return false;
	default:
		return true;
	}
}

/* No variable of t but the wildcards is left to be bound. */
static bool
all_bound(const struct term *t)
{
	uint32_t i;

	if (t->kind == TERM_VAR)
		return t->var == NULL || t->var->bound || t->var->wildcard;
	if (t->kind != TERM_REF)
		return order_term_ready(t);
	for (i = 0; i < t->u.list.n; i++) {
		if (!all_bound(t->u.list.t[i]))
			return false;
	}
	return true;
}

bool
order_literal_ready(struct plan *p, const struct literal *l)
{
	if (l->closed && !all_bound(l->b))
		return false;
	switch (l->kind) {
	case LIT_EXPR:
		return order_term_ready(l->a);
	case LIT_UNIFY:
	case LIT_ASSIGN:
		if (order_term_ready(l->a))
			return pattern_ready(l->b) &&
			       (binds(p, l->b, l->a) || order_term_ready(l->b));
		return order_term_ready(l->b) && pattern_ready(l->a) &&
		       binds(p, l->a, l->b);
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
