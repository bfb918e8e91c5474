/*
 * policy/limits -- what a policy, its input and one evaluation may use
 *
 * Every number that a hostile policy or a hostile request can drive has its
 * bound here. Reaching one is never "undefined": see policy/budget.h.
 */
#ifndef POLICY_LIMITS_H
#define POLICY_LIMITS_H

enum {
	/* Values. */
	VALUE_DEPTH_MAX = 128,       /* nesting of arrays, objects, sets */
	VALUE_ITEMS_MAX = 1000000,   /* members of one collection */
	VALUE_STRING_MAX = 16 << 20, /* bytes of one string */
	NUMBER_DIGITS_MAX = 30103,   /* decimal digits of 10^5 bits */
	NUMBER_BITS_MAX = 100000,    /* bits of an integer result */
	FORMAT_WIDTH_MAX = 10000,    /* width and precision in sprintf */

	/* Regular expressions. */
	REGEX_INSTRUCTIONS_MAX = 10000,
	REGEX_BRANCHES_MAX = 40000, /* byte ranges that they tell apart */
	REGEX_REPEAT_MAX = 1000,    /* as RE2: {n,m} with m beyond fails */
	REGEX_DEPTH_MAX = 100,      /* nesting of groups */
	REGEX_GROUPS_MAX = 100,
	REGEX_PATTERN_MAX = 64 << 10, /* bytes of pattern text */
	REGEX_DFA_BYTES_MAX = 256
			      << 10, /* lazily built states of one program */
	REGEX_CACHE_ENTRIES = 256,
	REGEX_CACHE_BYTES_MAX = 4 << 20,

	/* One query. */
	QUERY_STEPS_MAX = 4000000, /* Kata's requests take 14,000 */
	QUERY_DEPTH_MAX = 256,     /* nested calls */
	QUERY_MEMORY_MAX = 64 << 20
};

#endif
