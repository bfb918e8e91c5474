#include <string.h>

#include "policy/builtin.h"
#include "policy/parser.h"

struct term *
term_new(struct parser *p, enum term_kind kind, struct ast_loc loc)
{
	struct term *t = parser_alloc(p, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->kind = kind;
	t->loc = loc;
	return t;
}

struct term *
term_const(struct parser *p, struct ast_loc loc, struct value v)
{
	struct term *t;

	if (!value_defined(v))
		return parser_fail(p, "a constant beyond the limits");
	t = term_new(p, TERM_CONST, loc);
	if (t != NULL)
		t->u.value = v;
	return t;
}

struct term *
term_var(struct parser *p, struct ast_loc loc, const char *name)
{
	struct value v = intern_string(p->mem->names, name, strlen(name));
	struct term *t = term_new(p, TERM_VAR, loc);

	if (t == NULL || !value_defined(v))
		return NULL;
	t->name = v.u.s;
	return t;
}

struct term *
term_of_list(struct parser *p, enum term_kind kind, struct ast_loc loc,
    struct ptrs *list)
{
	struct term *t = term_new(p, kind, loc);

	if (t == NULL)
		return NULL;
	t->u.list.t = (struct term **)list->p;
	t->u.list.n = list->n;
	return t;
}

static struct term *
infix(struct parser *p, struct ast_loc loc, const char *name, struct term *a,
    struct term *b)
{
	struct ptrs list = { 0 };
	struct term *t;

	if (ptrs_add(p, &list, term_var(p, loc, name)) < 0 ||
	    ptrs_add(p, &list, a) < 0 || ptrs_add(p, &list, b) < 0)
		return NULL;
	t = term_of_list(p, TERM_CALL, loc, &list);
	if (t != NULL)
		t->operator= true;
	return t;
}

/* Infix operators by token; a higher level binds tighter, 0 is none. */
static const struct {
	int level;
	const char *name;
} operators[TOK_CONTAINS + 1] = {
	[TOK_EQ] = { 1, "equal" },
	[TOK_NEQ] = { 1, "neq" },
	[TOK_LT] = { 1, "lt" },
	[TOK_LTE] = { 1, "lte" },
	[TOK_GT] = { 1, "gt" },
	[TOK_GTE] = { 1, "gte" },
	[TOK_OR] = { 2, "or" },
	[TOK_AND] = { 3, "and" },
	[TOK_PLUS] = { 4, "plus" },
	[TOK_MINUS] = { 4, "minus" },
	[TOK_MUL] = { 5, "mul" },
	[TOK_DIV] = { 5, "div" },
	[TOK_REM] = { 5, "rem" },
};

/* Operators of at least a level; the recursion ends at the tightest. */
static struct term *
parse_level(struct parser *p, int least)
{
	struct term *left = parse_term(p), *right;

	while (left != NULL) {
		enum token_kind op = p->tok.kind;
		int level = operators[op].level;

		if (level == 0 || level < least || (op == TOK_OR && p->no_or))
			break;
		parser_next(p);
		right = parse_level(p, level + 1);
		left = infix(p, left->loc, operators[op].name, left, right);
	}
	return left;
}

/* a in b, from `in` on. */
static struct term *
parse_member(struct parser *p, struct term *left)
{
	while (left != NULL && !p->no_in && parser_is(p, TOK_IN) &&
	       !parser_keyword_name(p)) {
		parser_next(p);
		left = infix(p, left->loc, "internal.member_2", left,
		    parse_level(p, 1));
	}
	return left;
}

struct term *
parse_expr(struct parser *p)
{
	struct term *t;

	if (!parser_enter(p))
		return NULL;
	t = parse_member(p, parse_level(p, 1));
	parser_leave(p);
	return t;
}

/* An expression, or "k, v in xs" where that is clear. */
struct term *
parse_pair_expr(struct parser *p)
{
	struct parser_mark m;
	struct ptrs list = { 0 };
	struct term *key, *val, *t;

	if (!parser_enter(p))
		return NULL;
	key = parse_member(p, parse_level(p, 1));
	parser_leave(p);
	if (key == NULL || !parser_is(p, TOK_COMMA) || p->no_in)
		return key;
	m = parser_mark(p);
	parser_next(p);
	val = parse_level(p, 1);
	if (val == NULL || !parser_is(p, TOK_IN)) {
		parser_back(p, &m);
		return key;
	}
	parser_next(p);
	ptrs_add(p, &list, term_var(p, key->loc, "internal.member_3"));
	ptrs_add(p, &list, key);
	ptrs_add(p, &list, val);
	if (ptrs_add(p, &list, parse_level(p, 1)) < 0)
		return NULL;
	t = term_of_list(p, TERM_CALL, key->loc, &list);
	if (t != NULL)
		t->operator= true;
	return parse_member(p, t);
}

/* Expressions up to `end`, which is consumed; a trailing comma is fine. */
bool
parse_list(struct parser *p, enum token_kind end, struct ptrs *list)
{
	bool no_or = p->no_or, no_in = p->no_in;

	p->no_or = false;
	p->no_in = false;
	while (!p->failed && !parser_is(p, end)) {
		if (ptrs_add(p, list, parse_expr(p)) < 0)
			return false;
		if (!parser_accept(p, TOK_COMMA))
			break;
	}
	p->no_or = no_or;
	p->no_in = no_in;
	return parser_expect(p, end);
}

static struct term *
parse_index(struct parser *p)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct term *t;

	p->no_or = false;
	p->no_in = false;
	t = parse_expr(p);
	p->no_or = no_or;
	p->no_in = no_in;
	return parser_expect(p, TOK_RBRACK) ? t : NULL;
}

