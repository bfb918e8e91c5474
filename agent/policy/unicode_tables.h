/*
 * policy/unicode_tables -- what policy/unicode.c looks up
 *
 * Runs are pairs of a length and a number (a category, a script) in one
 * integer, written as little-endian groups of 7 bits; together they cover all
 * code points. About 20 KB of constants in all.
 */
#ifndef POLICY_UNICODE_TABLES_H
#define POLICY_UNICODE_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Deltas to the upper and the lower case of every code point in lo..hi. */
struct unicode_case {
	uint32_t lo;
	uint32_t hi;
	int32_t upper;
	int32_t lower;
};

enum {
	/* A delta that means: upper and lower case take turns from lo on. */
	UNICODE_ALTERNATE = 0x110000,
	UNICODE_CATEGORY_BITS = 5,
	UNICODE_SCRIPT_BITS = 8
};

/* Where the run that starts with code point c begins. */
struct unicode_mark {
	uint32_t c;
	uint32_t offset;
};

struct unicode_orbit {
	uint32_t c;
	uint32_t next;
};

extern const uint8_t unicode_category_runs[];
extern const size_t unicode_category_runs_len;
extern const struct unicode_mark unicode_marks[];
extern const size_t unicode_marks_n;
extern const uint8_t unicode_script_runs[];
extern const size_t unicode_script_runs_len;
extern const char unicode_script_names[];
extern const struct unicode_case unicode_cases[];
extern const size_t unicode_cases_n;
extern const struct unicode_orbit unicode_orbits[];
extern const size_t unicode_orbits_n;

#endif
