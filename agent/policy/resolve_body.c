#include <string.h>

#include "policy/scope.h"
#include "policy/tree.h"

static int
resolve_some(struct scope *s, struct literal *l)
{
	uint32_t i;

	for (i = 0; i < l->a->u.list.n; i++) {
		if (resolve_declare(s, l->a->u.list.t[i]) < 0)
			return -1;
	}
	return 0;
}

static int
resolve_every(struct scope *s, struct literal *l)
{
	struct scope vars, inner;

	if (resolve_term(s, l->c) < 0)
		return -1;
	scope_init(&vars, s);
	if (l->a != NULL && resolve_declare(&vars, l->a) < 0)
		return -1;
	if (resolve_declare(&vars, l->b) < 0)
		return -1;
	scope_init(&inner, &vars);
	return resolve_body(&inner, l->body);
}

/* No variable that pattern t declares is called input or data. */
static int
check_shadow(struct scope *s, const struct term *t, const char *what)
{
	uint32_t i;

	if (t->kind == TERM_VAR &&
	    (t->name == s->c->name_input || t->name == s->c->name_data))
		return diag_error(s->c->diag, "rego_compile_error", t->loc,
		    "%s must not shadow %s", what, t->name->s);
	if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT)
		return 0;
	for (i = t->kind == TERM_OBJECT; i < t->u.list.n;
	     i += 1 + (t->kind == TERM_OBJECT)) {
		if (check_shadow(s, t->u.list.t[i], what) < 0)
			return -1;
	}
	return 0;
}

static int
resolve_literal(struct scope *s, struct literal *l)
{
	uint32_t i;

	for (i = 0; i < l->n_with; i++) {
		if (resolve_with(s, &l->with[i]) < 0)
			return -1;
	}
	switch (l->kind) {
	case LIT_SOME:
		return resolve_some(s, l);
	case LIT_ASSIGN:
		if (!s->module->v0 && check_shadow(s, l->a, "variables") < 0)
			return -1;
		if (resolve_term(s, l->b) < 0)
			return -1;
		return resolve_declare(s, l->a);
	case LIT_SOME_IN:
		if (resolve_term(s, l->c) < 0)
			return -1;
		if (l->a != NULL && resolve_declare(s, l->a) < 0)
			return -1;
		return resolve_declare(s, l->b);
	case LIT_EVERY:
		return resolve_every(s, l);
	default:
		if (resolve_term(s, l->a) < 0)
			return -1;
		return l->b == NULL ? 0 : resolve_term(s, l->b);
	}
}

int
resolve_body(struct scope *s, struct body *b)
{
	uint32_t i;

	b->depth = s->depth;
	scope_collect_body(s, b);
	for (i = 0; i < b->n; i++) {
		if (resolve_literal(s, b->l[i]) < 0)
			return -1;
	}
	return 0;
}

static int
resolve_head(struct scope *s, struct rule *r)
{
	uint32_t i;

	for (i = 1; i < r->ref.n; i++) {
		if (resolve_term(s, r->ref.t[i]) < 0)
			return -1;
	}
	if (r->key != NULL && resolve_term(s, r->key) < 0)
		return -1;
	return r->value == NULL ? 0 : resolve_term(s, r->value);
}

/*
 * Arguments declare every variable in them; one name may appear twice. What
 * is no pattern is left, since it may use variables of the body.
 */
static int
declare_arg(struct scope *s, struct term *t)
{
	uint32_t i;

	if (t->kind == TERM_VAR) {
		t->var = scope_find(s, t->name);
		return t->var != NULL ? 0 : resolve_declare(s, t);
	}
	if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT)
		return 0;
	for (i = 0; i < t->u.list.n; i++) {
		if (declare_arg(s, t->u.list.t[i]) < 0)
			return -1;
	}
	return 0;
}

static int
resolve_arg(struct scope *s, struct term *t)
{
	uint32_t i;

	if (t->kind == TERM_VAR)
		return 0;
	if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT)
		return resolve_term(s, t);
	for (i = 0; i < t->u.list.n; i++) {
		if (resolve_arg(s, t->u.list.t[i]) < 0)
			return -1;
	}
	return 0;
}

/*
 * An else shares the head of its rule: those terms are resolved once more,
 * to the same variables, in a copy.
 */
static struct term *
copy_pattern(struct compiler *c, const struct term *t)
{
	struct term *copy = compile_alloc(c, sizeof(*copy));
	uint32_t i;

	*copy = *t;
	if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT &&
	    t->kind != TERM_REF)
		return copy;
	copy->u.list.t = compile_alloc(c, t->u.list.n * sizeof(copy));
	for (i = 0; i < t->u.list.n; i++)
		copy->u.list.t[i] = copy_pattern(c, t->u.list.t[i]);
	return copy;
}

static void
copy_list(struct compiler *c, struct term_list *list)
{
	struct term **t = compile_alloc(c, (list->n + 1) * sizeof(*t));
	uint32_t i;

	for (i = 0; i < list->n; i++)
		t[i] = copy_pattern(c, list->t[i]);
	list->t = t;
}

static int
resolve_rule(struct scope *module, struct rule *r)
{
	struct scope args, body;
	uint32_t n_locals = 0, i;

	scope_init(&args, module);
	args.n_locals = &n_locals;
	copy_list(module->c, &r->args);
	copy_list(module->c, &r->ref);
	for (i = 0; i < r->args.n; i++) {
		if (check_shadow(&args, r->args.t[i], "args") < 0 ||
		    declare_arg(&args, r->args.t[i]) < 0)
			return -1;
	}
	scope_init(&body, &args);
	if (r->body != NULL && resolve_body(&body, r->body) < 0)
		return -1;
	for (i = 0; i < r->args.n; i++) {
		if (resolve_arg(&body, r->args.t[i]) < 0)
			return -1;
	}
	if (resolve_head(&body, r) < 0)
		return -1;
	return module->c->failed ? -1 : 0;
}

int
resolve_module(struct compiler *c, struct module *m)
{
	struct scope s;
	uint32_t i;
	int failed = 0;

	scope_init(&s, NULL);
	s.c = c;
	s.module = m;
	s.package = tree_package(c, m);
	for (i = 0; i < m->n_rules && !c->failed; i++) {
		struct rule *r;

		for (r = m->rules[i]; r != NULL; r = r->orelse)
			failed |= resolve_rule(&s, r);
	}
	return c->failed ? -1 : failed;
}

int
resolve_query(struct compiler *c, struct module *m, struct body *b,
    struct var ***ret_vars, uint32_t *ret_n)
{
	struct scope s;
	uint32_t n_locals = 0;

	scope_init(&s, NULL);
	s.c = c;
	s.module = m;
	s.n_locals = &n_locals;
	if (resolve_body(&s, b) < 0 || c->failed)
		return -1;
	*ret_vars = s.vars;
	*ret_n = s.n_vars;
	return 0;
}
