#include <string.h>

#include "policy/normal.h"
#include "policy/normal_not.h"
#include "policy/outer.h"

static int normal_literal(struct normal *n, struct literal *l);
static struct term *hoist(struct normal *n, struct term *t, bool keep);
static struct term *hoist_comp(struct normal *n, struct term *t);

static void
append(struct normal *n, struct literal *l)
{
	n->l =
	    compile_grow(n->c, n->l, n->n, &n->cap, sizeof(struct literal *));
	n->l[n->n++] = l;
}

/* Append what waits since there were `late` of those; its last is joined. */
static void
append_late(struct normal *n, uint32_t late)
{
	uint32_t i;

	for (i = late; i < n->n_late; i++) {
		n->late[i]->joined = true;
		append(n, n->late[i]);
	}
	n->n_late = late;
}

/* Append the literal itself, behind what it needs. */
static void
append_main(struct normal *n, struct literal *l)
{
	append_late(n, 0);
	append(n, l);
}

static struct literal *
literal_new(struct normal *n, enum literal_kind kind, struct ast_loc loc)
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
	struct literal *l = literal_new(n, LIT_UNIFY, t->loc);

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

	append_late(n, late);
	append(n, l);
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
		copy->u.list.t[i] = hoist(n, copy->u.list.t[i], false);
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
static struct term *
hoist_subject(struct normal *n, struct term *t)
{
	uint32_t late = n->n_late;

	if (t->kind == TERM_VAR)
		return t;
	t = hoist(n, t, true);
	return t == NULL || t->kind == TERM_VAR ? t : normal_own(n, t, late);
}

static struct term *
hoist_ref(struct normal *n, struct term *t, bool keep)
{
	struct term *head = hoist_subject(n, t->u.list.t[0]), *copy;

	copy = head == NULL ? NULL : hoist_list(n, t, 1);
	if (copy == NULL)
		return NULL;
	copy->u.list.t[0] = head;
	return keep || !(n->name_all || ref_binds(copy)) ? copy
							 : normal_name(n, copy);
}

static uint32_t
arity(const struct term *call)
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

static int
check_arity(struct normal *n, const struct term *t, uint32_t extra)
{
	uint32_t want = arity(t), got = t->u.list.n - 1;

	if (got == want || got == want + extra)
		return 0;
	diag_error(n->c->diag, "rego_type_error", t->loc,
	    "%s: arity mismatch: %u arguments instead of %u",
	    t->builtin != NULL ? t->builtin->name : "function call", got, want);
	return -1;
}

