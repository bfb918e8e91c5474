#include <string.h>

#include "policy/normal_term.h"
#include "policy/outer.h"

static struct term *hoist_comp(struct normal *n, struct term *t);

void
normal_append(struct normal *n, struct literal *l)
{
	n->l =
	    compile_grow(n->c, n->l, n->n, &n->cap, sizeof(struct literal *));
	n->l[n->n++] = l;
}

/* Append what waits since there were `late` of those; its last is joined. */
void
normal_append_late(struct normal *n, uint32_t late)
{
	uint32_t i;

	for (i = late; i < n->n_late; i++) {
		n->late[i]->joined = true;
		normal_append(n, n->late[i]);
	}
	n->n_late = late;
}

/* Append the literal itself, behind what it needs. */
void
normal_append_main(struct normal *n, struct literal *l)
{
	normal_append_late(n, 0);
	normal_append(n, l);
}

struct literal *
normal_literal_new(struct normal *n, enum literal_kind kind, struct ast_loc loc)
{
	struct literal *l = compile_alloc(n->c, sizeof(*l));

	l->kind = kind;
	l->loc = loc;
	l->step = n->of != NULL ? n->of->step : n->n;
	return l;
}

static struct term *
temp_new(struct normal *n, struct ast_loc loc)
{
	struct term *t = compile_alloc(n->c, sizeof(*t));

	t->kind = TERM_VAR;
	t->loc = loc;
	t->var = compile_alloc(n->c, sizeof(*t->var));
	t->var->depth = n->depth;
	t->var->loc = loc;
	t->var->temp = true;
	t->var->negated = n->negated;
	return t;
}

/* temp = t */
static struct literal *
temp_literal(struct normal *n, struct term *t)
{
	struct literal *l = normal_literal_new(n, LIT_UNIFY, t->loc);

	l->hidden = true;
	l->a = temp_new(n, t->loc);
	l->b = t;
	return l;
}

struct term *
normal_name(struct normal *n, struct term *t)
{
	struct literal *l = temp_literal(n, t);

	n->late = compile_grow(n->c, n->late, n->n_late, &n->cap_late,
	    sizeof(*n->late));
	n->late[n->n_late++] = l;
	return l->a;
}

struct term *
normal_own(struct normal *n, struct term *t, uint32_t late)
{
	struct literal *l = temp_literal(n, t);

	normal_append_late(n, late);
	normal_append(n, l);
	return l->a;
}

struct term *
normal_copy(struct normal *n, const struct term *t)
{
	struct term *copy = compile_alloc(n->c, sizeof(*copy));

	*copy = *t;
	copy->u.list.t =
	    compile_alloc(n->c, t->u.list.n * sizeof(*copy->u.list.t));
	if (t->u.list.n > 0)
		memcpy(copy->u.list.t, t->u.list.t,
		    t->u.list.n * sizeof(*copy->u.list.t));
	return copy;
}

static struct term *
hoist_list(struct normal *n, struct term *t, uint32_t from)
{
	struct term *copy = normal_copy(n, t);
	uint32_t i;

	for (i = from; i < copy->u.list.n; i++) {
		copy->u.list.t[i] = normal_hoist(n, copy->u.list.t[i], false);
		if (copy->u.list.t[i] == NULL)
			return NULL;
	}
	return copy;
}

/* The path holds a variable, so evaluating it may bind that. */
static bool
ref_binds(const struct term *t)
{
	uint32_t i;

	for (i = 1; i < t->u.list.n; i++) {
		if (t->u.list.t[i]->kind != TERM_CONST &&
		    t->u.list.t[i]->kind != TERM_REF)
			return true;
	}
	return false;
}

/* A ref's head as a variable. */
struct term *
normal_subject(struct normal *n, struct term *t)
{
	uint32_t late = n->n_late;

	if (t->kind == TERM_VAR)
		return t;
	t = normal_hoist(n, t, true);
	return t == NULL || t->kind == TERM_VAR ? t : normal_own(n, t, late);
}

