/*
 * The sequence in which a body is evaluated: it decides whether an error, here
 * that of q, comes before what makes the body undefined. It is that of OPA
 * without its optimisations, which look for a rule less to evaluate first.
 */
#include "tests/lib/rego.h"

struct row {
	const char *text; /* of rules, after q and f, which err */
	const char *want;
};

#define ERRS "eval_conflict_error"

static void
check(const struct row *rows, size_t n)
{
	char text[1000];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
		    "q := v if some v in [1, 2]\n"
		    "f(_) := v if some v in [1, 2]\ng(y) := y\n%s",
		    rows[i].text);
		if (strcmp(rego_value(text, "{\"a\": []}"), rows[i].want) != 0)
			printf("# %s\n", rows[i].text);
		EQ_STR(rego_value(text, "{\"a\": []}"), rows[i].want);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

TEST(calls_come_before_refs)
{
	static const struct row rows[] = {
		{ "x if input.a[i] != f(1)", ERRS },
		{ "x if input.a[i] == f(1)", ERRS },
		{ "x if input.none != f(1)", ERRS },
		{ "x if { y = input.a[i] }", "undefined" },
		{ "x if { input.a[i] = f(1) }", ERRS },
		{ "x if { [input.a[_], f(1)] = [1, 2] }", ERRS },
		{ "x if { y := [input.a[_], f(1)] }", ERRS },
		{ "x if g(input.a[i]) != g(f(1))", "undefined" },
		{ "x if g([input.none, f(1)])", ERRS },
		{ "x if { input.none with input.b as f(1) }", ERRS },
		{ "x if not g([input.none, f(1)])", ERRS },
		{ "x if { input.none; f(1) }", "undefined" },
	};

	CHECK(rows);
}

TEST(refs_come_from_left_to_right)
{
	static const struct row rows[] = {
		{ "x if g([input.a[i], q])", "undefined" },
		{ "x if g([q, input.a[i]])", ERRS },
		{ "x if { [input.none, q] = [1, 2] }", "undefined" },
		{ "x if { [1, y] = [q, input.a[_]] }", ERRS },
		{ "x if { input.a[i] = [q] }", ERRS },
		{ "x if input.a[q]", ERRS },
		{ "x if { {\"k\": q} = input.a[_] }", ERRS },
		{ "x if g([[1 | q], input.a[_]])", ERRS },
	};

	CHECK(rows);
}

TEST(heads)
{
	static const struct row rows[] = {
		{ "x[input.none] := f(1)", "{}" },
		{ "x[input.none] contains f(1)", "{}" },
		{ "x[f(1)] := input.none", ERRS },
		{ "x := [input.none, f(1)]", ERRS },
		{ "x := {input.none: f(1) | true}", ERRS },
		{ "x := {input.none: q | true}", "{}" },
		{ "x := {q: input.a[_] | true}", ERRS },
		{ "x := [[input.a[_], q] | true]", "[]" },
	};

	CHECK(rows);
}

TEST(literals_wait_for_the_next_pass)
{
	static const struct row rows[] = {
		{ "x if { f(y); y = 1; input.none }", "undefined" },
		{ "x if { y = 1; f(y); input.none }", ERRS },
		{ "x if { g(z); f(y); z = 1; y = 2; input.none }",
		    "undefined" },
		{ "x if { g([q, y]); input.a[y] }", "undefined" },
		{ "x if { every v in f(1) { v > y }; y = 1; input.none }",
		    ERRS },
	};

	CHECK(rows);
}

TEST(what_with_replaces)
{
	static const struct row rows[] = {
		/* Calls of all values, then what else is in them. */
		{ "x if { true with input.b as q with input.c as "
		  "count(input.none) }",
		    "undefined" },
		{ "x if { true with input.b as f(1) with input.c as "
		  "input.none }",
		    ERRS },
		/* A document in the place of a function is asked when called.
		 */
		{ "x if { true with count as q }", "true" },
		{ "x if { count([]) == 1 with count as q }", ERRS },
		{ "d := 7\nx := y if { y := count([]) with count as d }", "7" },
		{ "d := 7\nx := y if { y := g(1) with g as data.p.d with "
		  "data.p.d as 8 }",
		    "8" },
		{ "d := 7 if input.none\nx := y if { y := g(1) with g as d }",
		    "undefined" },
		{ "x := y if { y := count([]) with count as q with "
		  "data.p.q as 5 }",
		    "5" },
	};

	CHECK(rows);
}

TEST(composites_that_are_joined_bind_each_other)
{
	static const struct row rows[] = {
		{ "x := a if { [a, b] = [b, 1] }", "1" },
		{ "x := a if { {\"k\": a, \"l\": b} = {\"k\": [b], \"l\": 2} }",
		    "[2]" },
		{ "x := [a, i] if { [a, 5] = [[4, 5][i], [4, 5][i]] }",
		    "[5,1]" },
	};

	CHECK(rows);
}

TAP_MAIN
