#include <string.h>

#include "policy/scope.h"
#include "policy/tree.h"

static int resolve_comp(struct scope *s, struct term *t);

static struct term *
const_name(struct compiler *c, struct ast_loc loc, struct string *name)
{
	struct term *t = compile_alloc(c, sizeof(*t));

	t->kind = TERM_CONST;
	t->loc = loc;
	t->u.value.type = VALUE_STRING;
	t->u.value.u.s = name;
	return t;
}

static struct term *
root_var(struct compiler *c, struct ast_loc loc, struct string *name)
{
	struct term *t = compile_alloc(c, sizeof(*t));

	(void)c;
	t->kind = TERM_VAR;
	t->loc = loc;
	t->name = name;
	return t;
}

/* Make t the ref prefix + tail[1..]. */
static void
make_ref(struct compiler *c, struct term *t, const struct term_list *prefix,
    const struct term_list *tail)
{
	uint32_t rest = tail == NULL ? 0 : tail->n - 1;
	struct term_list list;

	list.n = prefix->n + rest;
	list.t = compile_alloc(c, list.n * sizeof(*list.t));
	memcpy(list.t, prefix->t, prefix->n * sizeof(*list.t));
	if (rest > 0)
		memcpy(list.t + prefix->n, tail->t + 1, rest * sizeof(*list.t));
	t->kind = TERM_REF;
	t->u.list = list;
}

static struct import *
find_import(const struct module *m, const struct string *name)
{
	uint32_t i;

	for (i = 0; i < m->n_imports; i++) {
		if (m->imports[i].alias == name)
			return &m->imports[i];
	}
	return NULL;
}

static bool
is_rule_name(struct scope *s, struct string *name)
{
	struct value key = { .type = VALUE_STRING, .u.s = name };
	const struct node *n;

	if (s->package == NULL)
		return false;
	n = tree_child(s->package, key);
	return n != NULL && n->rule_name;
}

bool
resolve_is_global(struct scope *s, struct string *name)
{
	return name == s->c->name_data || name == s->c->name_input ||
	       find_import(s->module, name) != NULL || is_rule_name(s, name);
}

/*
 * Let t, a name or a ref that begins with one, begin with data or input if
 * the name is an import or a rule. False: it is neither.
 */
static bool
expand(struct scope *s, struct term *t)
{
	struct term *head = t->kind == TERM_REF ? t->u.list.t[0] : t;
	struct term_list tail = t->u.list, prefix = { 0 };
	struct import *im = find_import(s->module, head->name);
	const struct module *m = s->module;
	uint32_t i;

	if (im != NULL) {
		im->used = true;
		if (im->path->kind == TERM_REF) {
			prefix = im->path->u.list;
		} else {
			prefix.n = 1;
			prefix.t = &im->path;
		}
	} else if (is_rule_name(s, head->name)) {
		prefix.n = m->package.n + 2;
		prefix.t = compile_alloc(s->c, prefix.n * sizeof(*prefix.t));
		prefix.t[0] = root_var(s->c, head->loc, s->c->name_data);
		for (i = 0; i < m->package.n; i++)
			prefix.t[i + 1] = m->package.t[i];
		prefix.t[prefix.n - 1] =
		    const_name(s->c, head->loc, head->name);
	} else {
		return head->name == s->c->name_data ||
		       head->name == s->c->name_input;
	}
	if (prefix.n == 1 && t->kind == TERM_VAR) {
		t->name = prefix.t[0]->name;
		return true;
	}
	make_ref(s->c, t, &prefix, t->kind == TERM_REF ? &tail : NULL);
	return true;
}

static int
resolve_var(struct scope *s, struct term *t)
{
	struct var *v;

	if (t->name->len == 1 && t->name->s[0] == '_') {
		t->var = scope_wildcard(s, t);
		return 0;
	}
	v = scope_find(s, t->name);
	if (v == NULL && !expand(s, t))
		v = scope_implicit(s, t);
	t->var = v;
	return 0;
}

static int
resolve_list(struct scope *s, struct term_list *list, uint32_t from)
{
	uint32_t i;

	for (i = from; i < list->n; i++) {
		if (resolve_term(s, list->t[i]) < 0)
			return -1;
	}
	return 0;
}

static int
resolve_ref(struct scope *s, struct term *t)
{
	struct term *head = t->u.list.t[0];

	if (resolve_list(s, &t->u.list, 1) < 0)
		return -1;
	if (head->kind != TERM_VAR)
		return resolve_term(s, head);
	head->var = scope_find(s, head->name);
	if (head->var == NULL && !expand(s, t))
		return resolve_var(s, head);
	return 0;
}

static int
resolve_call(struct scope *s, struct term *t)
{
	struct term *f = t->u.list.t[0];

	if (resolve_list(s, &t->u.list, 1) < 0)
		return -1;
	return resolve_function(s, f, t->operator, & t->group, &t->builtin);
}

int
resolve_term(struct scope *s, struct term *t)
{
	switch (t->kind) {
	case TERM_CONST:
		return 0;
	case TERM_VAR:
		return resolve_var(s, t);
	case TERM_REF:
		return resolve_ref(s, t);
	case TERM_CALL:
		return resolve_call(s, t);
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_TEMPLATE:
		return resolve_list(s, &t->u.list, 0);
	default:
		return resolve_comp(s, t);
	}
}

static int
resolve_comp(struct scope *s, struct term *t)
{
	struct scope inner;

	scope_init(&inner, s);
	scope_collect_term(&inner, t->u.comp.key);
	scope_collect_term(&inner, t->u.comp.val);
	if (resolve_body(&inner, t->u.comp.body) < 0)
		return -1;
	if (t->u.comp.key != NULL && resolve_term(&inner, t->u.comp.key) < 0)
		return -1;
	return resolve_term(&inner, t->u.comp.val);
}

/* x := ..., where the left side is a pattern of new variables. */
int
resolve_declare(struct scope *s, struct term *t)
{
	uint32_t i;

	switch (t->kind) {
	case TERM_VAR:
		if (t->name->len == 1 && t->name->s[0] == '_')
			return resolve_var(s, t);
		t->var = scope_declare(s, t);
		return t->var == NULL ? -1 : 0;
	case TERM_ARRAY:
		for (i = 0; i < t->u.list.n; i++) {
			if (resolve_declare(s, t->u.list.t[i]) < 0)
				return -1;
		}
		return 0;
	case TERM_OBJECT:
		for (i = 0; i + 1 < t->u.list.n; i += 2) {
			if (resolve_term(s, t->u.list.t[i]) < 0 ||
			    resolve_declare(s, t->u.list.t[i + 1]) < 0)
				return -1;
		}
		return 0;
	default:
		return resolve_term(s, t);
	}
}
