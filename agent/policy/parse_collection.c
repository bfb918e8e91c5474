#include <string.h>

#include "policy/parser.h"

enum {
	STRING_MAX = LEX_TOKEN
};

struct term *
parse_string(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct value v;
	struct buf b;
	const char *why;

	buf_init(&b, STRING_MAX);
	why = lex_string(&p->lex, &p->tok, &b);
	if (why == NULL && buf_bad(&b))
		why = "a string too long";
	if (why == NULL && !value_is_utf8(buf_str(&b), b.len))
		why = "a string that is not UTF-8";
	if (why != NULL) {
		buf_release(&b);
		return parser_fail(p, "%s", why);
	}
	v = intern_string(p->mem->names, buf_str(&b), b.len);
	buf_release(&b);
	parser_next(p);
	return term_const(p, loc, v);
}

static bool
all_const(const struct ptrs *list)
{
	uint32_t i;

	for (i = 0; i < list->n; i++) {
		const struct term *t = list->p[i];

		if (t->kind != TERM_CONST)
			return false;
	}
	return true;
}

static struct term *
fold_list(struct parser *p, struct ast_loc loc, const struct ptrs *list,
    bool set)
{
	struct list_builder b;
	uint32_t i;

	list_init(&b, p->mem->heap);
	for (i = 0; i < list->n; i++)
		list_add(&b, ((struct term *)list->p[i])->u.value);
	return term_const(p, loc, set ? list_set(&b) : list_array(&b));
}

static struct term *
fold_object(struct parser *p, struct ast_loc loc, const struct ptrs *list)
{
	struct object_builder b;
	uint32_t i;

	object_init(&b, p->mem->heap);
	for (i = 0; i + 1 < list->n; i += 2)
		object_add(&b, ((struct term *)list->p[i])->u.value,
		    ((struct term *)list->p[i + 1])->u.value);
	return term_const(p, loc, object_seal(&b));
}

static struct term *
collection(struct parser *p, enum term_kind kind, struct ast_loc loc,
    struct ptrs *list)
{
	if (p->failed)
		return NULL;
	if (!all_const(list))
		return term_of_list(p, kind, loc, list);
	if (kind == TERM_OBJECT)
		return fold_object(p, loc, list);
	return fold_list(p, loc, list, kind == TERM_SET);
}

/* From '|' on: the body of a comprehension and its closing token. */
static struct term *
comprehension(struct parser *p, enum term_kind kind, struct ast_loc loc,
    struct term *key, struct term *val, enum token_kind end)
{
	struct term *t = term_new(p, kind, loc);

	parser_next(p);
	if (t == NULL)
		return NULL;
	t->u.comp.key = key;
	t->u.comp.val = val;
	t->u.comp.body = parse_body(p, end);
	return t->u.comp.body == NULL ? NULL : t;
}

static struct term *
parse_head(struct parser *p)
{
	struct term *t;

	p->no_or = true;
	p->no_in = false;
	t = parse_expr(p);
	p->no_or = false;
	return t;
}

/* The rest of [a, ...] or {a, ...} after its first member. */
static struct term *
list_rest(struct parser *p, enum term_kind kind, struct ast_loc loc,
    struct term *first, enum token_kind end)
{
	struct ptrs list = { 0 };

	if (ptrs_add(p, &list, first) < 0)
		return NULL;
	if (parser_accept(p, TOK_COMMA)) {
		if (!parse_list(p, end, &list))
			return NULL;
	} else if (!parser_expect(p, end)) {
		return NULL;
	}
	return collection(p, kind, loc, &list);
}

static struct term *
array_inside(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct term *first;

	parser_next(p);
	if (parser_accept(p, TOK_RBRACK))
		return term_const(p, loc, value_empty_array(p->mem->heap));
	first = parse_head(p);
	if (first == NULL)
		return NULL;
	if (parser_is(p, TOK_OR))
		return comprehension(p, TERM_ARRAY_COMP, loc, NULL, first,
		    TOK_RBRACK);
	return list_rest(p, TERM_ARRAY, loc, first, TOK_RBRACK);
}

struct term *
parse_array(struct parser *p)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct term *t = array_inside(p);

	p->no_or = no_or;
	p->no_in = no_in;
	return t;
}

