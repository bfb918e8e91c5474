/*
 * policy/compile -- what the passes of the compiler share
 *
 * The passes over a policy, in order:
 *	parse	text to tree			policy/parse.h
 *	tree	rules to groups by their path	policy/tree.h
 *	resolve	names to variables and documents policy/resolve.h
 *	normal	nested calls to literals	policy/normal.h
 *	plan	safety, order, code		policy/plan.h
 *	graph	no recursion			policy/graph.h
 *
 * Memory: trees in the arena, which is released after the last pass; what the
 * program refers to is in the policy's heap.
 */
#ifndef POLICY_COMPILE_H
#define POLICY_COMPILE_H

#include "base/arena.h"
#include "policy/ast.h"
#include "policy/builder.h"
#include "policy/builtin.h"
#include "policy/diag.h"
#include "policy/parse.h"
#include "policy/program.h"

enum {
	COMPILE_LOCALS_MAX = 4096, /* variables and temporaries of a rule */
	COMPILE_PATH_MAX = 256     /* names of one document's path */
};

/* One rule, or a part of one, as a member of a group. */
struct entry {
	struct rule *rule;
	int32_t skip; /* head terms that name the group; <0: package names
			 that do not */
};

enum group_kind {
	GROUP_COMPLETE,
	GROUP_FUNCTION,
	GROUP_SET,
	GROUP_OBJECT /* rules whose path ends in variables */
};

/* All definitions of one document or function. */
struct group {
	enum group_kind kind;
	struct node *node;
	struct entry *entries;
	uint32_t n;
	uint32_t cap;
	struct rule *default_rule;
	uint32_t n_args;
	uint32_t func; /* its index in the program */
	bool replaced; /* some `with` may replace it */
	bool constant; /* always this value, and not replaced */
	struct value value;
	struct group *next; /* of all */
};

/* One name in the tree of documents below data. */
struct node {
	struct node *parent;
	struct value key;
	struct node **children; /* in order of their making */
	uint32_t n_children;
	uint32_t cap;
	uint32_t *index; /* hash of key to child + 1; NULL while few */
	uint32_t index_size;
	struct group *group; /* what is defined here, if anything */
	bool rule_name;      /* the first name of a rule: visible inside */
	struct ast_loc loc;  /* of that rule */
	bool package;
	bool swallowed;  /* belongs to a GROUP_OBJECT further up */
	bool replaced;   /* `with` replaces this or one above */
	uint32_t extent; /* function of the whole subtree + 1 */
};

struct compiler {
	struct arena *arena; /* of trees: released after planning */
	struct arena *keep;  /* of nodes and groups: for queries */
	struct heap *heap;   /* of constants and the program */
	struct intern *names;
	struct parse_memory mem;
	struct diag *diag;
	struct module *modules;
	uint32_t n_modules;
	struct node *root;
	struct group *groups; /* in order of their making */
	struct group **groups_end;
	struct program *program;
	bool *builtin_replaced; /* by table index */
	uint32_t n_searches;    /* by policy/outer.h */
	bool advise;            /* warn about what is legal, too */
	bool any_with;          /* queries may replace anything */
	bool all_bodies;        /* also those that change nothing */
	bool failed;            /* out of memory: the budget is marked */
	struct string *name_data, *name_input;
};

/* Arena memory, zeroed; dies at the compiler's own cap. */
void *compile_alloc(struct compiler *c, size_t size);

void *compile_keep(struct compiler *c, size_t size);

/* Room for one more in an array of `size` byte items that holds n of *cap. */
void *compile_grow(struct compiler *c, void *p, uint32_t n, uint32_t *cap,
    size_t size);

static inline bool
term_is_data(const struct compiler *c, const struct term *t)
{
	return t->kind == TERM_VAR && t->var == NULL && t->name == c->name_data;
}

static inline bool
term_is_input(const struct compiler *c, const struct term *t)
{
	return t->kind == TERM_VAR && t->var == NULL &&
	       t->name == c->name_input;
}

#endif
