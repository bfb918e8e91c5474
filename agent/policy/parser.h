/*
 * policy/parser -- what the files of the parser share
 *
 * Errors are sticky: the first one sets p->failed, the current token becomes
 * TOK_BAD, and every function returns NULL from then on.
 */
#ifndef POLICY_PARSER_H
#define POLICY_PARSER_H

#include "policy/lex.h"
#include "policy/parse.h"

struct parser {
	struct lex lex;
	struct token tok; /* the current one */
	uint32_t prev_end;
	struct parse_memory *mem;
	struct module *module;
	unsigned int depth;
	uint32_t n_withs; /* seen so far */
	bool no_or;       /* '|' ends the term: head of a comprehension */
	bool no_in;       /* `in` ends the term: some, every */
	bool v0;
	bool failed;
	bool v0_would;                /* v0 does not have the first error */
	const struct string *dropped; /* a called builtin that v1 dropped */
	struct ast_loc error_loc;
	char error[200];
};

/* A growing list of pointers in the arena. */
struct ptrs {
	void **p;
	uint32_t n;
	uint32_t cap;
};

/* Everything needed to come back to a place. */
struct parser_mark {
	struct lex lex;
	struct token tok;
	uint32_t prev_end;
	bool no_or, no_in;
};

int ptrs_add(struct parser *p, struct ptrs *list, void *item);

void *parser_alloc(struct parser *p, size_t size);
struct ast_loc parser_loc(const struct parser *p);
void parser_next(struct parser *p);
bool parser_is(const struct parser *p, enum token_kind kind);
bool parser_accept(struct parser *p, enum token_kind kind);
bool parser_expect(struct parser *p, enum token_kind kind);
void *parser_fail(struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void *parser_fail_v1(struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool parser_enter(struct parser *p);
void parser_leave(struct parser *p);
struct parser_mark parser_mark(const struct parser *p);
void parser_back(struct parser *p, const struct parser_mark *m);

/* True when the current token is a keyword that a '.' makes a name. */
bool parser_keyword_name(const struct parser *p);

/* The current token's text as an interned string; steps over it. */
struct string *parser_name(struct parser *p);

/* terms: parse_term.c */
struct term *term_new(struct parser *p, enum term_kind kind,
    struct ast_loc loc);
struct term *term_const(struct parser *p, struct ast_loc loc, struct value v);
struct term *term_var(struct parser *p, struct ast_loc loc, const char *name);
struct term *term_of_list(struct parser *p, enum term_kind kind,
    struct ast_loc loc, struct ptrs *list);
struct term *parse_expr(struct parser *p);
struct term *parse_term(struct parser *p);
struct term *parse_pair_expr(struct parser *p);
bool parse_list(struct parser *p, enum token_kind end, struct ptrs *list);
struct term *parse_path(struct parser *p, struct term *head, bool calls);

/* composites: parse_collection.c */
struct term *parse_array(struct parser *p);
struct term *parse_braces(struct parser *p);
struct term *parse_template(struct parser *p);
struct term *parse_string(struct parser *p);

/* bodies: parse_body.c */
struct body *parse_body(struct parser *p, enum token_kind end);
struct literal *parse_literal(struct parser *p);
bool parse_withs(struct parser *p, struct literal *l);
struct body *body_of(struct parser *p, struct ptrs *list);

/* rules: parse_rule.c */
int parse_rule(struct parser *p, struct ptrs *rules);

#endif
