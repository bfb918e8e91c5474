/*
 * policy/ast -- the syntax tree of a Rego module
 *
 * The parser makes it, policy/resolve.h gives every variable its owner, and
 * policy/normal.h flattens it; after planning it is thrown away. Ground
 * composites are folded to TERM_CONST by the parser, so that a table of data
 * in a policy is one value.
 *
 * Memory: all of it in the compiler's arena, constants in the policy's heap.
 */
#ifndef POLICY_AST_H
#define POLICY_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/value.h"

enum {
	AST_DEPTH_MAX = 256,    /* nesting of terms and bodies */
	AST_NODES_MAX = 200000, /* genpolicy's policies have about 10,000 */
	AST_RULES_MAX = 20000
};

struct ast_loc {
	uint32_t module;
	uint32_t pos; /* byte offset in the module's text */
	uint32_t line;
	uint32_t col;
};

enum term_kind {
	TERM_CONST,
	TERM_VAR,
	TERM_REF,    /* list: head, then path */
	TERM_CALL,   /* list: function (var or ref), then arguments */
	TERM_ARRAY,  /* list */
	TERM_SET,    /* list */
	TERM_OBJECT, /* list: key, value, key, value, ... */
	TERM_ARRAY_COMP,
	TERM_SET_COMP,
	TERM_OBJECT_COMP,
	TERM_TEMPLATE /* list: constants and expressions */
};

struct term;
struct waiter;
struct body;
struct scope;
struct group;
struct builtin;

/*
 * A variable of one scope. depth is its scope's: a closure of depth d refers
 * to variables of its surroundings exactly where depth < d.
 */
struct var {
	struct string *name;
	struct ast_loc loc;
	uint32_t depth;
	uint32_t reg;  /* while it is bound */
	bool bound;    /* by the literals planned so far */
	bool wildcard; /* written _ */
	bool temp;     /* made by normal */
	bool negated;  /* made by normal inside a `not` */
	bool declared; /* by some, := or an argument list */
	uint32_t seen; /* by the search of that number: policy/outer.h */
	struct waiter *waiters; /* for it to be bound: policy/schedule.h */
};

struct term_list {
	struct term **t;
	uint32_t n;
};

struct comp {
	struct term *key; /* of an object comprehension, else NULL */
	struct term *val;
	struct body *body;
};

struct term {
	enum term_kind kind;
	struct ast_loc loc;
	struct string *name; /* of a TERM_VAR */
	struct var *var;     /* of a TERM_VAR, set by resolve */
	bool operator;       /* a TERM_CALL written infix */
	bool part;           /* a TERM_SET_COMP made of a part of a template */
	struct group *group; /* of a TERM_CALL: the function, or */
	const struct builtin *builtin;
	union {
		struct value value;
		struct term_list list;
		struct comp comp;
	} u;
};

enum literal_kind {
	LIT_EXPR,    /* a */
	LIT_UNIFY,   /* a = b */
	LIT_ASSIGN,  /* a := b */
	LIT_SOME,    /* some a: an array of variables */
	LIT_SOME_IN, /* some a, b in c; a may be NULL */
	LIT_EVERY,   /* every a, b in c { body }; a may be NULL */
	LIT_NOT,     /* made by normal: not { body } */
	LIT_WITH     /* made by normal: { body } with ... */
};

struct with {
	struct term *target; /* ref: input, data, or a function */
	struct term *value;
	struct group *group; /* the function replaced, or */
	const struct builtin *builtin;
	/* The function that replaces it, or the document, asked when called. */
	struct group *by_group, *by_document;
	const struct builtin *by_builtin; /* all NULL: value does */
};

/* What w replaces is replaced by the value of a term. */
static inline bool
with_takes_value(const struct with *w)
{
	return w->by_group == NULL && w->by_builtin == NULL &&
	       w->by_document == NULL;
}

struct literal {
	enum literal_kind kind;
	bool negated;
	bool hidden; /* made by the compiler: not a step of its own */
	bool closed; /* others bind its variables */
	bool joined; /* a part of the literal behind it */
	struct ast_loc loc;
	struct term *a, *b, *c;
	struct body *body;
	struct with *with;
	uint32_t n_with;
	uint32_t step; /* position in the body that was written */
};

struct body {
	struct literal **l;
	uint32_t n;
	uint32_t depth;     /* of its scope, set by resolve */
	struct var **outer; /* surrounding variables used, set by normal */
	uint32_t n_outer;
};

struct module;

struct rule {
	struct module *module;
	struct ast_loc loc;
	bool is_default;
	bool is_function;
	bool contains; /* multi-value: key is the member */
	bool has_with;
	struct term_list ref; /* head: a var, then the path */
	struct term_list args;
	struct term *key;
	struct term *value;  /* NULL: true */
	struct body *body;   /* NULL: true */
	struct rule *orelse; /* the next of an else chain */
};

struct import {
	struct ast_loc loc;
	struct term *path; /* ref: data or input, then constants */
	struct string *alias;
	bool used;
};

struct module {
	uint32_t index;
	const char *name;
	const char *text;
	size_t len;
	bool v0;
	struct term_list package; /* constant strings */
	struct import *imports;
	uint32_t n_imports;
	struct rule **rules;
	uint32_t n_rules;
};

#endif
