#include <string.h>

#include "policy/scope.h"
#include "policy/tree.h"

enum {
	NAME_MAX_LEN = 256
};

/* f as text with dots, or false when it is not all names. */
static bool
dotted(const struct compiler *c, const struct term *f, char *out)
{
	const struct term_list one = { (struct term **)&f, 1 };
	const struct term_list *list = f->kind == TERM_REF ? &f->u.list : &one;
	size_t len = 0;
	uint32_t i;

	(void)c;
	for (i = 0; i < list->n; i++) {
		const struct term *t = list->t[i];
		const struct string *s;

		if (t->kind == TERM_VAR)
			s = t->name;
		else if (t->kind == TERM_CONST &&
			 t->u.value.type == VALUE_STRING)
			s = t->u.value.u.s;
		else
			return false;
		if (s->len + 2 > NAME_MAX_LEN - len)
			return false;
		if (i > 0)
			out[len++] = '.';
		memcpy(out + len, s->s, s->len);
		len += s->len;
	}
	out[len] = 0;
	return true;
}

/* The group at data ref f, or NULL. */
static struct group *
group_at(const struct compiler *c, const struct term *f)
{
	const struct node *n = c->root;
	uint32_t i;

	if (f->kind != TERM_REF || !term_is_data(c, f->u.list.t[0]))
		return NULL;
	for (i = 1; n != NULL && i < f->u.list.n; i++) {
		if (f->u.list.t[i]->kind != TERM_CONST)
			return NULL;
		n = tree_child(n, f->u.list.t[i]->u.value);
	}
	return n == NULL ? NULL : n->group;
}

static struct group *
function_at(const struct compiler *c, const struct term *f)
{
	struct group *g = group_at(c, f);

	return g != NULL && g->kind == GROUP_FUNCTION ? g : NULL;
}

/* What is asked for f's value when it is called. */
static struct group *
document_at(const struct compiler *c, const struct term *f)
{
	struct group *g = group_at(c, f);

	return g != NULL && g->kind != GROUP_FUNCTION && !g->node->swallowed
		   ? g
		   : NULL;
}

static const struct builtin *
find_builtin(const struct compiler *c, const struct term *f, char *name)
{
	if (!dotted(c, f, name))
		return NULL;
	return builtin_find(name, strlen(name));
}

static int
check_builtin(struct scope *s, const struct term *f, const struct builtin *b)
{
	if (b->refused != NULL)
		return diag_error(s->c->diag, "rego_type_error", f->loc,
		    "builtin %s is refused: %s", b->name, b->refused);
	if ((b->flags & BUILTIN_V0) != 0 && !s->module->v0)
		return diag_error(s->c->diag, "rego_type_error", f->loc,
		    "deprecated builtin function calls in expression: %s",
		    b->name);
	return 0;
}

int
resolve_function(struct scope *s, struct term *f, bool operator,
    struct group ** ret_group, const struct builtin **ret_builtin)
{
	char name[NAME_MAX_LEN];
	const struct term *head = f->kind == TERM_REF ? f->u.list.t[0] : f;

	*ret_group = NULL;
	*ret_builtin = NULL;
	if (operator|| !resolve_is_global(s, head->name)) {
		*ret_builtin = find_builtin(s->c, f, name);
		if (*ret_builtin != NULL)
			return check_builtin(s, f, *ret_builtin);
	} else {
		struct term copy = *f;

		copy.var = NULL;
		if (resolve_term(s, &copy) < 0)
			return -1;
		*ret_group = function_at(s->c, &copy);
		if (*ret_group != NULL)
			return 0;
		/* A rule called units does not hide units.parse. */
		*ret_builtin = find_builtin(s->c, f, name);
		if (*ret_builtin != NULL)
			return check_builtin(s, f, *ret_builtin);
	}
	if (!dotted(s->c, f, name))
		memcpy(name, "(term)", sizeof("(term)"));
	return diag_error(s->c->diag, "rego_type_error", f->loc,
	    "undefined function %s", name);
}

static int
check_target(struct scope *s, const struct with *w)
{
	const struct term *t = w->target;
	const struct term *head = t->kind == TERM_REF ? t->u.list.t[0] : t;
	const struct node *n = s->c->root;
	uint32_t i;

	if (!term_is_data(s->c, head) && !term_is_input(s->c, head))
		return diag_error(s->c->diag, "rego_type_error", t->loc,
		    "with keyword target must reference existing input, data, "
		    "or a function");
	for (i = 1; t->kind == TERM_REF && i < t->u.list.n; i++) {
		const struct term *part = t->u.list.t[i];

		if (part->kind != TERM_CONST)
			return diag_error(s->c->diag, "rego_compile_error",
			    t->loc, "with keyword target must be constant");
		if (n == NULL || !term_is_data(s->c, head))
			continue;
		if (n->group != NULL && n->group->n > 0)
			return diag_error(s->c->diag, "rego_compile_error",
			    t->loc,
			    "with keyword cannot partially replace virtual "
			    "document(s)");
		n = tree_child(n, part->u.value);
	}
	return 0;
}

/* with f as g, where g is a function or a document, and not a value. */
static int
find_replacement(struct scope *s, struct with *w)
{
	char name[NAME_MAX_LEN];
	struct term *v = w->value, copy = *v;
	const struct term *head = v->kind == TERM_REF ? v->u.list.t[0] : v;

	if ((v->kind != TERM_VAR && v->kind != TERM_REF) ||
	    head->kind != TERM_VAR || scope_find(s, head->name) != NULL)
		return 0;
	if (resolve_is_global(s, head->name)) {
		if (resolve_term(s, &copy) == 0) {
			w->by_group = function_at(s->c, &copy);
			w->by_document = document_at(s->c, &copy);
		}
		if (w->by_group != NULL || v->kind == TERM_VAR)
			return 0;
	}
	if (w->by_document != NULL)
		return 0;
	w->by_builtin = find_builtin(s->c, v, name);
	return w->by_builtin == NULL ? 0 : check_builtin(s, v, w->by_builtin);
}

/* The compiler must not assume that what w replaces stays as it is. */
static void
note_replaced(struct compiler *c, const struct with *w)
{
	const struct term *t = w->target;
	struct node *n = c->root;
	size_t table_n;
	uint32_t i;

	if (w->group != NULL)
		w->group->replaced = true;
	if (w->builtin != NULL)
		c->builtin_replaced[w->builtin - builtin_table(&table_n)] =
		    true;
	if (w->group != NULL || w->builtin != NULL ||
	    term_is_input(c, t->kind == TERM_REF ? t->u.list.t[0] : t))
		return;
	for (i = 1; t->kind == TERM_REF && n != NULL && i < t->u.list.n; i++)
		n = tree_child(n, t->u.list.t[i]->u.value);
	if (n != NULL)
		tree_replaced(n);
}

int
resolve_with(struct scope *s, struct with *w)
{
	char name[NAME_MAX_LEN];
	const struct term *head =
	    w->target->kind == TERM_REF ? w->target->u.list.t[0] : w->target;

	if (!resolve_is_global(s, head->name)) {
		w->builtin = find_builtin(s->c, w->target, name);
	} else {
		if (resolve_term(s, w->target) < 0)
			return -1;
		w->group = function_at(s->c, w->target);
	}
	if (w->group == NULL && w->builtin == NULL && check_target(s, w) < 0)
		return -1;
	note_replaced(s->c, w);
	if ((w->group != NULL || w->builtin != NULL) &&
	    find_replacement(s, w) < 0)
		return -1;
	if (w->by_group != NULL || w->by_builtin != NULL)
		return 0;
	return resolve_term(s, w->value);
}
