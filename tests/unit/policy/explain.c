#include "policy/explain.h"
#include "tests/lib/rego.h"

/* The reason for which `rules` deny request R with this input. */
static const char *
reason(const char *rules, const char *input, bool secrets)
{
	static struct buf out;
	char module[4096];
	struct policy_question q = { .path = "agent_policy.R" };
	struct policy_result r;
	struct policy *p;
	struct err e;

	snprintf(module, sizeof(module), "package agent_policy\n%s\n", rules);
	p = rego_load(module, NULL);
	if (json_parse(policy_begin(p), input, strlen(input), &q.input, &e) < 0)
		tap_fail(__FILE__, __LINE__, e.msg);
	policy_eval(p, &q, &r);
	OK(!explain_allowed(&r));
	buf_release(&out);
	buf_init(&out, EXPLAIN_MAX);
	explain_denial(p, &q, &r, secrets, &out);
	policy_free(p);
	return buf_str(&out);
}

TEST(names_the_comparison)
{
	EQ_STR(reason("default R := false\nR if {\n\tinput.a == \"x\"\n}",
		   "{\"a\":\"y\"}", false),
	    "p.rego:4: R: `input.a == \"x\"`: request \"y\" is not policy "
	    "\"x\"");
	EQ_STR(reason("R if input.n < 3", "{\"n\":4}", false),
	    "p.rego:2: R: `input.n < 3`: not 4 < 3");
	EQ_STR(reason("R if input.n", "{}", false),
	    "p.rego:2: R: `input.n`: there is no member policy \"n\"");
	EQ_STR(reason("R if not input.n", "{\"n\":1}", false),
	    "p.rego:2: R: `not input.n`: it holds");
	EQ_STR(
	    reason("R if { some x in input.l; x == 1 }", "{\"l\":[]}", false),
	    "p.rego:2: R: `some x in input.l; x == 1 }`: there are none");
}

TEST(follows_calls_to_the_closest_candidate)
{
	EQ_STR(reason("R if {\n\tsome c in [{\"a\":1,\"b\":1},"
		      "{\"a\":2,\"b\":2}]\n\tallow(c)\n}\n"
		      "allow(c) if {\n\tc.a == input.a\n\tc.b == input.b\n}",
		   "{\"a\":2,\"b\":3}", false),
	    "p.rego:8: allow: `c.b == input.b`: 2 is not 3 (in R:4)");
}

TEST(shows_where_collections_differ)
{
	EQ_STR(reason("R if input.a == {\"k\": [1, {\"z\": 2}]}",
		   "{\"a\":{\"k\":[1,{\"z\":3}]}}", false),
	    "p.rego:2: R: `input.a == {\"k\": [1, {\"z\": 2}]}`: at "
	    "\"k\".1.\"z\" 3 is not 2");
}

TEST(withholds_the_environment)
{
	static const char rules[] = "R if input.process.Args[0] == \"ls\"";
	static const char input[] =
	    "{\"process\":{\"Args\":[\"hunter2\"],\"Env\":[\"K=hunter2\"]}}";

	OK(strstr(reason(rules, input, false), "hunter2") == NULL);
	OK(strstr(reason(rules, input, true), "hunter2") != NULL);
}

TEST(other_denials)
{
	EQ_STR(reason("default R := false", "{}", false),
	    "the policy says no and has no rule that could allow it");
	EQ_STR(reason("S := true", "{}", false), "no rule decides it");
	EQ_STR(reason("R := {\"allowed\": false}", "{}", false),
	    "the policy's answer is policy {\"allowed\": false}");
	EQ_STR(reason("R := 1\nR := 2 if true", "{}", false),
	    "p.rego:3: eval_conflict_error: complete rules must not produce "
	    "multiple outputs");
}

TEST(is_short_and_clean)
{
	static char input[20000];
	size_t n = (size_t)snprintf(input, sizeof(input), "{\"a\":\"\\u0001");

	memset(input + n, 'x', 10000);
	strcpy(input + n + 10000, "\"}");
	OK(strlen(reason("R if input.a == \"b\"", input, false)) < 400);
}

TAP_MAIN
