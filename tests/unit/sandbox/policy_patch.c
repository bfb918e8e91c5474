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

/* RFC 6902, appendix A, and what Kata's policies do. */
TEST(does_the_six_operations)
{
	static const struct {
		const char *doc, *ops, *want;
	} rows[] = {
		{ "{\"foo\":\"bar\"}",
		    "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
		    "{\"baz\":\"qux\",\"foo\":\"bar\"}" },
		{ "{\"foo\":[\"bar\",\"baz\"]}",
		    "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
		    "{\"foo\":[\"bar\",\"qux\",\"baz\"]}" },
		{ "{\"baz\":\"qux\",\"foo\":\"bar\"}",
		    "[{\"op\":\"remove\",\"path\":\"/baz\"}]",
		    "{\"foo\":\"bar\"}" },
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
		{ "{\"a\":[1]}",
		    "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"}]",
		    "{\"a\":[1],\"b\":[1]}" },
		{ "{\"a\":1}",
		    "[{\"op\":\"add\",\"path\":\"\",\"value\":{\"b\":2}}]",
		    "{\"b\":2}" },
		{ "{\"a\":{\"\":1}}", "[{\"op\":\"remove\",\"path\":\"/a/\"}]",
		    "{\"a\":{}}" },
		{ "{\"pstate\":{}}",
		    "[{\"op\":\"add\",\"path\":\"/pstate/c1\",\"value\":0},"
		    "{\"op\":\"add\",\"path\":\"/pstate/c1\",\"value\":1}]",
		    "{\"pstate\":{\"c1\":1}}" },
		{ "{}", "[]", "{}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_STR(patch(rows[i].doc, rows[i].ops), rows[i].want);
}

TEST(refuses_what_does_not_fit)
{
	static const struct {
		const char *ops;
		enum err_code code;
	} rows[] = {
		{ "{}", ERR_SYNTAX },
		{ "[1]", ERR_SYNTAX },
		{ "[{}]", ERR_SYNTAX },
		{ "[{\"op\":1}]", ERR_SYNTAX },
		{ "[{\"op\":\"add\"}]", ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"/x\"}]", ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"x\",\"value\":1}]", ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"/~2\",\"value\":1}]",
		    ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"/~\",\"value\":1}]",
		    ERR_SYNTAX },
		{ "[{\"op\":\"grow\",\"path\":\"/a\",\"value\":1}]",
		    ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"/x/y\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"add\",\"path\":\"/s/y\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"remove\",\"path\":\"/x\"}]", ERR_NOT_FOUND },
		{ "[{\"op\":\"remove\",\"path\":\"\"}]", ERR_SYNTAX },
		{ "[{\"op\":\"replace\",\"path\":\"/x\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"add\",\"path\":\"/l/3\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"add\",\"path\":\"/l/01\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"add\",\"path\":\"/l/x\",\"value\":1}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"remove\",\"path\":\"/l/-\"}]", ERR_NOT_FOUND },
		{ "[{\"op\":\"remove\",\"path\":\"/l/2\"}]", ERR_NOT_FOUND },
		{ "[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"b\"}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"move\",\"path\":\"/s\"}]", ERR_SYNTAX },
		{ "[{\"op\":\"move\",\"from\":\"/x\",\"path\":\"/s\"}]",
		    ERR_NOT_FOUND },
		{ "[{\"op\":\"move\",\"from\":\"/o\",\"path\":\"/o/p\"}]",
		    ERR_SYNTAX },
		{ "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/o\"}]",
		    ERR_SYNTAX },
		{ "[{\"op\":\"add\",\"path\":\"/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/"
		  "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a\",\"value\":1}]",
		    ERR_LIMIT },
		/* The first one would fit. */
		{ "[{\"op\":\"add\",\"path\":\"/x\",\"value\":1},"
		  "{\"op\":\"remove\",\"path\":\"/y\"}]",
		    ERR_NOT_FOUND },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got =
		    patch("{\"s\":\"a\",\"l\":[1,2],\"o\":{}}", rows[i].ops);

		if (*got != '\0' || e.code != rows[i].code)
			EQ_STR(rows[i].ops, *got != '\0' ? got : e.msg);
	}
}

TAP_MAIN
