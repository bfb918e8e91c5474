#include <string.h>

#include "policy/builtin.h"
#include "policy/parser.h"

static bool
name_is(const struct string *s, const char *text)
{
	return s->len == strlen(text) && memcmp(s->s, text, s->len) == 0;
}

static void
parser_init(struct parser *p, struct parse_memory *mem, struct module *m,
    bool v0)
{
	memset(p, 0, sizeof(*p));
	p->mem = mem;
	p->module = m;
	p->v0 = v0;
	lex_init(&p->lex, m->text, m->len, v0 ? 0 : LEX_KW_ALL);
	parser_next(p);
}

/* Other keywords from here on: look at the current token again. */
static void
set_keywords(struct parser *p, uint8_t keywords)
{
	struct token old = p->tok;

	if (p->failed)
		return;
	p->lex.keywords |= keywords;
	p->lex.pos = old.start;
	p->lex.line = old.line;
	p->lex.line_start = old.start - (old.col - 1);
	p->tok = lex_next(&p->lex);
	p->tok.newline = old.newline;
	p->tok.space = old.space;
	if (p->tok.kind == TOK_BAD)
		parser_fail(p, "%s", p->lex.error);
}

/* A ref of a name and constant strings. */
static struct term *
parse_const_path(struct parser *p, const char *what)
{
	struct term *t;
	uint32_t i;

	if (!parser_is(p, TOK_IDENT) && p->tok.kind < TOK_PACKAGE)
		return parser_fail(p, "unexpected %s: expected %s",
		    lex_token_name(p->tok.kind), what);
	t = term_new(p, TERM_VAR, parser_loc(p));
	if (t == NULL)
		return NULL;
	t->name = parser_name(p);
	t = parse_path(p, t, false);
	if (t == NULL)
		return NULL;
	for (i = 1; t->kind == TERM_REF && i < t->u.list.n; i++) {
		const struct term *part = t->u.list.t[i];

		if (part->kind != TERM_CONST ||
		    part->u.value.type != VALUE_STRING)
			return parser_fail(p, "%s holds more than names", what);
	}
	return t;
}

static struct term *
path_part(const struct term *t, uint32_t i)
{
	if (t->kind == TERM_VAR || i >= t->u.list.n)
		return NULL;
	return t->u.list.t[i];
}

static bool
part_is(const struct term *t, const char *text)
{
	return t != NULL && name_is(t->u.value.u.s, text);
}

/* import rego.v1 and import future.keywords...; false: another import. */
static bool
import_keywords(struct parser *p, const struct term *path)
{
	static const struct {
		const char *name;
		uint8_t keywords;
	} future[] = {
		{ "in", LEX_KW_IN },
		{ "every", LEX_KW_EVERY | LEX_KW_IN },
		{ "if", LEX_KW_IF },
		{ "contains", LEX_KW_CONTAINS },
	};
	const struct term *head =
	    path->kind == TERM_VAR ? path : path->u.list.t[0];
	const struct term *which = path_part(path, 2);
	size_t i;

	if (name_is(head->name, "rego") && part_is(path_part(path, 1), "v1")) {
		p->v0 = false;
		set_keywords(p, LEX_KW_ALL);
		return true;
	}
	if (!name_is(head->name, "future") ||
	    !part_is(path_part(path, 1), "keywords"))
		return false;
	if (which == NULL) {
		set_keywords(p, LEX_KW_ALL);
		return true;
	}
	for (i = 0; i < sizeof(future) / sizeof(future[0]); i++) {
		if (part_is(which, future[i].name)) {
			set_keywords(p, future[i].keywords);
			return true;
		}
	}
	parser_fail(p, "there is no such keyword to import");
	return true;
}

static struct string *
import_alias(struct parser *p, const struct term *path)
{
	if (!parser_accept(p, TOK_AS)) {
		const struct term *last;

		if (path->kind == TERM_VAR)
			return path->name;
		last = path->u.list.t[path->u.list.n - 1];
		return last->u.value.u.s;
	}
	if (!parser_is(p, TOK_IDENT))
		return parser_fail(p, "unexpected %s: expected a name",
		    lex_token_name(p->tok.kind));
	return parser_name(p);
}

static bool
parse_import(struct parser *p, struct ptrs *imports)
{
	struct import *im = parser_alloc(p, sizeof(*im));
	const struct term *head;

	if (im == NULL)
		return false;
	im->loc = parser_loc(p);
	parser_next(p);
	im->path = parse_const_path(p, "an import's path");
	if (im->path == NULL)
		return false;
	if (import_keywords(p, im->path))
		return !p->failed;
	head = im->path->kind == TERM_VAR ? im->path : im->path->u.list.t[0];
	if (!name_is(head->name, "data") && !name_is(head->name, "input")) {
		parser_fail(p, "an import must begin with data or input");
		return false;
	}
	im->alias = import_alias(p, im->path);
	if (im->path->kind == TERM_VAR && im->alias == im->path->name)
		return !p->failed; /* import input: says nothing */
	return im->alias != NULL && ptrs_add(p, imports, im) == 0;
}

