#include <string.h>

#include "policy/parser.h"

static struct rule *
rule_new(struct parser *p)
{
	struct rule *r = parser_alloc(p, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->module = p->module;
	r->loc = parser_loc(p);
	return r;
}

static bool
is_set(const struct literal *l)
{
	if (l->kind != LIT_EXPR)
		return false;
	return l->a->kind == TERM_SET ||
	       (l->a->kind == TERM_CONST && l->a->u.value.type == VALUE_SET);
}

/*
 * After `if`: one literal, or a body in braces. {x | ...} == y is a literal,
 * and so are an object and a comprehension by themselves; what reads as a set
 * is a body.
 */
static struct body *
body_after_if(struct parser *p)
{
	struct parser_mark m = parser_mark(p);
	bool brace = parser_is(p, TOK_LBRACE);
	struct literal *l = parse_literal(p);
	struct ptrs list = { 0 };

	if (l != NULL && !(brace && is_set(l)))
		return ptrs_add(p, &list, l) < 0 ? NULL : body_of(p, &list);
	if (!brace)
		return NULL;
	parser_back(p, &m);
	parser_next(p);
	return parse_body(p, TOK_RBRACE);
}

static bool
set_head_ref(struct parser *p, struct rule *r, struct term *t)
{
	if (t == NULL)
		return false;
	if (t->kind == TERM_VAR) {
		r->ref.t = parser_alloc(p, sizeof(*r->ref.t));
		if (r->ref.t == NULL)
			return false;
		r->ref.t[0] = t;
		r->ref.n = 1;
		return true;
	}
	r->ref = t->u.list;
	if (r->ref.t[0]->kind == TERM_VAR)
		return true;
	parser_fail(p, "a rule's name must be a name");
	return false;
}

/* name, path and arguments of a rule. */
static bool
parse_head(struct parser *p, struct rule *r)
{
	struct ptrs args = { 0 };
	struct term *t;

	if (!parser_is(p, TOK_IDENT) && !parser_keyword_name(p)) {
		if (p->tok.kind >= TOK_IN)
			parser_fail_v1(p, "keyword %s used as a rule's name",
			    lex_token_name(p->tok.kind));
		else
			parser_fail(p, "unexpected %s: expected a rule",
			    lex_token_name(p->tok.kind));
		return false;
	}
	t = term_new(p, TERM_VAR, parser_loc(p));
	if (t == NULL)
		return false;
	t->name = parser_name(p);
	if (!set_head_ref(p, r, parse_path(p, t, false)))
		return false;
	if (parser_is(p, TOK_LPAREN) && !p->tok.newline) {
		parser_next(p);
		if (!parse_list(p, TOK_RPAREN, &args))
			return false;
		/* f() is a rule that is written like a function. */
		r->is_function = args.n > 0;
		r->args.t = (struct term **)args.p;
		r->args.n = args.n;
	}
	return !p->failed;
}

/* := v or = v, where they are. */
static bool
parse_value(struct parser *p, struct rule *r)
{
	if (!parser_accept(p, TOK_ASSIGN) && !parser_accept(p, TOK_UNIFY))
		return !p->failed;
	r->value = parse_pair_expr(p);
	return r->value != NULL;
}

static int
parse_default(struct parser *p, struct ptrs *rules)
{
	struct rule *r = rule_new(p);

	parser_next(p);
	if (r == NULL || !parse_head(p, r) || !parse_value(p, r))
		return -1;
	r->is_default = true;
	if (r->value == NULL) {
		parser_fail(p, "a default needs a value");
		return -1;
	}
	return ptrs_add(p, rules, r);
}

/* A body where the dialect has one; *ret_if tells that `if` stood there. */
static bool
parse_rule_body(struct parser *p, struct rule *r, bool *ret_if)
{
	*ret_if = false;
	if (parser_is(p, TOK_IF) && !parser_keyword_name(p)) {
		parser_next(p);
		*ret_if = true;
		r->body = body_after_if(p);
		return r->body != NULL;
	}
	if (!parser_is(p, TOK_LBRACE))
		return !p->failed;
	if (!p->v0) {
		parser_fail_v1(p, "`if` is required before a rule's body");
		return false;
	}
	parser_next(p);
	r->body = parse_body(p, TOK_RBRACE);
	return r->body != NULL;
}

static bool
parse_elses(struct parser *p, struct rule *r)
{
	while (
	    !p->failed && parser_is(p, TOK_ELSE) && !parser_keyword_name(p)) {
		struct rule *e = rule_new(p);
		bool has_if;

		parser_next(p);
		if (e == NULL || !parse_value(p, e) ||
		    !parse_rule_body(p, e, &has_if))
			return false;
		if (e->value == NULL && e->body == NULL) {
			parser_fail(p, "else needs a value or a body");
			return false;
		}
		if (r->contains) {
			parser_fail(p, "else cannot follow a set rule");
			return false;
		}
		e->is_function = r->is_function;
		e->ref = r->ref;
		e->args = r->args;
		r->orelse = e;
		r = e;
	}
	return !p->failed;
}

/* v0's p[x] and p[x] { ... }: x is a member of the set p. */
static bool
make_set_rule(struct parser *p, struct rule *r, bool has_if)
{
	if (has_if || r->contains || r->is_function || r->value != NULL ||
	    r->ref.n != 2)
		return true;
	if (!p->v0) {
		parser_fail_v1(p, "`contains` is required in a set rule");
		return false;
	}
	r->contains = true;
	r->key = r->ref.t[1];
	r->ref.n = 1;
	return true;
}

/* name(args)[key] := value, all before a body. */
static bool
parse_rule_head(struct parser *p, struct rule *r)
{
	if (!parse_head(p, r))
		return false;
	if (!parser_is(p, TOK_CONTAINS) || parser_keyword_name(p))
		return parse_value(p, r);
	parser_next(p);
	r->contains = true;
	r->key = parse_pair_expr(p);
	return r->key != NULL;
}

/* v0's p { a } { b }: a rule for each body, each with its own head. */
static int
more_bodies(struct parser *p, const struct rule *first,
    const struct parser_mark *head, struct ptrs *rules)
{
	while (!p->failed && p->v0 && first->body != NULL &&
	       parser_is(p, TOK_LBRACE)) {
		struct rule *r = rule_new(p);
		struct parser_mark here = parser_mark(p);
		struct ast_loc loc = parser_loc(p);

		if (r == NULL)
			return -1;
		parser_back(p, head);
		if (!parse_rule_head(p, r) || !make_set_rule(p, r, false))
			return -1;
		parser_back(p, &here);
		r->loc = loc;
		parser_next(p);
		r->body = parse_body(p, TOK_RBRACE);
		if (r->body == NULL || !parse_elses(p, r) ||
		    ptrs_add(p, rules, r) < 0)
			return -1;
		r->has_with = true; /* or not: it costs little */
	}
	return p->failed ? -1 : 0;
}

int
parse_rule(struct parser *p, struct ptrs *rules)
{
	struct parser_mark head;
	struct rule *r;
	uint32_t n_withs = p->n_withs;
	bool has_if;

	if (rules->n >= AST_RULES_MAX) {
		parser_fail(p, "more than %d rules", AST_RULES_MAX);
		return -1;
	}
	if (parser_is(p, TOK_DEFAULT) && !parser_keyword_name(p))
		return parse_default(p, rules);
	head = parser_mark(p);
	r = rule_new(p);
	if (r == NULL || !parse_rule_head(p, r) ||
	    !parse_rule_body(p, r, &has_if) || !make_set_rule(p, r, has_if))
		return -1;
	if (r->value == NULL && r->body == NULL && !r->contains) {
		parser_fail_v1(p, "a rule needs a value or a body");
		return -1;
	}
	if (!parse_elses(p, r) || ptrs_add(p, rules, r) < 0)
		return -1;
	r->has_with = p->n_withs != n_withs;
	return more_bodies(p, r, &head, rules);
}
