/* Each attack ends with the limit that is meant for it. */
#include <stdarg.h>
#include <stdlib.h>

#include "tests/lib/rego.h"

#define LIMIT(text, limit) EQ_STR(rego_value(text, NULL), limit)

TEST(exponential_joins)
{
	LIMIT("n := numbers.range(1, 200)\n"
	      "x if { a := n[_]; b := n[_]; c := n[_]; d := n[_]; "
	      "a + b + c + d == 0 }",
	    "limit_steps");
	LIMIT("s := sprintf(\"%1000d\", [1])\n"
	      "x := [concat(\"\", [s, \"a\"]) | "
	      "numbers.range(1, 100000)[_]]",
	    "limit_memory");
}

TEST(no_limit_turns_into_undefined)
{
	static const char *const wraps[] = {
		"x if not q",
		"x := [1 | q]",
		"default x := true\nx if not q",
		"x if every y in [1] { not q }",
		"x if { not q } else := true",
		"x := y if { y := {1 | not q} }",
	};
	char text[1000];
	size_t i;

	for (i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++) {
		snprintf(text, sizeof(text),
		    "%s\nn := numbers.range(1, 1000)\n"
		    "q if { a := n[_]; b := n[_]; c := n[_]; a + b + c == 0 }",
		    wraps[i]);
		LIMIT(text, "limit_steps");
	}
}

TEST(chains_of_calls)
{
	char text[20000];
	size_t len;
	int i;

	/* 2^60 calls */
	len = (size_t)snprintf(text, sizeof(text), "f0(y) := y + 1\n");
	for (i = 1; i <= 60; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "f%d(y) := f%d(y) + f%d(y + 1)\n", i, i - 1, i - 1);
	snprintf(text + len, sizeof(text) - len, "x := f60(1)");
	LIMIT(text, "limit_steps");
	/* deeper than the stack of calls */
	len = (size_t)snprintf(text, sizeof(text), "f0(y) := y\n");
	for (i = 1; i <= 300; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "f%d(y) := f%d(y)\n", i, i - 1);
	snprintf(text + len, sizeof(text) - len, "x := f300(1)");
	LIMIT(text, "limit_depth");
}

TEST(recursion_that_only_with_makes)
{
	LIMIT("f(y) := z if z := g(y) with g as h\ng(y) := y\n"
	      "h(y) := f(y)\nx := f(1)",
	    "limit_depth");
}

TEST(string_bombs)
{
	static char text[16000];
	size_t len;

	len = (size_t)snprintf(text, sizeof(text), "s := \"");
	memset(text + len, 'a', 5000);
	len += 5000;
	snprintf(text + len, sizeof(text) - len,
	    "\"\nx if not replace(s, \"a\", s)");
	LIMIT(text, "limit_string");
	LIMIT("x := sprintf(\"%1000000d\", [1])", "limit_format");
}

TEST(huge_numbers)
{
	LIMIT("x := bits.lsh(1, 100000000)", "limit_number");
	LIMIT("x := numbers.range(1, 100000000)", "limit_items");
	EQ_STR(rego_error("package p\nx := 1e999999999", POLICY_V1),
	    "2:6: limit_number: a number beyond the limits");
}

TEST(regular_expressions)
{
	LIMIT("s := concat(\"|\", [c | numbers.range(1, 14)[i]; "
	      "c := sprintf(\"%d{900}\", [i])])\n"
	      "x if not regex.match(s, \"a\")",
	    "limit_regex");
	LIMIT("s := concat(\"\", [c | numbers.range(1, 20000)[_]; "
	      "c := \"a\"])\nx if not regex.match(`(a*)*(a*)*b`, s)",
	    "true");
}

TEST(cyclic_rules)
{
	OK(strstr(rego_error("package p\nx := y\ny := z\nz := x", POLICY_V1),
	       "rego_recursion_error") != NULL);
}

/* Text that grows by snprintf. */
struct text {
	char *s;
	size_t len, size;
};

