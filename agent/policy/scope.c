#include <string.h>

#include "policy/scope.h"

void
scope_init(struct scope *s, struct scope *outer)
{
	memset(s, 0, sizeof(*s));
	if (outer == NULL)
		return;
	s->c = outer->c;
	s->module = outer->module;
	s->package = outer->package;
	s->outer = outer;
	s->depth = outer->depth + 1;
	s->n_locals = outer->n_locals;
}

/* Looking for names is the compiler's only work that is not linear. */
static void
charge(struct scope *s, uint32_t n)
{
	if (budget_charge(s->c->heap->budget, 1 + n / 16) < 0)
		s->c->failed = true;
}

static bool
has_name(struct string *const *list, uint32_t n, const struct string *name)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (list[i] == name)
			return true;
	}
	return false;
}

static void
use(struct scope *s, struct string *name)
{
	charge(s, s->n_used);
	if (s->c->failed || has_name(s->used, s->n_used, name) ||
	    s->n_used >= COMPILE_LOCALS_MAX)
		return;
	s->used = compile_grow(s->c, s->used, s->n_used, &s->cap_used,
	    sizeof(*s->used));
	s->used[s->n_used++] = name;
}

static void
will_declare(struct scope *s, struct string *name)
{
	if (s->n_declares >= COMPILE_LOCALS_MAX)
		return;
	s->declares = compile_grow(s->c, s->declares, s->n_declares,
	    &s->cap_declares, sizeof(*s->declares));
	s->declares[s->n_declares++] = name;
}

void
scope_collect_term(struct scope *s, const struct term *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	switch (t->kind) {
	case TERM_VAR:
		use(s, t->name);
		return;
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		for (i = 0; i < t->u.list.n; i++)
			scope_collect_term(s, t->u.list.t[i]);
		return;
	case TERM_CALL:
		for (i = 1; i < t->u.list.n; i++)
			scope_collect_term(s, t->u.list.t[i]);
		return;
	default:
		return; /* closures, and parts of templates, which are some */
	}
}

/* Names in declaring places of a pattern. */
static void
collect_pattern(struct scope *s, const struct term *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	if (t->kind == TERM_VAR) {
		will_declare(s, t->name);
	} else if (t->kind == TERM_ARRAY) {
		for (i = 0; i < t->u.list.n; i++)
			collect_pattern(s, t->u.list.t[i]);
	} else if (t->kind == TERM_OBJECT) {
		for (i = 0; i + 1 < t->u.list.n; i += 2) {
			scope_collect_term(s, t->u.list.t[i]);
			collect_pattern(s, t->u.list.t[i + 1]);
		}
	} else {
		scope_collect_term(s, t);
	}
}

static void
collect_literal(struct scope *s, const struct literal *l)
{
	uint32_t i;

	for (i = 0; i < l->n_with; i++)
		scope_collect_term(s, l->with[i].value);
	switch (l->kind) {
	case LIT_ASSIGN:
	case LIT_SOME:
		collect_pattern(s, l->a);
		scope_collect_term(s, l->b);
		return;
	case LIT_SOME_IN:
		collect_pattern(s, l->a);
		collect_pattern(s, l->b);
		scope_collect_term(s, l->c);
		return;
	case LIT_EVERY:
		scope_collect_term(s, l->c);
		return;
	default:
		scope_collect_term(s, l->a);
		scope_collect_term(s, l->b);
		return;
	}
}

void
scope_collect_body(struct scope *s, const struct body *b)
{
	uint32_t i;

	for (i = 0; i < b->n; i++)
		collect_literal(s, b->l[i]);
}

static struct var *
own(struct scope *s, const struct string *name)
{
	uint32_t i;

	charge(s, s->n_vars);
	if (s->c->failed)
		return NULL;
	for (i = s->n_vars; i-- > 0;) {
		if (s->vars[i]->name == name)
			return s->vars[i];
	}
	return NULL;
}

struct var *
scope_find(struct scope *s, const struct string *name)
{
	for (; s != NULL; s = s->outer) {
		struct var *v = own(s, name);

		if (v != NULL && v->declared)
			return v;
	}
	return NULL;
}

static struct var *
var_new(struct scope *s, const struct term *t)
{
	struct var *v = compile_alloc(s->c, sizeof(*v));

	if (++*s->n_locals > COMPILE_LOCALS_MAX) {
		if (*s->n_locals == COMPILE_LOCALS_MAX + 1)
			diag_error(s->c->diag, "rego_compile_error", t->loc,
			    "more than %d variables in a rule",
			    COMPILE_LOCALS_MAX);
		s->c->failed = true;
	}
	v->name = t->name;
	v->loc = t->loc;
	v->depth = s->depth;
	s->vars = compile_grow(s->c, s->vars, s->n_vars, &s->cap_vars,
	    sizeof(struct var *));
	s->vars[s->n_vars++] = v;
	return v;
}

struct var *
scope_declare(struct scope *s, const struct term *t)
{
	struct var *v = own(s, t->name);

	if (v != NULL) {
		diag_error(s->c->diag, "rego_compile_error", t->loc,
		    v->declared ? "var %s assigned or declared above"
				: "var %s referenced above",
		    t->name->s);
		return NULL;
	}
	v = var_new(s, t);
	v->declared = true;
	return v;
}

struct var *
scope_implicit(struct scope *s, const struct term *t)
{
	struct scope *at = s, *o;
	struct var *v;

	for (o = s; o != NULL; o = o->outer) {
		if (has_name(o->used, o->n_used, t->name) &&
		    !has_name(o->declares, o->n_declares, t->name))
			at = o;
	}
	v = own(at, t->name);
	return v != NULL ? v : var_new(at, t);
}

struct var *
scope_wildcard(struct scope *s, const struct term *t)
{
	struct var *v = var_new(s, t);

	/* No two of them are the same: take it off the list again. */
	s->n_vars--;
	v->wildcard = true;
	return v;
}