static bool
parse_package(struct parser *p)
{
	struct module *m = p->module;
	struct term *t, *head;
	uint32_t i, n;

	if (!parser_expect(p, TOK_PACKAGE))
		return false;
	t = parse_const_path(p, "a package's name");
	if (t == NULL)
		return false;
	n = t->kind == TERM_VAR ? 1 : t->u.list.n;
	head = t->kind == TERM_VAR ? t : t->u.list.t[0];
	m->package.t = parser_alloc(p, n * sizeof(*m->package.t));
	if (m->package.t == NULL)
		return false;
	m->package.n = n;
	m->package.t[0] = term_const(p, t->loc,
	    (struct value){ .type = VALUE_STRING, .u.s = head->name });
	for (i = 1; i < n; i++)
		m->package.t[i] = t->u.list.t[i];
	return m->package.t[0] != NULL;
}

static int
run(struct parser *p)
{
	struct ptrs rules = { 0 }, imports = { 0 };
	struct module *m = p->module;
	uint32_t i;

	if (p->failed || !parse_package(p))
		return -1;
	while (!p->failed && !parser_is(p, TOK_EOF)) {
		if (parser_accept(p, TOK_SEMI))
			continue;
		if (parser_is(p, TOK_IMPORT) && !parser_keyword_name(p))
			parse_import(p, &imports);
		else
			parse_rule(p, &rules);
		if (!p->failed && !parser_is(p, TOK_EOF) &&
		    !parser_is(p, TOK_SEMI) && !p->tok.newline)
			parser_fail(p, "unexpected %s after a rule",
			    lex_token_name(p->tok.kind));
	}
	if (p->failed)
		return -1;
	m->v0 = p->v0;
	m->rules = (struct rule **)rules.p;
	m->n_rules = rules.n;
	m->n_imports = imports.n;
	m->imports = parser_alloc(p, (imports.n + 1) * sizeof(*m->imports));
	for (i = 0; m->imports != NULL && i < imports.n; i++)
		m->imports[i] = *(struct import *)imports.p[i];
	return m->imports == NULL ? -1 : 0;
}

static int
report(const struct parser *p, struct diag *diag)
{
	enum budget_limit hit = budget_hit(p->mem->heap->budget);

	return diag_error(diag,
	    hit != BUDGET_OK ? budget_name(hit) : "rego_parse_error",
	    p->error_loc, "%s", p->error);
}

static int
check_text(struct diag *diag, const struct module *m)
{
	struct ast_loc loc = { m->index, 0, 0, 0 };

	if (m->len > LEX_SOURCE)
		return diag_error(diag, "rego_parse_error", loc,
		    "a module larger than %d bytes", LEX_SOURCE);
	if (!value_is_utf8(m->text, m->len))
		return diag_error(diag, "rego_parse_error", loc,
		    "the module is not UTF-8");
	return 0;
}

/* v1 dropped some builtins: a module that calls them is v0. */
static bool
calls_dropped(const struct parser *p)
{
	const struct module *m = p->module;
	uint32_t i;

	if (p->dropped == NULL)
		return false;
	for (i = 0; i < m->n_rules; i++) {
		if (m->rules[i]->ref.t[0]->name == p->dropped)
			return false;
	}
	return true;
}

int
parse_module(struct parse_memory *mem, enum policy_dialect dialect,
    struct diag *diag, struct module *m)
{
	struct parser first, second;

	if (check_text(diag, m) < 0)
		return -1;
	parser_init(&first, mem, m, dialect == POLICY_V0);
	if (run(&first) == 0 &&
	    (dialect != POLICY_AUTO || !calls_dropped(&first)))
		return 0;
	if (dialect != POLICY_AUTO || (first.failed && !first.v0_would))
		return report(&first, diag);
	parser_init(&second, mem, m, true);
	if (run(&second) == 0)
		return 0;
	/* Neither dialect: the one that came further knows better. */
	if (!first.failed || second.error_loc.pos > first.error_loc.pos)
		return report(&second, diag);
	return report(&first, diag);
}

struct body *
parse_query(struct parse_memory *mem, struct diag *diag, struct module *m)
{
	struct parser p;
	struct body *b;

	if (check_text(diag, m) < 0)
		return NULL;
	parser_init(&p, mem, m, false);
	b = parse_body(&p, TOK_EOF);
	if (b == NULL)
		report(&p, diag);
	return b;
}
