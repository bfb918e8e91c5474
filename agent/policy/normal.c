#include <string.h>

#include "policy/normal_not.h"
#include "policy/normal_term.h"
#include "policy/outer.h"

static int normal_literal(struct normal *n, struct literal *l);

/* As soon as it has a value, it can be compared with t, or t is bound. */
static bool
takes_any(const struct term *t)
{
	uint32_t i;

	if (t->kind == TERM_ARRAY) {
		for (i = 0; i < t->u.list.n; i++) {
			if (!takes_any(t->u.list.t[i]))
				return false;
		}
		return true;
	}
	return t->kind == TERM_CONST || t->kind == TERM_VAR;
}

/* The value of constant key in object t, or NULL. */
static struct term *
member_of(const struct term *t, const struct term *key)
{
	struct budget unlimited;
	uint32_t i;

	budget_init(&unlimited, UINT64_MAX, 1);
	if (key->kind != TERM_CONST)
		return NULL;
	for (i = 0; i + 1 < t->u.list.n; i += 2) {
		const struct term *k = t->u.list.t[i];

		if (k->kind == TERM_CONST &&
		    value_equal(k->u.value, key->u.value, &unlimited))
			return t->u.list.t[i + 1];
	}
	return NULL;
}

static bool
same_members(struct normal *n, const struct term *a, const struct term *b)
{
	uint64_t members = a->u.list.n;
	uint32_t i;

	if (a->kind != TERM_OBJECT || b->kind != TERM_OBJECT ||
	    members != b->u.list.n)
		return false;
	if (budget_charge(n->c->heap->budget, members * members / 8) < 0) {
		n->c->failed = true;
		return false;
	}
	for (i = 0; i + 1 < a->u.list.n; i += 2) {
		if (member_of(b, a->u.list.t[i]) == NULL)
			return false;
	}
	return true;
}

/* a = b: composites of one shape member by member. */
static void
unify(struct normal *n, struct literal *like, struct term *a, struct term *b)
{
	struct literal *l;
	uint32_t i;

	if (a->kind == TERM_ARRAY && b->kind == TERM_ARRAY &&
	    a->u.list.n == b->u.list.n) {
		for (i = 0; i < a->u.list.n; i++)
			unify(n, like, a->u.list.t[i], b->u.list.t[i]);
		return;
	}
	if (same_members(n, a, b)) {
		for (i = 0; i + 1 < a->u.list.n; i += 2)
			unify(n, like, a->u.list.t[i + 1],
			    member_of(b, a->u.list.t[i]));
		return;
	}
	l = normal_literal_new(n, like->kind, like->loc);
	l->a = a;
	l->b = b;
	l->joined = true;
	normal_append(n, l);
}

static int
normal_unify(struct normal *n, struct literal *l)
{
	struct term *a, *b;
	uint32_t from;

	/* A composite is compared when all in it has been evaluated. */
	if (normal_is_composite(l->a) || normal_is_composite(l->b))
		n->name_all = true;
	a = normal_hoist(n, l->a, !normal_is_call(l->a) || takes_any(l->b));
	if (a == NULL)
		return -1;
	b = normal_hoist(n, l->b, !normal_is_call(l->b) || takes_any(a));
	if (b == NULL)
		return -1;
	if (a->kind == TERM_REF && b->kind == TERM_REF)
		a = normal_name(n, a);
	from = n->n;
	normal_append_late(n, 0);
	unify(n, l, a, b);
	if (n->n > from)
		n->l[n->n - 1]->joined = false;
	return 0;
}

/* f(x, y) where f takes one argument: f(x) = y. */
static int
normal_output(struct normal *n, struct literal *l)
{
	struct term *call = normal_copy(n, l->a), *out;
	struct literal *eq;

	if (normal_check_arity(n, l->a, 1) < 0)
		return -1;
	out = call->u.list.t[call->u.list.n - 1];
	call->u.list.n--;
	call = normal_call(n, call, true);
	out = call == NULL ? NULL : normal_hoist(n, out, false);
	if (out == NULL)
		return -1;
	eq = normal_literal_new(n, LIT_UNIFY, l->loc);
	eq->a = out;
	eq->b = call;
	normal_append_main(n, eq);
	return 0;
}

static int
normal_expr(struct normal *n, struct literal *l)
{
	struct literal *copy;

	if (l->a->kind == TERM_CALL && !normal_is_print(l->a) &&
	    l->a->u.list.n - 1 == normal_arity(l->a) + 1)
		return normal_output(n, l);
	copy = normal_literal_new(n, LIT_EXPR, l->loc);
	copy->a = normal_hoist(n, l->a, true);
	if (copy->a == NULL)
		return -1;
	normal_append_main(n, copy);
	return 0;
}