static struct term *
hoist_call(struct normal *n, struct term *t, bool keep)
{
	uint32_t late = n->n_late;
	struct term *copy;

	if (normal_is_print(t))
		return sets_of(n, t, 1);
	if (check_arity(n, t, 0) < 0)
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
static struct term *
hoist(struct normal *n, struct term *t, bool keep)
{
	switch (t->kind) {
	case TERM_CONST:
	case TERM_VAR:
		return t;
	case TERM_REF:
		return hoist_ref(n, t, keep);
	case TERM_CALL:
		return hoist_call(n, t, keep);
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
	return hoist(n, t, false);
}

static bool
is_call(const struct term *t)
{
	return t->kind == TERM_CALL || t->kind == TERM_TEMPLATE;
}

static bool
is_composite(const struct term *t)
{
	return t->kind >= TERM_ARRAY && t->kind <= TERM_OBJECT;
}

/* t, without its calls, needs evaluation. */
static bool
is_dynamic(const struct term *t)
{
	uint32_t i;

	for (i = 0; is_composite(t) && i < t->u.list.n; i++) {
		if (is_dynamic(t->u.list.t[i]))
			return true;
	}
	return !is_composite(t) && t->kind != TERM_CONST && t->kind != TERM_VAR;
}

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

/* Evaluating t may bind variables. */
static bool
binds(const struct term *t)
{
	uint32_t i;

	if (t == NULL || t->kind < TERM_REF || t->kind > TERM_OBJECT)
		return false;
	if (t->kind == TERM_REF && ref_binds(t))
		return true;
	for (i = t->kind == TERM_CALL; i < t->u.list.n; i++) {
		if (binds(t->u.list.t[i]))
			return true;
	}
	return false;
}

int
normal_head(struct normal *n, struct term **t, uint32_t n_terms)
{
	uint32_t *end = compile_alloc(n->c, n_terms * sizeof(*end)), i, k = 0;

	for (i = 0; i < n_terms; i++) {
		n->name_all = binds(t[i]);
		t[i] = hoist(n, t[i], !is_call(t[i]));
		if (t[i] == NULL)
			return -1;
		end[i] = n->n_late;
	}
	for (i = 0; i < n_terms; i++) {
		for (; k < end[i]; k++) {
			n->late[k]->joined = k + 1 < end[i] || is_dynamic(t[i]);
			append(n, n->late[k]);
		}
		if (is_dynamic(t[i])) {
			struct literal *l = temp_literal(n, t[i]);

			append(n, l);
			t[i] = l->a;
		}
	}
	n->n_late = 0;
	return 0;
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

int
normal_path(struct normal *n, struct term **t, uint32_t n_terms)
{
	uint32_t i;

	for (i = 0; i < n_terms; i++) {
		n->name_all = binds(t[i]);
		t[i] = hoist(n, t[i], !is_call(t[i]));
		if (t[i] == NULL)
			return -1;
		if (t[i]->kind != TERM_VAR && t[i]->kind != TERM_CONST)
			t[i] = normal_own(n, t[i], 0);
	}
	return 0;
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
	l = literal_new(n, like->kind, like->loc);
	l->a = a;
	l->b = b;
	l->joined = true;
	append(n, l);
}

static int
normal_unify(struct normal *n, struct literal *l)
{
	struct term *a, *b;
	uint32_t from;

	/* A composite is compared when all in it has been evaluated. */
	if (is_composite(l->a) || is_composite(l->b))
		n->name_all = true;
	a = hoist(n, l->a, !is_call(l->a) || takes_any(l->b));
	if (a == NULL)
		return -1;
	b = hoist(n, l->b, !is_call(l->b) || takes_any(a));
	if (b == NULL)
		return -1;
	if (a->kind == TERM_REF && b->kind == TERM_REF)
		a = normal_name(n, a);
	from = n->n;
	append_late(n, 0);
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

	if (check_arity(n, l->a, 1) < 0)
		return -1;
	out = call->u.list.t[call->u.list.n - 1];
	call->u.list.n--;
	call = hoist_call(n, call, true);
	out = call == NULL ? NULL : hoist(n, out, false);
	if (out == NULL)
		return -1;
	eq = literal_new(n, LIT_UNIFY, l->loc);
	eq->a = out;
	eq->b = call;
	append_main(n, eq);
	return 0;
}

static int
normal_expr(struct normal *n, struct literal *l)
{
	struct literal *copy;

	if (l->a->kind == TERM_CALL && !normal_is_print(l->a) &&
	    l->a->u.list.n - 1 == arity(l->a) + 1)
		return normal_output(n, l);
	copy = literal_new(n, LIT_EXPR, l->loc);
	copy->a = hoist(n, l->a, true);
	if (copy->a == NULL)
		return -1;
	append_main(n, copy);
	return 0;
}

/* some a, b in c: b = c[a] */
static int
normal_some_in(struct normal *n, struct literal *l)
{
	struct literal *copy = literal_new(n, l->kind, l->loc);

	copy->b = hoist(n, l->b, false);
	if (copy->b == NULL)
		return -1;
	copy->c = l->c->kind == TERM_REF || l->c->kind == TERM_CONST
		      ? hoist(n, l->c, false)
		      : hoist_subject(n, l->c);
	if (copy->c == NULL)
		return -1;
	if (l->a != NULL) {
		copy->a = hoist(n, l->a, false);
		if (copy->a == NULL)
			return -1;
	}
	append_main(n, copy);
	return 0;
}

/* What is evaluated before the literal, when that still has to wait. */
static struct term *
hoist_domain(struct normal *n, struct term *t)
{
	t = hoist(n, t, !is_call(t));
	return t == NULL || !is_dynamic(t) ? t : normal_own(n, t, 0);
}

static int
normal_every(struct normal *n, struct literal *l)
{
	struct literal *copy = literal_new(n, l->kind, l->loc);
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
	append_main(n, copy);
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
	append_main(n, outer);
	return 0;
}

static int
normal_with(struct normal *n, struct literal *l)
{
	struct literal *outer = literal_new(n, LIT_WITH, l->loc);
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
	return wrap(n, literal_new(n, kind, l->loc), l);
}

static int
normal_literal(struct normal *n, struct literal *l)
{
	n->name_all = binds(l->a) || binds(l->b) || binds(l->c);
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
