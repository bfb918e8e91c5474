#include "tests/lib/rego.h"

#define VALUE(text, want) EQ_STR(rego_value(text, NULL), want)

TEST(undefined_and_false)
{
	VALUE("x if input.a", "undefined");
	VALUE("default x := false\nx if input.a", "false");
	VALUE("x if null", "true");
	VALUE("x if 0", "true");
	VALUE("x if false", "undefined");
	VALUE("x := false", "false");
	VALUE("x := {\"a\": input.b}", "undefined");
	VALUE("x if not input.a.b", "true");
	VALUE("x if not to_number(\"no\")", "true");
	VALUE("x := [y | y := input[_]]", "[]");
}

TEST(order_of_literals_does_not_matter)
{
	VALUE("x := y if { y = z; z = 12 }", "12");
	VALUE("x := y if { y = count(z); z = [1, 2] }", "2");
	VALUE("x := s if { s = [y | y > z]; z = 1; y = 5 }", "[5]");
	VALUE("x := i if { [1, 2, 3][i] == 2 }", "1");
}

TEST(unification)
{
	VALUE("x := [a, b] if { [a, 2, {\"k\": b}] = [1, 2, {\"k\": 3}] }",
	    "[1,3]");
	VALUE("x if { [a, 2] = [1, b]; a == 1; b == 2 }", "true");
	VALUE("x if { [a, a] = [1, 2] }", "undefined");
	VALUE("x := a if { some [a, \"k\"] in [[1, \"j\"], [2, \"k\"]] }", "2");
	VALUE("x := {[i, j] | [1, 2][i] = [2, 3][j]}", "[[1,0]]");
	VALUE("x := y if { z := \"k\"; {z: [y]} = {z: [2]} }", "2");
}

TEST(conflicts_end_the_question)
{
	VALUE("x := 1\nx := 2 if true", "eval_conflict_error");
	VALUE("x := [1, 2][_]", "eval_conflict_error");
	VALUE("x := [1, 1][_]", "1");
	VALUE("f(y) := 1\nf(y) := y\nx if not f(2)", "eval_conflict_error");
	VALUE("x := {\"a\": y | y := [1, 2][_]}", "eval_conflict_error");
	VALUE("x if not q\nq := 1\nq := 2", "eval_conflict_error");
	VALUE("x if every y in [1] { q == y }\nq := 1\nq := 2",
	    "eval_conflict_error");
}

TEST(else_and_default)
{
	VALUE("x := 1 if false else := 2 if true else := 3", "2");
	VALUE("f(y) := 1 if y == 1 else := 2\nx := [f(1), f(2)]", "[1,2]");
	VALUE("default f(_) := 9\nf(y) := y if y > 3\nx := [f(1), f(5)]",
	    "[9,5]");
	VALUE("default x := [y | y := 1]\nx := 1 if false", "[1]");
}

TEST(partial_rules)
{
	VALUE("x contains y if y := [2, 1, 2][_]", "[1,2]");
	VALUE("x[k] := v if { some v, k in [\"a\", \"b\"] }",
	    "{\"a\":0,\"b\":1}");
	VALUE("x contains 1 if false", "[]");
	VALUE("x.a.b := 1 if false", "{\"a\":{}}");
	VALUE("x[[1]].b := 1 if false", "{}");
	VALUE("x[k].l := 1 if k := \"a\"\nx.b.l := 2",
	    "{\"a\":{\"l\":1},\"b\":{\"l\":2}}");
	VALUE("x[k] contains v if { some k, v in [5, 6] }",
	    "{\"0\":[5],\"1\":[6]}");
	VALUE("x[k] := v if { k := \"a\"; v := [1, 2][_] }",
	    "eval_conflict_error");
}

