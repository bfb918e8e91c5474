#include "tests/lib/rego.h"

#define ERROR(text, want) EQ_STR(rego_error("package p\n" text, 2), want)

TEST(unsafe_variables)
{
	ERROR("x if y == 1", "2:6: rego_unsafe_var_error: var y is unsafe");
	ERROR("x := y", "2:6: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if not input.a[y] == y",
	    "2:18: rego_unsafe_var_error: var y is unsafe");
	ERROR("x := [y | true]", "2:7: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if { y = z; z = y }",
	    "2:8: rego_unsafe_var_error: var y is unsafe");
	ERROR("f(y) := z", "2:9: rego_unsafe_var_error: var z is unsafe");
	ERROR("x contains y", "2:12: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if [y] = 1", "2:7: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if [y, 1] = [2]",
	    "2:7: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if {\"a\": y} = {\"b\": 1}",
	    "2:12: rego_unsafe_var_error: var y is unsafe");
	ERROR("x if not f([1][y])\nf(1) := 1",
	    "2:16: rego_unsafe_var_error: var y is unsafe");
}

TEST(functions)
{
	ERROR("x := f(1)", "2:6: rego_type_error: undefined function f");
	ERROR("x := a.b(1)", "2:6: rego_type_error: undefined function a.b");
	ERROR("f(y) := y\nx := f(1, 2)",
	    "3:6: rego_type_error: function call: arity mismatch: 2 arguments "
	    "instead of 1");
	ERROR("x := count()",
	    "2:6: rego_type_error: count: arity mismatch: 0 arguments instead "
	    "of 1");
	ERROR("f(1) := 1\nf(1, 2) := 2",
	    "3:1: rego_type_error: conflicting rules f found");
	OK(strstr(rego_error("package p\nx := http.send({})", POLICY_V1),
	       "builtin http.send is refused") != NULL);
	ERROR("x := any([true])",
	    "2:6: rego_type_error: deprecated builtin function calls in "
	    "expression: any");
}

TEST(recursion)
{
	ERROR("x := y\ny := x",
	    "3:6: rego_recursion_error: rule p.x is recursive: p.x -> p.y -> "
	    "p.x");
	OK(strstr(rego_error("package p\nf(y) := f(y)", POLICY_V1),
	       "rule p.f is recursive") != NULL);
	OK(strstr(rego_error("package p\nx := data.p", POLICY_V1),
	       "is recursive") != NULL);
	OK(strstr(rego_error("package p\nx if data.p[y]", POLICY_V1),
	       "is recursive") != NULL);
	EQ_STR(rego_error("package p\nx if data[y].q.z\nq.z := 1", POLICY_V1),
	    "none");
}

TEST(conflicts)
{
	ERROR("x := 1\nx contains 1",
	    "3:1: rego_type_error: conflicting rules x found");
	ERROR("default x := 1\ndefault x := 2",
	    "3:1: rego_type_error: multiple default rules x found");
	ERROR("x if { y := 1; y := 2 }",
	    "2:16: rego_compile_error: var y assigned or declared above");
	ERROR("x if { y > 1; y := 2 }",
	    "2:15: rego_compile_error: var y referenced above");
}

TEST(input_and_data_are_no_names)
{
	ERROR("input := 1",
	    "2:1: rego_compile_error: rules must not shadow input");
	ERROR("f(data) := 1",
	    "2:3: rego_compile_error: args must not shadow data");
	ERROR("x if { [y, input] := [1, 2] }",
	    "2:12: rego_compile_error: variables must not shadow input");
}

TEST(all_errors_are_told)
{
	static const char text[] = "package p\nx := y\nz := w\n";
	struct policy_module m = { "p.rego", text, sizeof(text) - 1 };
	static struct policy_diags d;
	struct policy *p = NULL;
	struct err e;

	EQ_INT(policy_new(&m, 1, NULL, &p, &d, &e), -1);
	EQ_INT(d.n_errors, 2);
	EQ_INT(d.d[1].line, 3);
	EQ_STR(e.msg, "p.rego:2:6: rego_unsafe_var_error: var y is unsafe");
}

TEST(rules_can_be_listed)
{
	struct policy *p =
	    rego_load("package a.b\ndefault r := 1\ns := 2", NULL);
	bool has_default;

	OK(policy_has_rule(p, "a.b", "r", &has_default) && has_default);
	OK(policy_has_rule(p, "a.b", "s", &has_default) && !has_default);
	OK(!policy_has_rule(p, "a", "r", NULL));
	policy_free(p);
}

TAP_MAIN