static struct term *
parse_member_name(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct value v = { 0 };

	if (!parser_is(p, TOK_IDENT) && p->tok.kind < TOK_PACKAGE)
		return parser_fail(p,
		    "unexpected %s: expected a name after "
		    "'.'",
		    lex_token_name(p->tok.kind));
	v.type = VALUE_STRING;
	v.u.s = parser_name(p);
	return v.u.s == NULL ? NULL : term_const(p, loc, v);
}

static struct term *
close_ref(struct parser *p, struct ptrs *list)
{
	struct term *head;

	if (p->failed || list->n == 0)
		return NULL;
	head = list->p[0];
	if (list->n == 1)
		return head;
	return term_of_list(p, TERM_REF, head->loc, list);
}

static void
note_dropped(struct parser *p, const struct term *f)
{
	const struct builtin *b;

	if (f->kind != TERM_VAR)
		return;
	b = builtin_find(f->name->s, f->name->len);
	if (b != NULL && (b->flags & BUILTIN_V0) != 0)
		p->dropped = f->name;
}

/* f(...): the path so far becomes the function of a call. */
static bool
parse_call(struct parser *p, struct ptrs *path)
{
	struct ptrs list = { 0 };
	struct term *f = close_ref(p, path), *call;

	if (ptrs_add(p, &list, f) < 0)
		return false;
	note_dropped(p, f);
	parser_next(p);
	if (!parse_list(p, TOK_RPAREN, &list))
		return false;
	call = term_of_list(p, TERM_CALL, f->loc, &list);
	memset(path, 0, sizeof(*path));
	return ptrs_add(p, path, call) == 0;
}

static bool
call_follows(const struct parser *p, const struct ptrs *path)
{
	const struct term *head = path->p[0];

	return parser_is(p, TOK_LPAREN) && !p->tok.newline &&
	       head->kind == TERM_VAR;
}

/*
 * What follows a term: .name, [expr] and, where calls is set, (args). OPA
 * wants no space before them; one before '(' is accepted.
 */
struct term *
parse_path(struct parser *p, struct term *head, bool calls)
{
	struct ptrs path = { 0 };

	if (ptrs_add(p, &path, head) < 0)
		return NULL;
	while (!p->failed) {
		if (calls && call_follows(p, &path)) {
			if (!parse_call(p, &path))
				return NULL;
		} else if (p->tok.space) {
			break;
		} else if (parser_accept(p, TOK_DOT)) {
			ptrs_add(p, &path, parse_member_name(p));
		} else if (parser_accept(p, TOK_LBRACK)) {
			ptrs_add(p, &path, parse_index(p));
		} else {
			break;
		}
	}
	return close_ref(p, &path);
}