TEST(every_and_not)
{
	VALUE("x if every y in [1, 2] { y < 3 }", "true");
	VALUE("x if every y in [1, 5] { y < 3 }", "undefined");
	VALUE("x if every y in [] { y < 3 }", "true");
	VALUE("x if every y in 1 { y < 3 }", "undefined");
	VALUE("x if every k, v in {\"a\": 1} { k == \"a\"; v == 1 }", "true");
	VALUE("x if { y := 1; not y == 2 }", "true");
	VALUE("x if not [1, 2][_] == 2", "undefined");
}

TEST(not_takes_its_operands_from_outside)
{
	static const struct {
		const char *body, *want;
	} rows[] = {
		{ "not input.b", "true" },
		{ "not input.b == 1", "true" },
		{ "not input.b.c == input.d", "true" },
		{ "not to_number(\"x\")", "true" },
		{ "not input.a[lower(\"A\")]", "true" },
		{ "not [1 | input.b] == [1]", "true" },
		{ "not startswith(input.b, \"a\")", "undefined" },
		{ "not lower(input.b) == \"a\"", "undefined" },
		{ "not is_object(to_number(\"x\"))", "undefined" },
		{ "not 1 / 0 == 1", "undefined" },
		{ "not input.a[input.b]", "undefined" },
		{ "not input.b in [1]", "undefined" },
		{ "not [input.b] == [1]", "undefined" },
		{ "not f(input.b)", "undefined" },
		{ "not f(f(input.a))", "undefined" },
		{ "not f(input.a)", "true" },
		{ "not input.b > 1", "undefined" },
		{ "not startswith(input.b, \"a\") with input as 1",
		    "undefined" },
		{ "y := [2, 1][_]; not y == 2", "true" },
		{ "not startswith([\"a\", \"b\"][_], \"a\")", "true" },
		{ "not [\"a\", \"b\"][_] == \"a\"", "undefined" },
		{ "not every y in input.b { y }", "undefined" },
	};
	char text[200];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "f(y) if y == 2\nx if { %s }",
		    rows[i].body);
		EQ_STR(rego_value(text, "{\"a\": 1}"), rows[i].want);
	}
}

TEST(braces_after_if)
{
	VALUE("x if {1: 2}", "true");
	VALUE("x if {}", "true");
	VALUE("x if {y | y := input.a}", "true");
	VALUE("x if {y | y := 1} == {1}", "true");
	VALUE("x if {false}", "undefined");
	VALUE("x if { false\ntrue }", "undefined");
	VALUE("x := 1 if {false} else := 2", "2");
	VALUE("x if { {1} == {2} }", "undefined");
}

TEST(with_replaces)
{
	VALUE("x := y if y := input.a with input.a as 3", "3");
	VALUE("x := y if y := q with input as 4\nq := input", "4");
	VALUE("x := [y, z] if { y := q with input as 4; z := q with input as "
	      "5 }\nq := input",
	    "[4,5]");
	VALUE("x := y if y := count([1]) with count as 7", "7");
	VALUE("x := y if y := f(1) with f as g\nf(y) := y\ng(y) := y + 1", "2");
	VALUE("x := y if y := data.q.r with data.q as {\"r\": 1}", "1");
	VALUE("q := 1\nx := [y, q] if y := q with data.p.q as 2", "[2,1]");
	VALUE("x contains [i, y] if { i := data.s[_] with data.s as [7, 8]; "
	      "y := [z | z := data.s] }",
	    "[[7,[]],[8,[]]]");
	VALUE("x contains [i, input.a] if { [1, 2][i] > 0 with input as 5 }",
	    "[]");
	VALUE("x if not q with input as 1\nq if input == 2", "true");
}

TEST(references)
{
	VALUE("x := [1, 2][1.0]", "undefined");
	VALUE("x := [1, 2][-1]", "undefined");
	VALUE("x := \"abc\"[0]", "undefined");
	VALUE("x := {1, 2}[2]", "2");
	VALUE("x := {k | {\"a\": 1, \"b\": 2}[k] > 1}", "[\"b\"]");
	VALUE("q.a := 1\nq.b := 2\nx := {k | data.p.q[k]}", "[\"a\",\"b\"]");
	VALUE("f(a) := a\nx := f({\"k\": [7]}).k[0]", "7");
}