static struct term *
object_rest(struct parser *p, struct ast_loc loc, struct term *key)
{
	struct ptrs list = { 0 };
	struct term *val;

	parser_next(p);
	val = parse_head(p);
	if (val != NULL && parser_is(p, TOK_OR))
		return comprehension(p, TERM_OBJECT_COMP, loc, key, val,
		    TOK_RBRACE);
	ptrs_add(p, &list, key);
	ptrs_add(p, &list, val);
	while (!p->failed && parser_accept(p, TOK_COMMA) &&
	       !parser_is(p, TOK_RBRACE)) {
		ptrs_add(p, &list, parse_expr(p));
		if (!parser_expect(p, TOK_COLON))
			return NULL;
		ptrs_add(p, &list, parse_expr(p));
	}
	if (!parser_expect(p, TOK_RBRACE))
		return NULL;
	return collection(p, TERM_OBJECT, loc, &list);
}

static struct term *
braces_inside(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct term *first;

	parser_next(p);
	if (parser_accept(p, TOK_RBRACE))
		return term_const(p, loc, value_empty_object(p->mem->heap));
	first = parse_head(p);
	if (first == NULL)
		return NULL;
	if (parser_is(p, TOK_COLON))
		return object_rest(p, loc, first);
	if (parser_is(p, TOK_OR))
		return comprehension(p, TERM_SET_COMP, loc, NULL, first,
		    TOK_RBRACE);
	return list_rest(p, TERM_SET, loc, first, TOK_RBRACE);
}

/* An object, a set, or a comprehension of either. */
struct term *
parse_braces(struct parser *p)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct term *t = braces_inside(p);

	p->no_or = no_or;
	p->no_in = no_in;
	return t;
}

/* The literal text from the lexer's position on, as a part of the template. */
static bool
template_text(struct parser *p, struct ptrs *parts, bool raw, char *ret_end)
{
	struct ast_loc loc = parser_loc(p);
	struct buf b;
	const char *why;
	struct value v;

	buf_init(&b, STRING_MAX);
	why = lex_template(&p->lex, raw, &b, ret_end);
	if (why == NULL && !value_is_utf8(buf_str(&b), b.len))
		why = "a string that is not UTF-8";
	if (why == NULL && buf_bad(&b))
		why = "a string too long";
	v = intern_string(p->mem->names, buf_str(&b), b.len);
	buf_release(&b);
	if (why != NULL) {
		parser_fail(p, "%s", why);
		return false;
	}
	return v.u.s->len == 0 ||
	       ptrs_add(p, parts, term_const(p, loc, v)) == 0;
}

/* expr with ...: {v | v = expr with ...}, which normal makes of the others */
static struct term *
template_with(struct parser *p, struct term *expr)
{
	struct term *t = term_new(p, TERM_SET_COMP, expr->loc);
	struct literal *l = parser_alloc(p, sizeof(*l));
	struct ptrs list = { 0 };

	if (t == NULL || l == NULL)
		return NULL;
	/* No name in a policy is written like this one. */
	t->u.comp.val = term_var(p, expr->loc, "{}");
	t->part = true;
	l->kind = LIT_UNIFY;
	l->loc = expr->loc;
	l->a = term_var(p, expr->loc, "{}");
	l->b = expr;
	if (!parse_withs(p, l) || ptrs_add(p, &list, l) < 0)
		return NULL;
	t->u.comp.body = body_of(p, &list);
	return t->u.comp.body == NULL ? NULL : t;
}

static bool
template_expr(struct parser *p, struct ptrs *parts)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct term *t;

	parser_next(p);
	p->no_or = false;
	p->no_in = false;
	t = parse_expr(p);
	if (t != NULL && parser_is(p, TOK_WITH))
		t = template_with(p, t);
	p->no_or = no_or;
	p->no_in = no_in;
	if (ptrs_add(p, parts, t) < 0)
		return false;
	if (parser_is(p, TOK_RBRACE))
		return true;
	parser_fail(p, "unexpected %s: expected '}' in a template string",
	    lex_token_name(p->tok.kind));
	return false;
}

struct term *
parse_template(struct parser *p)
{
	bool raw = parser_is(p, TOK_TEMPLATE_RAW);
	struct ast_loc loc = parser_loc(p);
	struct ptrs parts = { 0 };
	char end;

	for (;;) {
		if (!template_text(p, &parts, raw, &end))
			return NULL;
		if (end != '{')
			break;
		/* The lexer now stands behind the '}' that ends the part. */
		if (!template_expr(p, &parts))
			return NULL;
	}
	p->tok.start = p->lex.pos;
	p->tok.len = 0;
	parser_next(p);
	return term_of_list(p, TERM_TEMPLATE, loc, &parts);
}
