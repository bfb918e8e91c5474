#include "tests/lib/rego.h"

#define V1(text) EQ_STR(rego_error(text, POLICY_V1), "none")
#define V0(text) EQ_STR(rego_error(text, POLICY_V0), "none")
#define V1_NOT(text, error) EQ_STR(rego_error(text, POLICY_V1), error)

static enum policy_dialect
dialect(const char *text)
{
	struct policy *p = rego_load(text, NULL);
	enum policy_dialect d = policy_dialect_of(p, 0);

	policy_free(p);
	return d;
}

TEST(both_dialects)
{
	V1("package p\nx if input.a\ny contains 1\nz := 1 if { true }");
	V0("package p\nx { input.a }\ny[1]\nz = 1 { true } { false }");
	V0("package p\nin := 1\nevery := in\nif = 2");
	V0("package p\nimport future.keywords\nx if { every y in [1] { y } }");
	V0("package p\nimport rego.v1\nx if 1 in [1]");
}

TEST(chooses_the_dialect_of_a_module)
{
	EQ_INT(dialect("package p\nx := 1"), POLICY_V1);
	EQ_INT(dialect("package p\nx if true"), POLICY_V1);
	EQ_INT(dialect("package p\nx { true }"), POLICY_V0);
	EQ_INT(dialect("package p\nx[1]"), POLICY_V0);
	EQ_INT(dialect("package p\nx := in { in := 1 }"), POLICY_V0);
	EQ_INT(dialect("package p\nx := any([true])"), POLICY_V0);
	EQ_INT(dialect("package p\nany(y) := y\nx := any([true])"), POLICY_V1);
}

TEST(text_that_neither_dialect_has)
{
	EQ_STR(rego_error("package p\nx := {", POLICY_AUTO),
	    "2:7: rego_parse_error: unexpected end of text: expected a term");
	EQ_STR(rego_error("package p\nx { y := }", POLICY_AUTO),
	    "2:10: rego_parse_error: unexpected '}': expected a term");
	V1_NOT("", "1:1: rego_parse_error: unexpected end of text: expected "
		   "package");
	V1_NOT("package p\nx { true }",
	    "2:3: rego_parse_error: `if` is required before a rule's body");
	V1_NOT("package p\nx if { ; }",
	    "2:10: rego_parse_error: a body must not be empty");
	V1_NOT("package p\nx := 01",
	    "2:6: rego_parse_error: a number with a leading zero");
	V1_NOT("package p\nx := \"a\nb\"",
	    "2:6: rego_parse_error: a control character in a string");
	V1_NOT("package p\nx := `a",
	    "2:6: rego_parse_error: a raw string without an end");
	V1_NOT("package p\nx := \"\\q\"",
	    "2:6: rego_parse_error: an escape that JSON does not know");
}

TEST(nesting_is_bounded)
{
	static char text[2000];
	int i, n;

	for (n = 100; n <= 400; n += 300) {
		strcpy(text, "package p\nx := ");
		for (i = 0; i < n; i++)
			strcat(text, "[");
		strcat(text, "y");
		for (i = 0; i < n; i++)
			strcat(text, "]");
		strcat(text, "\ny := 1");
		OK((strstr(rego_error(text, POLICY_V1),
			"nested deeper than 256 levels") != NULL) ==
		    (n == 400));
	}
}

TEST(composites_and_comprehensions)
{
	EQ_STR(rego_value("x := {1 | 1 == 1}", NULL), "[1]");
	EQ_STR(rego_value("x := {\"a\": 1 | true}", NULL), "{\"a\":1}");
	EQ_STR(rego_value("x := [y | y := [1, 2][_]]", NULL), "[1,2]");
	EQ_STR(rego_value("x := {\n1,\n2,\n}", NULL), "[1,2]");
	EQ_STR(rego_value("x := {}", NULL), "{}");
	EQ_STR(rego_value("x := set()", NULL), "[]");
	EQ_STR(rego_value("x := ({1} | {2}) | {3}", NULL), "[1,2,3]");
	EQ_STR(rego_value("x if {y | y := 1} == {1}", NULL), "true");
	EQ_STR(rego_value("x := [1, 2][1]", NULL), "2");
	EQ_STR(rego_value("x := {\"a\": [3]}.a[0]", NULL), "3");
}

TEST(precedence)
{
	EQ_STR(rego_value("x := 1 + 2 * 3 - 4 / 2", NULL), "5");
	EQ_STR(rego_value("x := 7 - 2 - 1", NULL), "4");
	EQ_STR(rego_value("x := 1 + 1 == 2", NULL), "true");
	EQ_STR(rego_value("x := {1} | {2} & {3}", NULL), "[1]");
	EQ_STR(rego_value("x := -1 - -2", NULL), "1");
	EQ_STR(rego_value("x := 2 in [1, 2]", NULL), "true");
	EQ_STR(rego_value("x := [1, 2 in [2]]", NULL), "[1,true]");
	EQ_STR(rego_value("x if (0, 1 in [1])", NULL), "true");
}

TEST(strings)
{
	EQ_STR(rego_value("x := \"\\u00e9\\ud83d\\ude00\\n\"", NULL),
	    "\"\xc3\xa9\xf0\x9f\x98\x80\\n\"");
	EQ_STR(rego_value("x := `a\\n\"`", NULL), "\"a\\\\n\\\"\"");
	EQ_STR(rego_value("x := $\"a{1 + 1}b\\{c\"", NULL), "\"a2b{c\"");
	EQ_STR(rego_value("x := $`{$\"{input.q}\"}`", NULL), "\"<undefined>\"");
}

TEST(a_space_before_arguments)
{
	EQ_STR(rego_value("x if { print (\"a\", 1); count ([1]) == 1 }", NULL),
	    "true");
}

TEST(keywords_as_names)
{
	EQ_STR(rego_value("if.a := 1\nx := data.p.if.a", NULL), "1");
	EQ_STR(rego_value("not.a := 1\nx if not.a == 1", NULL), "true");
	EQ_STR(rego_value("x := contains(\"abc\", \"b\")", NULL), "true");
	EQ_STR(rego_value("x := input.type.default", "{\"type\":"
						     "{\"default\":2}}"),
	    "2");
}

TAP_MAIN