static struct term *
hoist_ref(struct normal *n, struct term *t, bool keep)
{
	struct term *head = normal_subject(n, t->u.list.t[0]), *copy;

	copy = head == NULL ? NULL : hoist_list(n, t, 1);
	if (copy == NULL)
		return NULL;
	copy->u.list.t[0] = head;
	return keep || !(n->name_all || ref_binds(copy)) ? copy
							 : normal_name(n, copy);
}

uint32_t
normal_arity(const struct term *call)
{
	return call->group != NULL ? call->group->n_args : call->builtin->arity;
}

bool
normal_is_print(const struct term *t)
{
	return t->kind == TERM_CALL && t->builtin != NULL &&
	       t->builtin->arity == BUILTIN_VARIADIC;
}

/* {x | x = t} */
static struct term *
as_set(struct normal *n, struct term *t)
{
	struct term *comp = compile_alloc(n->c, sizeof(*comp));
	struct normal inner = { .c = n->c, .depth = n->depth + 1, .of = n->of };

	comp->kind = TERM_SET_COMP;
	comp->loc = t->loc;
	if (normal_head(&inner, &t, 1) < 0)
		return NULL;
	comp->u.comp.val = t;
	comp->u.comp.body = normal_end(&inner);
	outer_find(n->c, comp->u.comp.body, inner.depth, NULL,
	    comp->u.comp.val);
	return comp;
}

static struct term *
sets_of(struct normal *n, struct term *t, uint32_t from)
{
	struct term *copy = normal_copy(n, t);
	uint32_t i;

	for (i = from; i < copy->u.list.n; i++) {
		/* A constant set is a value, not a part that may be empty. */
		if (copy->kind == TERM_TEMPLATE &&
		    copy->u.list.t[i]->kind == TERM_CONST &&
		    copy->u.list.t[i]->u.value.type != VALUE_SET)
			continue;
		if (copy->u.list.t[i]->part)
			copy->u.list.t[i] = hoist_comp(n, copy->u.list.t[i]);
		else
			copy->u.list.t[i] = as_set(n, copy->u.list.t[i]);
		if (copy->u.list.t[i] == NULL)
			return NULL;
	}
	return copy;
}

static struct term *
hoist_template(struct normal *n, struct term *t, bool keep)
{
	uint32_t late = n->n_late;
	struct term *parts = sets_of(n, t, 0), *call;

	if (parts == NULL)
		return NULL;
	parts->kind = TERM_ARRAY;
	call = compile_alloc(n->c, sizeof(*call));
	call->kind = TERM_CALL;
	call->loc = t->loc;
	call->builtin = builtin_find("internal.template_string", 24);
	call->u.list.n = 2;
	call->u.list.t = compile_alloc(n->c, 2 * sizeof(call));
	call->u.list.t[0] = parts; /* not looked at */
	call->u.list.t[1] = parts;
	return keep ? call : normal_own(n, call, late);
}

int
normal_check_arity(struct normal *n, const struct term *t, uint32_t extra)
{
	uint32_t want = normal_arity(t), got = t->u.list.n - 1;

	if (got == want || got == want + extra)
		return 0;
	diag_error(n->c->diag, "rego_type_error", t->loc,
	    "%s: arity mismatch: %u arguments instead of %u",
	    t->builtin != NULL ? t->builtin->name : "function call", got, want);
	return -1;
}

struct term *
normal_call(struct normal *n, struct term *t, bool keep)
{
	uint32_t late = n->n_late;
	struct term *copy;

	if (normal_is_print(t))
		return sets_of(n, t, 1);
	if (normal_check_arity(n, t, 0) < 0)
		return NULL;
	copy = hoist_list(n, t, 1);
	return copy == NULL || keep ? copy : normal_own(n, copy, late);
}