/* some a, b in c: b = c[a] */
static int
normal_some_in(struct normal *n, struct literal *l)
{
	struct literal *copy = normal_literal_new(n, l->kind, l->loc);

	copy->b = normal_hoist(n, l->b, false);
	if (copy->b == NULL)
		return -1;
	copy->c = l->c->kind == TERM_REF || l->c->kind == TERM_CONST
		      ? normal_hoist(n, l->c, false)
		      : normal_subject(n, l->c);
	if (copy->c == NULL)
		return -1;
	if (l->a != NULL) {
		copy->a = normal_hoist(n, l->a, false);
		if (copy->a == NULL)
			return -1;
	}
	normal_append_main(n, copy);
	return 0;
}

/* What is evaluated before the literal, when that still has to wait. */
static struct term *
hoist_domain(struct normal *n, struct term *t)
{
	t = normal_hoist(n, t, !normal_is_call(t));
	return t == NULL || !normal_is_dynamic(t) ? t : normal_own(n, t, 0);
}

static int
normal_every(struct normal *n, struct literal *l)
{
	struct literal *copy = normal_literal_new(n, l->kind, l->loc);
	struct normal inner;

	copy->a = l->a;
	copy->b = l->b;
	copy->c = hoist_domain(n, l->c);
	if (copy->c == NULL ||
	    normal_begin(&inner, n->c, l->body->depth, l->body) < 0)
		return -1;
	copy->body = normal_end(&inner);
	/* The variables of `every` itself are one scope further out. */
	outer_find(n->c, copy->body, inner.depth - 1, NULL, NULL);
	normal_append_main(n, copy);
	return 0;
}

/* A literal of its own body: what `not` and `with` hold. */
static int
wrap(struct normal *n, struct literal *outer, const struct literal *l)
{
	struct normal inner = { .c = n->c, .depth = n->depth, .of = n->of };
	struct literal *plain = compile_alloc(n->c, sizeof(*plain));

	inner.negated = n->negated || outer->kind == LIT_NOT;

	*plain = *l;
	if (outer->kind == LIT_WITH)
		plain->n_with = 0;
	else
		plain->negated = false;
	if (normal_literal(&inner, plain) < 0)
		return -1;
	outer->body = normal_end(&inner);
	if (outer->kind == LIT_NOT)
		outer_find_negated(n->c, outer->body);
	normal_append_main(n, outer);
	return 0;
}

static int
normal_with(struct normal *n, struct literal *l)
{
	struct literal *outer = normal_literal_new(n, LIT_WITH, l->loc);
	struct term **values =
	    compile_alloc(n->c, l->n_with * sizeof(struct term *));
	uint32_t i, k = 0;

	outer->n_with = l->n_with;
	outer->with = compile_alloc(n->c, l->n_with * sizeof(*outer->with));
	for (i = 0; i < l->n_with; i++) {
		outer->with[i] = l->with[i];
		if (with_takes_value(&l->with[i]))
			values[k++] = l->with[i].value;
	}
	if (normal_head(n, values, k) < 0)
		return -1;
	for (i = l->n_with; i-- > 0;) {
		if (with_takes_value(&l->with[i]))
			outer->with[i].value = values[--k];
	}
	return wrap(n, outer, l);
}

int
normal_wrap(struct normal *n, enum literal_kind kind, const struct literal *l)
{
	return wrap(n, normal_literal_new(n, kind, l->loc), l);
}

static int
normal_literal(struct normal *n, struct literal *l)
{
	n->name_all =
	    normal_binds(l->a) || normal_binds(l->b) || normal_binds(l->c);
	if (l->n_with > 0)
		return normal_with(n, l);
	if (l->negated)
		return normal_not(n, l);
	switch (l->kind) {
	case LIT_SOME:
		return 0;
	case LIT_SOME_IN:
		return normal_some_in(n, l);
	case LIT_EVERY:
		return normal_every(n, l);
	case LIT_UNIFY:
	case LIT_ASSIGN:
		return normal_unify(n, l);
	default:
		return normal_expr(n, l);
	}
}

int
normal_begin(struct normal *n, struct compiler *c, uint32_t depth,
    const struct body *b)
{
	memset(n, 0, sizeof(*n));
	n->c = c;
	n->depth = depth;
	return normal_more(n, b);
}

int
normal_more(struct normal *n, const struct body *b)
{
	uint32_t i;

	for (i = 0; b != NULL && i < b->n; i++) {
		n->of = b->l[i];
		if (normal_literal(n, b->l[i]) < 0)
			return -1;
	}
	n->of = NULL;
	return 0;
}

struct body *
normal_end(struct normal *n)
{
	struct body *b = compile_alloc(n->c, sizeof(*b));

	b->l = n->l;
	b->n = n->n;
	b->depth = n->depth;
	return b;
}
