#include <string.h>

#include "policy/parser.h"

struct body *
body_of(struct parser *p, struct ptrs *list)
{
	struct body *b;
	uint32_t i;

	if (p->failed)
		return NULL;
	b = parser_alloc(p, sizeof(*b));
	if (b == NULL)
		return NULL;
	b->l = (struct literal **)list->p;
	b->n = list->n;
	for (i = 0; i < b->n; i++)
		b->l[i]->step = i;
	return b;
}

/* with target as value, any number of them. */
bool
parse_withs(struct parser *p, struct literal *l)
{
	struct ptrs list = { 0 };
	uint32_t i;

	while (
	    !p->failed && parser_is(p, TOK_WITH) && !parser_keyword_name(p)) {
		struct with *w = parser_alloc(p, sizeof(*w));

		parser_next(p);
		p->n_withs++;
		if (w == NULL)
			return false;
		w->target = term_new(p, TERM_VAR, parser_loc(p));
		if (w->target == NULL)
			return false;
		if (!parser_is(p, TOK_IDENT) && !parser_keyword_name(p)) {
			parser_fail(p,
			    "unexpected %s: expected a document or "
			    "a function",
			    lex_token_name(p->tok.kind));
			return false;
		}
		w->target->name = parser_name(p);
		w->target = parse_path(p, w->target, false);
		if (!parser_expect(p, TOK_AS))
			return false;
		w->value = parse_expr(p);
		if (w->value == NULL || ptrs_add(p, &list, w) < 0)
			return false;
	}
	if (list.n == 0)
		return !p->failed;
	l->with = parser_alloc(p, list.n * sizeof(*l->with));
	for (i = 0; l->with != NULL && i < list.n; i++)
		l->with[i] = *(struct with *)list.p[i];
	l->n_with = list.n;
	return l->with != NULL;
}

/* A term that `in` ends. */
static struct term *
parse_before_in(struct parser *p)
{
	bool no_in = p->no_in;
	struct term *t;

	p->no_in = true;
	t = parse_expr(p);
	p->no_in = no_in;
	return t;
}

/* some x, y or some k, v in xs */
static bool
parse_some(struct parser *p, struct literal *l)
{
	struct ast_loc loc;
	struct ptrs list = { 0 };
	uint32_t i;

	parser_next(p);
	loc = parser_loc(p);
	do {
		if (ptrs_add(p, &list, parse_before_in(p)) < 0)
			return false;
	} while (parser_accept(p, TOK_COMMA));
	if (parser_is(p, TOK_IN)) {
		if (list.n > 2) {
			parser_fail(p, "some ... in takes at most two terms");
			return false;
		}
		parser_next(p);
		l->kind = LIT_SOME_IN;
		l->a = list.n == 2 ? list.p[0] : NULL;
		l->b = list.p[list.n - 1];
		l->c = parse_expr(p);
		return l->c != NULL;
	}
	for (i = 0; i < list.n; i++) {
		const struct term *t = list.p[i];

		if (t->kind != TERM_VAR) {
			parser_fail(p, "some declares variables only");
			return false;
		}
	}
	l->kind = LIT_SOME;
	l->a = term_of_list(p, TERM_ARRAY, loc, &list);
	return l->a != NULL;
}

/* every k, v in xs { ... } */
static bool
parse_every(struct parser *p, struct literal *l)
{
	parser_next(p);
	l->kind = LIT_EVERY;
	l->b = parse_before_in(p);
	if (l->b != NULL && parser_accept(p, TOK_COMMA)) {
		l->a = l->b;
		l->b = parse_before_in(p);
	}
	if (!parser_expect(p, TOK_IN))
		return false;
	l->c = parse_expr(p);
	if (l->c == NULL || !parser_expect(p, TOK_LBRACE))
		return false;
	if ((l->a != NULL && l->a->kind != TERM_VAR) ||
	    l->b->kind != TERM_VAR) {
		parser_fail(p, "every declares variables only");
		return false;
	}
	l->body = parse_body(p, TOK_RBRACE);
	return l->body != NULL;
}

static bool
parse_plain(struct parser *p, struct literal *l)
{
	l->a = parse_pair_expr(p);
	if (l->a == NULL)
		return false;
	if (parser_is(p, TOK_ASSIGN))
		l->kind = LIT_ASSIGN;
	else if (parser_is(p, TOK_UNIFY))
		l->kind = LIT_UNIFY;
	else
		return true;
	parser_next(p);
	l->b = parse_pair_expr(p);
	return l->b != NULL;
}

struct literal *
parse_literal(struct parser *p)
{
	struct literal *l = parser_alloc(p, sizeof(*l));
	bool ok, name;

	if (l == NULL || !parser_enter(p))
		return NULL;
	l->loc = parser_loc(p);
	l->kind = LIT_EXPR;
	if (parser_is(p, TOK_NOT) && !parser_keyword_name(p)) {
		parser_next(p);
		l->negated = true;
	}
	name = parser_keyword_name(p);
	if (parser_is(p, TOK_SOME) && !name)
		ok = parse_some(p, l);
	else if (parser_is(p, TOK_EVERY) && !name)
		ok = parse_every(p, l);
	else
		ok = parse_plain(p, l);
	ok = ok && parse_withs(p, l);
	parser_leave(p);
	return ok ? l : NULL;
}

/* Literals up to `end`, which is consumed. */
struct body *
parse_body(struct parser *p, enum token_kind end)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct ptrs list = { 0 };

	p->no_or = false;
	p->no_in = false;
	while (!p->failed && parser_accept(p, TOK_SEMI))
		;
	if (parser_is(p, end))
		return parser_fail(p, "a body must not be empty");
	for (;;) {
		if (ptrs_add(p, &list, parse_literal(p)) < 0)
			return NULL;
		if (parser_accept(p, end))
			break;
		if (!parser_is(p, TOK_SEMI) && !p->tok.newline)
			return parser_fail(p, "unexpected %s",
			    lex_token_name(p->tok.kind));
		while (parser_accept(p, TOK_SEMI))
			;
		if (parser_accept(p, end))
			break;
	}
	p->no_or = no_or;
	p->no_in = no_in;
	return body_of(p, &list);
}