TEST(template_strings)
{
	VALUE("x := $\"a {1 + 1} {input.b} {[1, \"c\"]}\"",
	    "\"a 2 <undefined> [1, \\\"c\\\"]\"");
	VALUE("x := $\"{input with input as 7} {{y | y := 1}}\"", "\"7 {1}\"");
	VALUE("x := $\"{y with input as y}{z}\" if { y := 2; z := 3 }",
	    "\"23\"");
	VALUE("x := $\"{[1, 2][_] with input as 1}\"", "eval_conflict_error");
	VALUE("f($\"{y} b\") := 4 if y = \"a\"\nx := f(\"a b\")", "4");
	VALUE("f([z, $\"{y} {z}\"]) := y if y = \"a\"\n"
	      "x := f([1, \"a 1\"])",
	    "\"a\"");
}

TEST(data_and_rules_make_one_document)
{
	struct policy *p =
	    rego_load("package p\nx := data.p.y\nq.r := 2", NULL);
	struct heap *h = policy_begin(p);
	static const char text[] = "{\"p\":{\"y\":5,\"q\":{\"s\":3}}}";
	struct value data;
	struct err e;

	EQ_INT(json_parse(h, text, strlen(text), &data, &e), 0);
	EQ_INT(policy_set_data(p, data, &e), 0);
	EQ_STR(rego_ask(p, "p", NULL),
	    "{\"q\":{\"r\":2,\"s\":3},\"x\":5,\"y\":5}");
	EQ_STR(rego_ask(p, "p.q", NULL), "{\"r\":2,\"s\":3}");
	EQ_STR(rego_ask(p, "p.x", NULL), "5");
	policy_free(p);
}

TEST(a_policy_is_the_same_every_time)
{
	struct policy *p =
	    rego_load("package p\nx contains y if y := input[_]", NULL);
	int i;

	for (i = 0; i < 50; i++)
		EQ_STR(rego_ask(p, "p.x", "[3,2,1]"), "[1,2,3]");
	policy_free(p);
}

TEST(queries)
{
	struct policy *p = rego_load("package p\nx := 3", NULL);
	struct policy_question q = { .query = "y = data.p.x + 1; z = [y]" };
	struct policy_result r;

	policy_begin(p);
	policy_eval(p, &q, &r);
	EQ_INT(r.outcome, POLICY_DEFINED);
	EQ_INT(value_count(r.value), 1);
	q.query = "y = ";
	policy_eval(p, &q, &r);
	EQ_INT(r.outcome, POLICY_FAILED);
	EQ_STR(r.code, "rego_parse_error");
	policy_free(p);
}

struct seen {
	char text[200];
	unsigned int line;
};

static void
on_print(void *ctx, const struct policy_place *place, const char *text,
    size_t len)
{
	struct seen *s = ctx;

	snprintf(s->text + strlen(s->text), sizeof(s->text) - strlen(s->text),
	    "%.*s|", (int)len, text);
	s->line = place->line;
}

TEST(prints)
{
	struct policy *p = rego_load(
	    "package p\nx if {\n\tprint(\"a\", input.b, [1, \"c\"], {2})\n}",
	    NULL);
	struct seen s = { "", 0 };
	struct policy_trace t = { .ctx = &s, .print = on_print };
	struct policy_question q = { .path = "p.x", .trace = &t };
	struct policy_result r;

	policy_begin(p);
	policy_eval(p, &q, &r);
	EQ_INT(r.outcome, POLICY_DEFINED);
	EQ_STR(s.text, "a <undefined> [1, \"c\"] {2}|");
	EQ_INT(s.line, 3);
	policy_free(p);
}

TAP_MAIN
