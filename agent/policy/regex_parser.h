/*
 * policy/regex_parser -- the state that the two halves of the parser share
 *
 * regex_parse.c reads groups, operators and literals, regex_escape.c what
 * stands for a character or a set of them. Functions return 0, or -1 with the
 * error set; those that look whether something is there return 1 or 0 first.
 */
#ifndef POLICY_REGEX_PARSER_H
#define POLICY_REGEX_PARSER_H

#include "policy/regex_ast.h"

enum {
	REGEX_CASED = 3000 /* about so many characters have a case */
};

enum regex_flag {
	REGEX_FLAG_FOLD = 1,
	REGEX_FLAG_DOT_NL = 2,
	REGEX_FLAG_MULTI_LINE = 4,
	REGEX_FLAG_LAZY = 8
};

/* A group that is open: what has been read of it. */
struct regex_group {
	struct regex_node *alternates; /* before the last '|' */
	struct regex_node **alternates_last;
	struct regex_node *concat;
	struct regex_node **concat_last;
	struct regex_node **item; /* link to the last thing to be repeated */
	unsigned int flags;       /* to go back to */
	unsigned int capture;     /* 0: none */
};

struct regex_parser {
	struct arena *arena;
	struct budget *budget;
	struct err *e;
	const char *s;
	size_t len;
	size_t at;
	unsigned int flags;
	size_t depth;
	struct regex_group groups[REGEX_DEPTH_MAX + 1];
	struct regex_tree *tree;
	bool no_posix;     /* no ":]" is left */
	size_t repeat_at;  /* where the last repeat operator began */
	size_t repeat_end; /* and what follows it; 0 when there was none */
};

/* Go's words, with the part of the pattern that they are about. */
int regex_parser_wrong(struct regex_parser *p, const char *what, size_t from,
    size_t to);

/* A limit was reached. */
int regex_parser_too_big(struct regex_parser *p);

/* Does text stand at the parser's place? */
bool regex_parser_next_is(const struct regex_parser *p, const char *text);

/* Step over a code point. */
uint32_t regex_parser_take(struct regex_parser *p);

/* A letter, digit or underscore of ASCII. */
bool regex_parser_is_word(char c);

/* A set as the next item. */
int regex_parser_add_class(struct regex_parser *p, struct regex_class k);

/* Add lo..hi to a set, with folding if the flags say so; false: a limit. */
bool regex_parser_add_range(struct regex_parser *p, struct regex_class *k,
    uint32_t lo, uint32_t hi);

/* The escape that stands for one code point. */
int regex_parser_escape(struct regex_parser *p, uint32_t *ret);

/* \d, \S, \pL, \P{Greek}, ...: 1 and added to k; 0: something else; -1. */
int regex_parser_escape_class(struct regex_parser *p, struct regex_class *k);

/* [...] */
int regex_parser_bracket(struct regex_parser *p);

#endif
