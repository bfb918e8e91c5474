#include "policy/outer.h"

struct finder {
	struct compiler *c;
	struct body *b;
	uint32_t depth; /* of the outermost variables that are its own */
	uint32_t cap;
	uint32_t number; /* of the search, to see a variable once */
	bool negation;   /* wildcards and its temporaries are its own */
};

static void
found(struct finder *f, struct var *v)
{
	struct body *b = f->b;

	if (v == NULL || v->seen == f->number)
		return;
	if (f->negation ? v->negated || v->wildcard || v->depth > f->depth
			: v->depth >= f->depth)
		return;
	v->seen = f->number;
	b->outer = compile_grow(f->c, b->outer, b->n_outer, &f->cap,
	    sizeof(struct var *));
	b->outer[b->n_outer++] = v;
}

static void find_in_body(struct finder *f, const struct body *b);

static void
find_in_term(struct finder *f, const struct term *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	switch (t->kind) {
	case TERM_CONST:
		return;
	case TERM_VAR:
		found(f, t->var);
		return;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		find_in_body(f, t->u.comp.body);
		find_in_term(f, t->u.comp.key);
		find_in_term(f, t->u.comp.val);
		return;
	default:
		i = t->kind == TERM_CALL ? 1 : 0;
		for (; i < t->u.list.n; i++)
			find_in_term(f, t->u.list.t[i]);
	}
}

static void
find_in_body(struct finder *f, const struct body *b)
{
	uint32_t i, k;

	for (i = 0; b != NULL && i < b->n; i++) {
		const struct literal *l = b->l[i];

		/* A closure is searched for each closure around it. */
		if (budget_charge(f->c->heap->budget, 4) < 0) {
			f->c->failed = true;
			return;
		}
		find_in_term(f, l->a);
		find_in_term(f, l->b);
		find_in_term(f, l->c);
		find_in_body(f, l->body);
		for (k = 0; k < l->n_with; k++) {
			if (with_takes_value(&l->with[k]))
				find_in_term(f, l->with[k].value);
		}
	}
}

void
outer_find(struct compiler *c, struct body *b, uint32_t depth,
    const struct term *key, const struct term *val)
{
	struct finder f = { .c = c,
		.b = b,
		.depth = depth,
		.number = ++c->n_searches };

	find_in_body(&f, b);
	find_in_term(&f, key);
	find_in_term(&f, val);
}

void
outer_find_negated(struct compiler *c, struct body *b)
{
	struct finder f = { .c = c,
		.b = b,
		.depth = b->depth,
		.number = ++c->n_searches,
		.negation = true };

	find_in_body(&f, b);
}