static struct term *
parse_number(struct parser *p, bool negative)
{
	struct ast_loc loc = parser_loc(p);
	uint32_t start;
	struct value v;

	if (negative)
		parser_next(p);
	if (negative && (!parser_is(p, TOK_NUMBER) || p->tok.space))
		return parser_fail(p, "unexpected '-'");
	start = p->tok.start - negative;
	v = number_parse(p->mem->heap, p->lex.src + start,
	    p->tok.len + negative);
	if (!value_defined(v))
		return parser_fail(p, "a number beyond the limits");
	parser_next(p);
	return term_const(p, loc, v);
}

static struct term *
parse_word(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct term *t;
	struct parser_mark m = parser_mark(p);

	if (p->tok.len == 3 &&
	    memcmp(p->lex.src + p->tok.start, "set", 3) == 0) {
		parser_next(p);
		if (parser_accept(p, TOK_LPAREN) &&
		    parser_accept(p, TOK_RPAREN))
			return term_const(p, loc,
			    value_empty_set(p->mem->heap));
		parser_back(p, &m);
	}
	t = term_new(p, TERM_VAR, loc);
	if (t == NULL)
		return NULL;
	t->name = parser_name(p);
	return t->name == NULL ? NULL : parse_path(p, t, true);
}

static struct term *
parse_parens(struct parser *p)
{
	bool no_or = p->no_or, no_in = p->no_in;
	struct term *t;

	parser_next(p);
	p->no_or = false;
	p->no_in = false;
	t = parse_pair_expr(p);
	p->no_or = no_or;
	p->no_in = no_in;
	return parser_expect(p, TOK_RPAREN) ? t : NULL;
}

static struct term *
parse_word_const(struct parser *p)
{
	struct ast_loc loc = parser_loc(p);
	struct value v = value_null();

	if (parser_is(p, TOK_TRUE))
		v = value_bool(true);
	else if (parser_is(p, TOK_FALSE))
		v = value_bool(false);
	parser_next(p);
	return term_const(p, loc, v);
}

/* contains(...) is the builtin, in every dialect. */
static bool
peek_paren(const struct parser *p)
{
	uint32_t end = p->tok.start + p->tok.len;

	return end < p->lex.len && p->lex.src[end] == '(';
}

static struct term *
parse_primary(struct parser *p)
{
	if (parser_keyword_name(p))
		return parse_word(p);
	switch (p->tok.kind) {
	case TOK_IDENT:
		return parse_word(p);
	case TOK_NULL:
	case TOK_TRUE:
	case TOK_FALSE:
		return parse_word_const(p);
	case TOK_NUMBER:
		return parse_number(p, false);
	case TOK_MINUS:
		return parse_number(p, true);
	case TOK_STRING:
	case TOK_RAW:
		return parse_path(p, parse_string(p), false);
	case TOK_TEMPLATE:
	case TOK_TEMPLATE_RAW:
		return parse_template(p);
	case TOK_LPAREN:
		return parse_parens(p);
	case TOK_LBRACK:
		return parse_path(p, parse_array(p), false);
	case TOK_LBRACE:
		return parse_path(p, parse_braces(p), false);
	case TOK_CONTAINS:
		if (peek_paren(p))
			return parse_word(p);
		/* fall through */
	case TOK_IN:
	case TOK_EVERY:
	case TOK_IF:
		return parser_fail_v1(p, "unexpected keyword %s",
		    lex_token_name(p->tok.kind));
	default:
		return parser_fail(p, "unexpected %s: expected a term",
		    lex_token_name(p->tok.kind));
	}
}

struct term *
parse_term(struct parser *p)
{
	struct term *t;

	if (!parser_enter(p))
		return NULL;
	t = parse_primary(p);
	parser_leave(p);
	return p->failed ? NULL : t;
}
