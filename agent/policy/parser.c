#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/parser.h"

int
ptrs_add(struct parser *p, struct ptrs *list, void *item)
{
	if (item == NULL || p->failed)
		return -1;
	if (list->n == list->cap) {
		uint32_t cap = list->cap == 0 ? 4 : list->cap * 2;
		void **grown = parser_alloc(p, cap * sizeof(*grown));

		if (grown == NULL)
			return -1;
		if (list->n > 0)
			memcpy(grown, list->p, list->n * sizeof(*grown));
		list->p = grown;
		list->cap = cap;
	}
	list->p[list->n++] = item;
	return 0;
}

void *
parser_alloc(struct parser *p, size_t size)
{
	void *m;

	if (p->mem->nodes >= AST_NODES_MAX) {
		budget_fail(p->mem->heap->budget, BUDGET_POLICY);
		return parser_fail(p, "a policy of more than %d nodes",
		    AST_NODES_MAX);
	}
	p->mem->nodes++;
	m = arena_alloc(p->mem->arena, size);
	if (m == NULL)
		return parser_fail(p, "the module needs too much memory");
	return m;
}

struct ast_loc
parser_loc(const struct parser *p)
{
	struct ast_loc loc = { p->module->index, p->tok.start, p->tok.line,
		p->tok.col };

	return loc;
}

static void
set_failed(struct parser *p, const char *fmt, va_list ap)
{
	if (p->failed)
		return;
	p->failed = true;
	p->error_loc = parser_loc(p);
	vsnprintf(p->error, sizeof(p->error), fmt, ap);
	p->tok.kind = TOK_BAD;
}

void *
parser_fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_failed(p, fmt, ap);
	va_end(ap);
	return NULL;
}

void *
parser_fail_v1(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	if (!p->failed)
		p->v0_would = true;
	va_start(ap, fmt);
	set_failed(p, fmt, ap);
	va_end(ap);
	return NULL;
}

void
parser_next(struct parser *p)
{
	if (p->failed)
		return;
	p->prev_end = p->tok.start + p->tok.len;
	p->tok = lex_next(&p->lex);
	if (p->tok.kind == TOK_BAD)
		parser_fail(p, "%s", p->lex.error);
}

bool
parser_is(const struct parser *p, enum token_kind kind)
{
	return p->tok.kind == kind;
}

bool
parser_accept(struct parser *p, enum token_kind kind)
{
	if (p->tok.kind != kind)
		return false;
	parser_next(p);
	return !p->failed;
}

bool
parser_expect(struct parser *p, enum token_kind kind)
{
	if (parser_accept(p, kind))
		return true;
	if (!p->failed)
		parser_fail(p, "unexpected %s: expected %s",
		    lex_token_name(p->tok.kind), lex_token_name(kind));
	return false;
}

bool
parser_enter(struct parser *p)
{
	if (p->depth >= AST_DEPTH_MAX) {
		parser_fail(p, "nested deeper than %d levels", AST_DEPTH_MAX);
		return false;
	}
	p->depth++;
	return true;
}

void
parser_leave(struct parser *p)
{
	p->depth--;
}

struct parser_mark
parser_mark(const struct parser *p)
{
	struct parser_mark m = { p->lex, p->tok, p->prev_end, p->no_or,
		p->no_in };

	return m;
}

void
parser_back(struct parser *p, const struct parser_mark *m)
{
	p->lex = m->lex;
	p->tok = m->tok;
	p->prev_end = m->prev_end;
	p->no_or = m->no_or;
	p->no_in = m->no_in;
	p->failed = false;
	p->v0_would = false;
}

bool
parser_keyword_name(const struct parser *p)
{
	uint32_t end = p->tok.start + p->tok.len;

	if (p->tok.kind < TOK_PACKAGE)
		return false;
	return end + 1 < p->lex.len && p->lex.src[end] == '.' &&
	       p->lex.src[end + 1] != '.';
}

struct string *
parser_name(struct parser *p)
{
	struct value v =
	    intern_string(p->mem->names, p->lex.src + p->tok.start, p->tok.len);

	if (!value_defined(v))
		return parser_fail(p, "the policy needs too much memory");
	parser_next(p);
	return v.u.s;
}
