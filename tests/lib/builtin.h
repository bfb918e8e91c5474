/*
 * tests/lib/builtin -- tables of Rego expressions and what they come to
 */
#ifndef TESTS_LIB_BUILTIN_H
#define TESTS_LIB_BUILTIN_H

#include "tests/lib/rego.h"

struct builtin_row {
	const char *expression;
	const char *want; /* JSON, "undefined", or an error's code */
};

/* Each is the value of a rule, or the body of one if it is a negation. */
static inline void
builtin_rows(const struct builtin_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[1024];
		const char *got;
		bool negated = strncmp(rows[i].expression, "not ", 4) == 0;

		snprintf(text, sizeof(text), "x %s %s",
		    negated ? "if" : ":=", rows[i].expression);
		got = rego_value(text, NULL);
		if (strcmp(got, rows[i].want) != 0)
			printf("# %s\n", rows[i].expression);
		EQ_STR(got, rows[i].want);
	}
}

#define BUILTIN_ROWS(rows) builtin_rows(rows, sizeof(rows) / sizeof(rows[0]))

/* With strict errors: "CODE: text". */
static inline void
builtin_strict(const struct builtin_row *rows, size_t n)
{
	struct policy_options o = { .strict = true };

	for (size_t i = 0; i < n; i++) {
		struct policy_question q = { .path = "p.x" };
		struct policy_result r;
		char text[1024], got[512];
		struct policy *p;

		snprintf(text, sizeof(text), "package p\n\nx := %s\n",
		    rows[i].expression);
		p = rego_load(text, &o);
		policy_begin(p);
		policy_eval(p, &q, &r);
		EQ_INT(r.outcome, POLICY_FAILED);
		snprintf(got, sizeof(got), "%s: %s", r.code, r.msg);
		EQ_STR(got, rows[i].want);
		policy_free(p);
	}
}

#define BUILTIN_STRICT(rows)                                                   \
	builtin_strict(rows, sizeof(rows) / sizeof(rows[0]))

#endif
