/*
 * policy/regex -- regular expressions in RE2's syntax, in linear time
 *
 * The syntax and the meaning are those of Go's regexp package: leftmost-first
 * alternatives, Perl classes, Unicode classes, flags (?imsU), no back
 * references and no look-around. A pattern is compiled to a bounded program
 * over bytes of UTF-8; matching costs at most program * text and is charged to
 * a budget. A lazily built DFA answers whether and where, a Pike machine
 * where the groups are. Text that is not UTF-8 cannot occur (values are).
 *
 * Security: a program that gets too big is BUDGET_REGEX, a limit; a pattern
 * that is wrong is an ordinary error.
 *
 * Memory: a struct regex is on the C heap and belongs to the cache.
 */
#ifndef POLICY_REGEX_H
#define POLICY_REGEX_H

#include "base/err.h"
#include "policy/value.h"

struct regex;
struct regex_cache;

/*
 * Compile the len bytes at pattern. Returns 0, or -1:
 *	ERR_SYNTAX	not a pattern; text as Go's: "missing closing ]: `[a`"
 *	ERR_LIMIT	too big; the budget is marked BUDGET_REGEX
 */
int regex_compile(const char *pattern, size_t len, struct budget *budget,
    struct regex **ret, struct err *e);
void regex_free(struct regex *re);

/* Groups in the pattern, the whole match not counted. */
size_t regex_groups(const struct regex *re);

/* The first group called name with a number above after, or -1. */
int regex_group_named(const struct regex *re, const char *name, size_t len,
    int after);

/* Does re match anywhere in the text? 1, 0, or -1 (the budget is marked). */
int regex_match(struct regex *re, const char *s, size_t len,
    struct budget *budget);

/*
 * The leftmost match that starts at or after byte from. Sets start and end of
 * the match and of each group in ret[0 .. 2 * n_pairs - 1], -1 for a group
 * that took no part. Returns 1, 0, or -1 (the budget is marked).
 */
int regex_find(struct regex *re, const char *s, size_t len, size_t from,
    int64_t *ret, size_t n_pairs, struct budget *budget);

/* A cache of at most REGEX_CACHE_ENTRIES programs, least recently used out. */
struct regex_cache *regex_cache_new(void);
void regex_cache_free(struct regex_cache *c);

/* Bytes that its programs hold. */
size_t regex_cache_bytes(const struct regex_cache *c);

/*
 * The program of a pattern, compiled when it is not in the cache. Owned by the
 * cache and valid until the next call of this function on it. Compiling is
 * charged to the budget. As regex_compile().
 */
int regex_cache_get(struct regex_cache *c, const struct heap *h,
    struct value pattern, struct regex **ret, struct err *e);

#endif
