/*
 * policy/regex_ast -- a pattern as a tree, between parser and compiler
 *
 * Nodes live in an arena that goes when the program is made. Nesting is at
 * most REGEX_DEPTH_MAX groups, which bounds the recursion over trees.
 */
#ifndef POLICY_REGEX_AST_H
#define POLICY_REGEX_AST_H

#include "base/arena.h"
#include "base/err.h"
#include "policy/budget.h"

enum regex_op {
	REGEX_EMPTY,    /* matches the empty string */
	REGEX_CLASS,    /* one code point of a set; none if the set is empty */
	REGEX_ASSERT,   /* an empty string where enum regex_assert holds */
	REGEX_CAPTURE,  /* group number n around sub */
	REGEX_REPEAT,   /* sub min..max times; max -1 is without end */
	REGEX_CONCAT,   /* sub and its siblings, one after the other */
	REGEX_ALTERNATE /* the first of sub and its siblings that matches */
};

/* Conditions on a position; also the flags of what holds at one. */
enum regex_assert {
	ASSERT_BEGIN_LINE = 1,
	ASSERT_END_LINE = 2,
	ASSERT_BEGIN_TEXT = 4,
	ASSERT_END_TEXT = 8,
	ASSERT_WORD = 16,
	ASSERT_NOT_WORD = 32
};

struct regex_range {
	uint32_t lo;
	uint32_t hi;
};

/* A set of code points; regex_class_clean() makes it sorted and disjoint. */
struct regex_class {
	struct regex_range *r;
	size_t n;
	size_t cap;
};

struct regex_node {
	enum regex_op op;
	struct regex_node *sub;  /* first child */
	struct regex_node *next; /* sibling */
	struct regex_class class;
	unsigned int assertion;
	unsigned int n; /* of a group */
	int min, max;
	bool lazy;
};

struct regex_name {
	struct regex_name *next;
	const char *s;
	size_t len;
	unsigned int n;
};

struct regex_tree {
	struct regex_node *root;
	struct regex_name *names;
	unsigned int groups;
};

enum {
	REGEX_TREE_MAX = 4 << 20 /* bytes of one pattern's tree */
};

/*
 * The tree of the len bytes at pattern, which are UTF-8. Returns 0, or -1:
 * ERR_SYNTAX in Go's words, ERR_LIMIT with the budget marked BUDGET_REGEX.
 */
int regex_parse(struct arena *a, const char *pattern, size_t len,
    struct budget *budget, struct regex_tree *ret, struct err *e);

/* Add lo..hi to the set; false when the arena is full. */
bool regex_class_add(struct arena *a, struct regex_class *k, uint32_t lo,
    uint32_t hi);

/* The same with all that equals one of them in case folding. */
bool regex_class_add_fold(struct arena *a, struct regex_class *k, uint32_t lo,
    uint32_t hi);

/* Add all of other, or all but other (which is clean). */
bool regex_class_add_class(struct arena *a, struct regex_class *k,
    const struct regex_class *other, bool negated);

/* Sort, join what touches. */
void regex_class_clean(struct regex_class *k);

/* The clean set's complement in place of it. */
bool regex_class_negate(struct arena *a, struct regex_class *k);

/*
 * Named sets, clean. Return 1; 0 when there is no set of that name; or -1 when
 * the arena is full: a limit, never to be taken for a wrong name.
 */

/* \d, \s, \w by their letter; the caller negates for the upper case. */
int regex_class_perl(struct arena *a, char c, struct regex_class *ret);

/* [[:alpha:]] */
int regex_class_posix(struct arena *a, const char *name, size_t len,
    struct regex_class *ret);

/* \p{name}, with folding if asked for */
int regex_class_unicode(struct arena *a, const char *name, size_t len,
    bool fold, struct regex_class *ret);

#endif
