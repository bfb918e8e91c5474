#include "sandbox/policy_patch.h"
#include "policy/json.h"
#include "tests/lib/tap.h"

static struct err e;

/* The document after the patch, as JSON; "" when it is refused. */
static const char *
patch(const char *doc, const char *ops)
{
	static struct buf b;
	struct heap_key key = { 1, 2 };
	struct budget budget;
	struct heap h;
	struct value d, o, v;

	budget_init(&budget, QUERY_STEPS_MAX, QUERY_DEPTH_MAX);
	heap_init(&h, QUERY_MEMORY_MAX, key, &budget);
	buf_release(&b);
	buf_init(&b, 65536);
	OK(json_parse(&h, doc, strlen(doc), &d, &e) == 0);
	OK(json_parse(&h, ops, strlen(ops), &o, &e) == 0);
	if (policy_patch(&h, d, o, &v, &e) == 0)
		json_write(&b, v, 0);
	heap_release(&h);
	return buf_str(&b);
}

static const struct {
	const char *doc, *ops, *want;
} operations[] = {
	{ "{\"foo\":\"bar\"}",
	    "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
	    "{\"baz\":\"qux\",\"foo\":\"bar\"}" },
	{ "{\"foo\":[\"bar\",\"baz\"]}",
	    "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
	    "{\"foo\":[\"bar\",\"qux\",\"baz\"]}" },
	{ "{\"baz\":\"qux\",\"foo\":\"bar\"}",
	    "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}" },
	{ "{\"foo\":[\"bar\",\"qux\",\"baz\"]}",
	    "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]",
	    "{\"foo\":[\"bar\",\"baz\"]}" },
	{ "{\"baz\":\"qux\",\"foo\":\"bar\"}",
	    "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":1}]",
	    "{\"baz\":1,\"foo\":\"bar\"}" },
	{ "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},"
	  "\"qux\":{\"corge\":\"grault\"}}",
	    "[{\"op\":\"move\",\"from\":\"/foo/waldo\","
	    "\"path\":\"/qux/thud\"}]",
	    "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\","
	    "\"thud\":\"fred\"}}" },
	{ "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}",
	    "[{\"op\":\"move\",\"from\":\"/foo/1\","
	    "\"path\":\"/foo/3\"}]",
	    "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}" },
	{ "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
	    "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},"
	    "{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]",
	    "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}" },
	{ "{\"foo\":\"bar\"}",
	    "[{\"op\":\"add\",\"path\":\"/child\","
	    "\"value\":{\"grandchild\":{}}}]",
	    "{\"child\":{\"grandchild\":{}},\"foo\":\"bar\"}" },
	{ "{\"/\":9,\"~1\":10}",
	    "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10},"
	    "{\"op\":\"replace\",\"path\":\"/~1\",\"value\":0}]",
	    "{\"/\":0,\"~1\":10}" },
	{ "{\"foo\":[\"bar\"]}",
	    "[{\"op\":\"add\",\"path\":\"/foo/-\","
	    "\"value\":[\"abc\",\"def\"]}]",
	    "{\"foo\":[\"bar\",[\"abc\",\"def\"]]}" },
	{ "{\"a\":[1]}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"}]",
	    "{\"a\":[1],\"b\":[1]}" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"\",\"value\":{\"b\":2}}]",
	    "{\"b\":2}" },
	{ "{\"a\":{\"\":1}}", "[{\"op\":\"remove\",\"path\":\"/a/\"}]",
	    "{\"a\":{}}" },
	{ "{\"pstate\":{}}",
	    "[{\"op\":\"add\",\"path\":\"/pstate/c1\",\"value\":0},"
	    "{\"op\":\"add\",\"path\":\"/pstate/c1\",\"value\":1}]",
	    "{\"pstate\":{\"c1\":1}}" },
	{ "{}", "[]", "{}" },
};

/* RFC 6902, appendix A, and what Kata's policies do. */
TEST(does_the_six_operations)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		EQ_STR(patch(operations[i].doc, operations[i].ops),
		    operations[i].want);
}

TEST(refuses_what_does_not_fit)
{
	static const char *const rows[] = {
		"{}",
		"[1]",
		"[{}]",
		"[{\"op\":1}]",
		"[{\"op\":\"add\"}]",
		"[{\"op\":\"add\",\"path\":\"/x\"}]",
		"[{\"op\":\"add\",\"path\":\"x\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/~2\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/~\",\"value\":1}]",
		"[{\"op\":\"grow\",\"path\":\"/a\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/x/y\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/s/y\",\"value\":1}]",
		"[{\"op\":\"remove\",\"path\":\"/x\"}]",
		"[{\"op\":\"remove\",\"path\":\"\"}]",
		"[{\"op\":\"replace\",\"path\":\"/x\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/l/3\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/l/01\",\"value\":1}]",
		"[{\"op\":\"add\",\"path\":\"/l/x\",\"value\":1}]",
		"[{\"op\":\"remove\",\"path\":\"/l/-\"}]",
		"[{\"op\":\"remove\",\"path\":\"/l/2\"}]",
		"[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"b\"}]",
		"[{\"op\":\"move\",\"path\":\"/s\"}]",
		"[{\"op\":\"move\",\"from\":\"/x\",\"path\":\"/s\"}]",
		"[{\"op\":\"move\",\"from\":\"/o\",\"path\":\"/o/p\"}]",
		"[{\"op\":\"move\",\"from\":\"\",\"path\":\"/o\"}]",
		"[{\"op\":\"add\",\"path\":\"/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/"
		"a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a\",\"value\":1}]",
		/* The first one would fit. */
		"[{\"op\":\"add\",\"path\":\"/x\",\"value\":1},"
		"{\"op\":\"remove\",\"path\":\"/y\"}]",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got =
		    patch("{\"s\":\"a\",\"l\":[1,2],\"o\":{}}", rows[i]);

		if (*got != '\0')
			EQ_STR(rows[i], got);
	}
}

TEST(refuses_paths_that_json_patch_would_read_and_others_not)
{
	static const char *const paths[] = { "s", "//s", "/~", "/~2", "/~~0",
		"///" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char ops[128];

		snprintf(ops, sizeof(ops),
		    "[{\"op\":\"add\",\"path\":\"%s\",\"value\":1}]", paths[i]);
		EQ_STR(patch("{\"s\":1}", ops), "");
		EQ_INT(e.code, ERR_SYNTAX);
		snprintf(ops, sizeof(ops),
		    "[{\"op\":\"copy\",\"from\":\"%s\",\"path\":\"/x\"}]",
		    paths[i]);
		EQ_STR(patch("{\"s\":1}", ops), "");
		EQ_INT(e.code, ERR_SYNTAX);
	}
	EQ_STR(patch("{\"s\":1}", "[{\"op\":\"remove\",\"path\":[\"s\"]}]"),
	    "");
	EQ_STR(patch("{}", "[{\"op\":\"remove\",\"path\":\"/s\"}]"), "");
	EQ_STR(e.msg, "remove '/s': patch: no such member");
}

TAP_MAIN