static void add(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += (size_t)vsnprintf(t->s + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
}

static struct text
text_new(void)
{
	struct text t = { .size = 4 << 20 };

	t.s = malloc(t.size);
	add(&t, "package p\n");
	return t;
}

static void
load_ends_with(struct text *t, const char *want)
{
	const char *got = rego_error(t->s, POLICY_AUTO);

	if (strstr(got, want) == NULL)
		EQ_STR(got, want);
	free(t->s);
}

TEST(many_variables_and_literals)
{
	struct text t = text_new();
	int i;

	/* More than any policy has: refused while it is read. */
	add(&t, "x if {\n");
	for (i = 0; i < 100000; i++)
		add(&t, "v%d != %d\n", i % 4000, i);
	add(&t, "}\n");
	load_ends_with(&t, "limit_policy: a policy of more than 200000 nodes");
	/* Twice as many as the largest of genpolicy's. */
	t = text_new();
	add(&t, "x if {\n");
	for (i = 0; i < 4000; i++)
		add(&t, "v%d = input.a[%d]\n", i, i);
	for (i = 0; i < 8000; i++)
		add(&t, "v%d != %d\n", i % 4000, i);
	add(&t, "}\n");
	load_ends_with(&t, "none");
}

TEST(literals_in_the_worst_order)
{
	struct text t = text_new();
	int i;

	/* Its steps would be 16 million with a search for each literal. */
	add(&t, "x := v0 if {\n");
	for (i = 0; i < 4000; i++)
		add(&t, "v%d = v%d + 1\n", i, i + 1);
	add(&t, "v4000 = 1\n}\n");
	load_ends_with(&t, "none");
}

TEST(closures_in_closures)
{
	struct text t = text_new();
	int i;

	add(&t, "x if {\n");
	for (i = 0; i < 60; i++)
		add(&t, "[1 | ");
	for (i = 0; i < 40000; i++)
		add(&t, "true; ");
	add(&t, "true");
	for (i = 0; i < 60; i++)
		add(&t, "]");
	add(&t, "\n}\n");
	load_ends_with(&t, "limit_steps");
}

TEST(patterns_of_many_keys)
{
	struct text t = text_new();
	int i, side;

	add(&t, "x if { ");
	for (side = 0; side < 2; side++) {
		add(&t, "%s{", side == 0 ? "" : " = ");
		for (i = 0; i < 4000; i++)
			add(&t, "\"k%d\": v%d,", side == 0 ? i : 3999 - i,
			    side);
		add(&t, "}");
	}
	add(&t, "; v0 = 1 }\n");
	load_ends_with(&t, "limit_steps");
}

TEST(deep_nesting)
{
	struct text t = text_new();
	int i;

	add(&t, "x := ");
	for (i = 0; i < 100000; i++)
		add(&t, "[");
	load_ends_with(&t, "nested deeper than 256 levels");
	t = text_new();
	add(&t, "x if ");
	for (i = 0; i < 100000; i++)
		add(&t, "{");
	load_ends_with(&t, "nested deeper than 256 levels");
}

/* What a query of the policy takes at most, by count and not by clock. */
static void
steps_of(const char *text, const char *limit)
{
	struct policy *p = rego_load(text, NULL);
	struct policy_question q = { .path = "p.x" };
	struct policy_result r;

	policy_begin(p);
	policy_eval(p, &q, &r);
	EQ_INT(r.outcome, POLICY_FAILED);
	EQ_STR(r.code, limit);
	OK(r.steps <= QUERY_STEPS_MAX);
	OK(r.memory <= QUERY_MEMORY_MAX);
	policy_free(p);
}

TEST(steps_and_memory_are_bounded)
{
	steps_of("package p\nn := numbers.range(1, 300)\n"
		 "x if { a := n[_]; b := n[_]; c := n[_]; a + b + c == 0 }",
	    "limit_steps");
	steps_of("package p\ns := sprintf(\"%1000d\", [1])\n"
		 "x := {concat(\"\", [s, s, t]) | "
		 "t := sprintf(\"%d\", [numbers.range(1, 100000)[_]])}",
	    "limit_memory");
}

/* The most that compiling takes of the largest policies that are allowed. */
TEST(loading_is_bounded)
{
	struct text t = text_new();
	struct policy *p;
	int i;

	add(&t, "x if {\n");
	for (i = 0; i < 7000; i++)
		add(&t, "f(input.a[%d]) != g([v%d])\n", i, i % 700);
	for (i = 0; i < 700; i++)
		add(&t, "v%d = input.b[%d]\n", i, i);
	add(&t, "}\nf(y) := y\ng(y) := y\n");
	p = rego_load(t.s, NULL);
	OK(policy_peak(p) <= 48 << 20);
	policy_free(p);
	free(t.s);
}

TEST(deep_input)
{
	static char text[600];
	struct policy *p = rego_load("package p\nx := input == [input]", NULL);
	struct policy_question q = { .path = "p.x" };
	struct policy_result r;
	struct err e;
	struct heap *h;
	int i;

	for (i = 0; i < 200; i++)
		text[i] = '[';
	for (; i < 400; i++)
		text[i] = ']';
	h = policy_begin(p);
	EQ_INT(json_parse(h, text, 400, &q.input, &e), -1);
	policy_eval(p, &q, &r);
	EQ_INT(r.outcome, POLICY_FAILED);
	EQ_STR(r.code, "limit_depth");
	policy_free(p);
}

TAP_MAIN
