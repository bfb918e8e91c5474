#include <string.h>

#include "policy/scope.h"

enum {
	NAMES_FEW = 8 /* looked at one by one */
};

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

static uint32_t
slot_of(const struct names *l, const struct string *name)
{
	uint64_t hash = (uint64_t)(uintptr_t)name * 0x9e3779b97f4a7c15;
	uint32_t i = (uint32_t)(hash >> 32) & (l->size - 1);

	while (l->index[i] != 0 && l->name[l->index[i] - 1] != name)
		i = (i + 1) & (l->size - 1);
	return i;
}

/* The position of name, or -1. */
static int64_t
find_name(const struct names *l, const struct string *name)
{
	uint32_t i;

	if (l->index != NULL)
		return (int64_t)l->index[slot_of(l, name)] - 1;
	for (i = 0; i < l->n; i++) {
		if (l->name[i] == name)
			return i;
	}
	return -1;
}

static void
index_names(struct compiler *c, struct names *l)
{
	uint32_t i;

	l->size = l->cap * 2;
	l->index = compile_alloc(c, l->size * sizeof(*l->index));
	for (i = 0; i < l->n; i++)
		l->index[slot_of(l, l->name[i])] = i + 1;
}

/* Add a name that is not there. */
static void
add_name(struct compiler *c, struct names *l, struct string *name)
{
	uint32_t cap = l->cap;

	l->name = compile_grow(c, l->name, l->n, &l->cap, sizeof(*l->name));
	l->name[l->n++] = name;
	if (l->n <= NAMES_FEW)
		return;
	if (l->index == NULL || l->cap != cap)
		index_names(c, l);
	else
		l->index[slot_of(l, name)] = l->n;
}

static void
add_once(struct compiler *c, struct names *l, struct string *name)
{
	if (l->n < COMPILE_LOCALS_MAX && find_name(l, name) < 0)
		add_name(c, l, name);
}

void
scope_collect_term(struct scope *s, const struct term *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	switch (t->kind) {
	case TERM_VAR:
		add_once(s->c, &s->used, t->name);
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
		add_once(s->c, &s->declares, t->name);
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
	int64_t i = find_name(&s->var_names, name);

	return i < 0 ? NULL : s->vars[i];
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
	return v;
}

static struct var *
add_var(struct scope *s, const struct term *t)
{
	struct var *v = var_new(s, t);

	s->vars = compile_grow(s->c, s->vars, s->n_vars, &s->cap_vars,
	    sizeof(struct var *));
	s->vars[s->n_vars++] = v;
	add_name(s->c, &s->var_names, t->name);
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
	v = add_var(s, t);
	v->declared = true;
	return v;
}

struct var *
scope_implicit(struct scope *s, const struct term *t)
{
	struct scope *at = s, *o;
	struct var *v;

	for (o = s; o != NULL; o = o->outer) {
		if (find_name(&o->used, t->name) >= 0 &&
		    find_name(&o->declares, t->name) < 0)
			at = o;
	}
	v = own(at, t->name);
	return v != NULL ? v : add_var(at, t);
}

struct var *
scope_wildcard(struct scope *s, const struct term *t)
{
	struct var *v = var_new(s, t);

	v->wildcard = true;
	return v;
}
