/*
 * policy/scope -- variables of bodies, while names are resolved
 *
 * One scope for a rule's arguments, one for each body, one for the variables
 * of an every. All of them live on the C stack of the pass, linked inwards
 * out; what they collect is in the arena.
 */
#ifndef POLICY_SCOPE_H
#define POLICY_SCOPE_H

#include "policy/resolve.h"

/* Interned names in the order in which they came, found by their address. */
struct names {
	struct string **name;
	uint32_t n, cap;
	uint32_t *index; /* open addressing; position + 1; NULL while few */
	uint32_t size;   /* of the index: a power of two */
};

struct scope {
	struct compiler *c;
	struct module *module;
	const struct node *package; /* NULL in a query */
	struct scope *outer;
	uint32_t depth;
	struct var **vars; /* declared so far, and implicit ones */
	uint32_t n_vars, cap_vars;
	struct names var_names; /* theirs, in the same order */
	struct names used;      /* outside of closures */
	struct names declares;  /* by the body */
	uint32_t *n_locals;     /* of the rule, for COMPILE_LOCALS_MAX */
};

void scope_init(struct scope *s, struct scope *outer);

/* Note the names that a term, a body use outside of closures. */
void scope_collect_term(struct scope *s, const struct term *t);
void scope_collect_body(struct scope *s, const struct body *b);

/* The variable declared as name here or further out, or NULL. */
struct var *scope_find(struct scope *s, const struct string *name);

/* Declare the name of t; NULL with a diagnostic when it is taken. */
struct var *scope_declare(struct scope *s, const struct term *t);

/* The undeclared variable of t's name, made when needed. */
struct var *scope_implicit(struct scope *s, const struct term *t);

/* A new variable that no name refers to. */
struct var *scope_wildcard(struct scope *s, const struct term *t);

/* resolve.c */
int resolve_term(struct scope *s, struct term *t);
int resolve_declare(struct scope *s, struct term *t);
bool resolve_is_global(struct scope *s, struct string *name);

/* resolve_body.c */
int resolve_body(struct scope *s, struct body *b);

/* resolve_call.c: the function that f (name or ref) is. */
int resolve_function(struct scope *s, struct term *f, bool operator,
    struct group ** ret_group, const struct builtin **ret_builtin);
int resolve_with(struct scope *s, struct with *w);

#endif
