/*
 * policy/regex_prog -- a compiled pattern, for the two machines that run it
 *
 * A program is an array of instructions over bytes. REGEX_BYTES has the
 * branches of one node of a byte trie: the byte decides which way, or that
 * the thread dies.
 */
#ifndef POLICY_REGEX_PROG_H
#define POLICY_REGEX_PROG_H

#include "policy/regex.h"
#include "policy/regex_ast.h"

enum regex_code {
	REGEX_MATCH,
	REGEX_FAIL,
	REGEX_BYTES, /* branches x .. x + n - 1 */
	REGEX_SPLIT, /* to out, and if that fails to x */
	REGEX_SAVE,  /* the position in slot x */
	REGEX_LOOK   /* on to out if the conditions x hold */
};

struct regex_inst {
	uint8_t code;
	uint16_t n;
	uint32_t out;
	uint32_t x;
};

struct regex_branch {
	uint8_t lo;
	uint8_t hi;
	uint32_t out;
};

struct regex_dfa; /* policy/regex_dfa.c */

struct regex {
	struct regex_inst *inst;
	size_t n_inst;
	struct regex_branch *branch;
	size_t n_branch;
	uint32_t start;
	unsigned int groups;
	bool anchored; /* can only match at the beginning of the text */
	bool looks;    /* has REGEX_LOOK */

	/* Every match starts with these bytes; and is them if whole. */
	char *prefix;
	size_t prefix_len;
	bool whole;
	bool whole_end; /* whole, and then the text must end */

	uint8_t byte_class[256]; /* bytes that no branch tells apart */
	unsigned int n_classes;
	struct regex_dfa *dfa;

	char *names;  /* number byte, length byte, name, ... ; 0 */
	size_t bytes; /* of memory, all in all */
};

/*
 * The program of a tree. Returns 0, or -1 with the budget marked
 * BUDGET_REGEX. Charges the budget.
 */
int regex_build(const struct regex_tree *tree, struct budget *budget,
    struct regex *ret);

/* Conditions that hold at a position between the bytes before and after it. */
unsigned int regex_looks_at(const char *s, size_t len, size_t at);

static inline bool
regex_is_word(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= 'a' && c <= 'z');
}

/* The branch for byte c, or -1. */
static inline int64_t
regex_branch_for(const struct regex *re, const struct regex_inst *i, uint8_t c)
{
	const struct regex_branch *b = re->branch + i->x;

	for (size_t k = 0; k < i->n; k++)
		if (c <= b[k].hi)
			return c >= b[k].lo ? (int64_t)b[k].out : -1;
	return -1;
}

/* Is there a match at or after from? 1, 0 or -1 (the budget is marked). */
int regex_dfa_match(struct regex *re, const char *s, size_t len, size_t from,
    struct budget *budget);
void regex_dfa_free(struct regex_dfa *dfa);

/* regex_find() without the quick ways. */
int regex_pike_find(const struct regex *re, const char *s, size_t len,
    size_t from, int64_t *ret, size_t n_pairs, struct budget *budget);

#endif
