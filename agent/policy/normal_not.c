#include <string.h>

#include "policy/normal_not.h"

static struct term *operand(struct normal *n, struct term *t);

static int
operands(struct normal *n, struct term *t, uint32_t from)
{
	uint32_t i;

	for (i = from; i < t->u.list.n; i++) {
		t->u.list.t[i] = operand(n, t->u.list.t[i]);
		if (t->u.list.t[i] == NULL)
			return -1;
	}
	return 0;
}

/* A ref with everything but itself in literals before it. */
static struct term *
bare_ref(struct normal *n, struct term *t)
{
	struct term *copy = normal_copy(n, t), *head = copy->u.list.t[0];
	uint32_t late = n->n_late;

	if (head->kind != TERM_VAR) {
		head = normal_term(n, head);
		if (head == NULL)
			return NULL;
		if (head->kind != TERM_VAR)
			head = normal_own(n, head, late);
		copy->u.list.t[0] = head;
	}
	return operands(n, copy, 1) < 0 ? NULL : copy;
}

/* One operand of what is negated, evaluated before the negation. */
static struct term *
operand(struct normal *n, struct term *t)
{
	struct literal *l;

	switch (t->kind) {
	case TERM_REF:
		t = bare_ref(n, t);
		break;
	case TERM_VAR:
		if (t->var != NULL)
			return t;
		break;
	case TERM_CONST:
		return t;
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		t = normal_copy(n, t);
		return operands(n, t, 0) < 0 ? NULL : t;
	default:
		t = normal_term(n, t);
		if (t != NULL && t->kind == TERM_VAR)
			return t;
		break;
	}
	if (t == NULL)
		return NULL;
	t = normal_name(n, t);
	l = n->late[n->n_late - 1];
	l->closed = true;
	return t;
}

/* One side of an equation, or a term, that is negated. */
static struct term *
negated_side(struct normal *n, struct term *t)
{
	switch (t->kind) {
	case TERM_REF:
		return bare_ref(n, t);
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
	case TERM_VAR:
		return t;
	default:
		return operand(n, t);
	}
}

static bool
is_equation(const struct term *t)
{
	return t->kind == TERM_CALL && t->builtin != NULL && t->u.list.n == 3 &&
	       strcmp(t->builtin->name, "equal") == 0;
}

static struct term *
negated_expr(struct normal *n, struct term *t)
{
	uint32_t i;

	if (t->kind != TERM_CALL || normal_is_print(t))
		return t->kind == TERM_TEMPLATE ? t : negated_side(n, t);
	t = normal_copy(n, t);
	for (i = 1; i < t->u.list.n; i++) {
		struct term *arg = t->u.list.t[i];

		arg = is_equation(t) ? negated_side(n, arg) : operand(n, arg);
		if (arg == NULL)
			return NULL;
		t->u.list.t[i] = arg;
	}
	return t;
}

/*
 * not f(g(x), y.z) is t1 = g(x); t2 = y.z; not f(t1, t2), as OPA has it: an
 * operand that is undefined makes the literal undefined, not true. What stays
 * inside is the outermost call, and the refs that are compared or tested.
 */
int
normal_not(struct normal *n, const struct literal *l)
{
	struct literal plain = *l;

	switch (l->kind) {
	case LIT_EXPR:
		plain.a = negated_expr(n, l->a);
		break;
	case LIT_UNIFY:
	case LIT_ASSIGN:
		plain.b = negated_side(n, l->b);
		plain.a = plain.b == NULL ? NULL : negated_side(n, l->a);
		break;
	case LIT_EVERY:
		plain.c = operand(n, l->c);
		if (plain.c == NULL)
			return -1;
		return normal_wrap(n, LIT_NOT, &plain);
	default:
		break;
	}
	if (plain.a == NULL)
		return -1;
	return normal_wrap(n, LIT_NOT, &plain);
}
