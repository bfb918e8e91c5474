/*
 * policy/lex -- tokens of Rego text
 *
 * The lexer holds nothing but a position: copying struct lex saves it, and
 * assigning the copy goes back. That is how the parser looks ahead.
 *
 * Invariant: a token's text is src[start .. start + len). Tokens never hold
 * decoded text; strings are decoded by lex_string() when a term is built.
 *
 * Limits: LEX_SOURCE bytes, LEX_LINES lines, LEX_TOKEN bytes a token. There is
 * no limit on columns. Text must be UTF-8 (Rego text is; the caller checks).
 */
#ifndef POLICY_LEX_H
#define POLICY_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	LEX_SOURCE = 16 * 1024 * 1024,
	LEX_LINES = 200000,
	LEX_TOKEN = 4 * 1024 * 1024
};

enum token_kind {
	TOK_EOF,
	TOK_BAD,
	TOK_IDENT,
	TOK_NUMBER,
	TOK_STRING,
	TOK_RAW,
	TOK_TEMPLATE,     /* $" : the text follows the token */
	TOK_TEMPLATE_RAW, /* $` : likewise */
	TOK_LPAREN,
	TOK_RPAREN,
	TOK_LBRACK,
	TOK_RBRACK,
	TOK_LBRACE,
	TOK_RBRACE,
	TOK_COMMA,
	TOK_SEMI,
	TOK_DOT,
	TOK_COLON,
	TOK_ASSIGN, /* := */
	TOK_UNIFY,  /* = */
	TOK_EQ,
	TOK_NEQ,
	TOK_LT,
	TOK_LTE,
	TOK_GT,
	TOK_GTE,
	TOK_OR,
	TOK_AND,
	TOK_PLUS,
	TOK_MINUS,
	TOK_MUL,
	TOK_DIV,
	TOK_REM,
	/* keywords of every dialect */
	TOK_PACKAGE,
	TOK_IMPORT,
	TOK_DEFAULT,
	TOK_NOT,
	TOK_WITH,
	TOK_AS,
	TOK_ELSE,
	TOK_SOME,
	TOK_NULL,
	TOK_TRUE,
	TOK_FALSE,
	/* keywords of v1, or imported from future.keywords */
	TOK_IN,
	TOK_EVERY,
	TOK_IF,
	TOK_CONTAINS
};

enum lex_keyword {
	LEX_KW_IN = 1,
	LEX_KW_EVERY = 2,
	LEX_KW_IF = 4,
	LEX_KW_CONTAINS = 8,
	LEX_KW_ALL = 15
};

struct token {
	enum token_kind kind;
	uint32_t start;
	uint32_t len;
	uint32_t line; /* from 1 */
	uint32_t col;  /* bytes, from 1 */
	bool newline;  /* a line ended between the token before and this */
	bool space;    /* white space or a comment precedes */
};

struct lex {
	const char *src;
	uint32_t len;
	uint32_t pos;
	uint32_t line;
	uint32_t line_start;
	uint8_t keywords;  /* enum lex_keyword: which of them are on */
	const char *error; /* of the last TOK_BAD */
};

/* Read len bytes at src, which must outlive the lexer; len <= LEX_SOURCE. */
void lex_init(struct lex *l, const char *src, size_t len, uint8_t keywords);

/* The next token; TOK_EOF for ever at the end, TOK_BAD with l->error set. */
struct token lex_next(struct lex *l);

/*
 * Append the decoded text of a TOK_STRING or TOK_RAW to b. Returns NULL, or
 * what is wrong with it.
 */
const char *lex_string(const struct lex *l, const struct token *t,
    struct buf *b);

/*
 * Append the literal part of a template from l's position on to b, and stop
 * behind its end ('{' or the closing quote, which goes to *ret_end). Returns
 * NULL, or what is wrong.
 */
const char *lex_template(struct lex *l, bool raw, struct buf *b, char *ret_end);

/* A short name of a token for messages, e.g. "'{'" or "identifier". */
const char *lex_token_name(enum token_kind kind);

#endif