/* A comprehension with its body in normal form, its head at the body's end. */
static struct term *
hoist_comp(struct normal *n, struct term *t)
{
	struct term *copy = compile_alloc(n->c, sizeof(*copy));
	struct term *head[2] = { t->u.comp.val, NULL };
	struct normal inner;
	uint32_t n_head = 1;

	*copy = *t;
	if (t->u.comp.key != NULL) {
		head[0] = t->u.comp.key;
		head[n_head++] = t->u.comp.val;
	}
	if (normal_begin(&inner, n->c, t->u.comp.body->depth, t->u.comp.body) <
		0 ||
	    normal_head(&inner, head, n_head) < 0)
		return NULL;
	copy->u.comp.key = n_head == 1 ? NULL : head[0];
	copy->u.comp.val = head[n_head - 1];
	copy->u.comp.body = normal_end(&inner);
	outer_find(n->c, copy->u.comp.body, inner.depth, copy->u.comp.key,
	    copy->u.comp.val);
	return copy;
}

/*
 * keep: t may stay a call or a ref with variables, since it will be one side
 * of an equation or a literal.
 */
struct term *
normal_hoist(struct normal *n, struct term *t, bool keep)
{
	switch (t->kind) {
	case TERM_CONST:
	case TERM_VAR:
		return t;
	case TERM_REF:
		return hoist_ref(n, t, keep);
	case TERM_CALL:
		return normal_call(n, t, keep);
	case TERM_TEMPLATE:
		return hoist_template(n, t, keep);
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		return hoist_list(n, t, 0);
	default:
		t = hoist_comp(n, t);
		if (t == NULL || keep || !n->name_all)
			return t;
		return normal_name(n, t);
	}
}

struct term *
normal_term(struct normal *n, struct term *t)
{
	return normal_hoist(n, t, false);
}

bool
normal_is_call(const struct term *t)
{
	return t->kind == TERM_CALL || t->kind == TERM_TEMPLATE;
}

bool
normal_is_composite(const struct term *t)
{
	return t->kind >= TERM_ARRAY && t->kind <= TERM_OBJECT;
}

/* t, without its calls, needs evaluation. */
bool
normal_is_dynamic(const struct term *t)
{
	uint32_t i;

	for (i = 0; normal_is_composite(t) && i < t->u.list.n; i++) {
		if (normal_is_dynamic(t->u.list.t[i]))
			return true;
	}
	return !normal_is_composite(t) && t->kind != TERM_CONST &&
	       t->kind != TERM_VAR;
}

/* Evaluating t may bind variables. */
bool
normal_binds(const struct term *t)
{
	uint32_t i;

	if (t == NULL || t->kind < TERM_REF || t->kind > TERM_OBJECT)
		return false;
	if (t->kind == TERM_REF && ref_binds(t))
		return true;
	for (i = t->kind == TERM_CALL; i < t->u.list.n; i++) {
		if (normal_binds(t->u.list.t[i]))
			return true;
	}
	return false;
}

int
normal_head(struct normal *n, struct term **t, uint32_t n_terms)
{
	uint32_t *end = compile_alloc(n->c, n_terms * sizeof(*end)), i, k = 0;

	for (i = 0; i < n_terms; i++) {
		n->name_all = normal_binds(t[i]);
		t[i] = normal_hoist(n, t[i], !normal_is_call(t[i]));
		if (t[i] == NULL)
			return -1;
		end[i] = n->n_late;
	}
	for (i = 0; i < n_terms; i++) {
		for (; k < end[i]; k++) {
			n->late[k]->joined =
			    k + 1 < end[i] || normal_is_dynamic(t[i]);
			normal_append(n, n->late[k]);
		}
		if (normal_is_dynamic(t[i])) {
			struct literal *l = temp_literal(n, t[i]);

			normal_append(n, l);
			t[i] = l->a;
		}
	}
	n->n_late = 0;
	return 0;
}

int
normal_path(struct normal *n, struct term **t, uint32_t n_terms)
{
	uint32_t i;

	for (i = 0; i < n_terms; i++) {
		n->name_all = normal_binds(t[i]);
		t[i] = normal_hoist(n, t[i], !normal_is_call(t[i]));
		if (t[i] == NULL)
			return -1;
		if (t[i]->kind != TERM_VAR && t[i]->kind != TERM_CONST)
			t[i] = normal_own(n, t[i], 0);
	}
	return 0;
}
