#include "policy/json.h"
#include "tests/lib/tap.h"

static struct budget budget;
static struct heap heap;
static struct err error;

static int
parse(const char *s, struct value *ret)
{
	struct heap_key key = { 5, 6 };

	heap_release(&heap);
	budget_init(&budget, 1000000000, 100);
	heap_init(&heap, 64 << 20, key, &budget);
	return json_parse(&heap, s, strlen(s), ret, &error);
}

/* Read and written again. */
static const char *
again(const char *s)
{
	static struct buf out;
	struct value v;

	if (parse(s, &v) != 0)
		return error.msg;
	buf_release(&out);
	buf_init(&out, 1 << 20);
	json_write(&out, v, 0);
	return buf_str(&out);
}

TEST(values)
{
	EQ_STR(again(" null "), "null");
	EQ_STR(again("[ ]"), "[]");
	EQ_STR(again("{ }"), "{}");
	EQ_STR(again("[1,\n\t2.50 , -3e2]"), "[1,2.50,-3e2]");
	EQ_STR(again("{\"b\":[{}],\"a\":{\"c\":true}}"),
	    "{\"a\":{\"c\":true},\"b\":[{}]}");
	EQ_STR(again("{\"a\":1,\"a\":2}"), "{\"a\":2}");
	EQ_STR(again("18446744073709551615"), "18446744073709551615");
	heap_release(&heap);
}

TEST(strings)
{
	EQ_STR(again("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	EQ_STR(again("\"\\u00e9\\u65e5\""), "\"\303\251\346\227\245\"");
	EQ_STR(again("\"\\ud83d\\ude00\""), "\"\360\237\230\200\"");
	EQ_STR(again("\"\\ud83dx\""), "\"\357\277\275x\"");
	EQ_STR(again("\"\\ude00\\ud83d\\u0041\""),
	    "\"\357\277\275\357\277\275A\"");
	EQ_STR(again("\"\\u0000\""), "\"\\u0000\"");
	EQ_STR(again("\"<&>\""), "\"<&>\"");
	heap_release(&heap);
}

TEST(refusals)
{
	static const char *const rows[] = { "", " ", "nul", "truee", "[1",
		"[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}",
		"\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "01",
		"1.", "-", "+1", "1 2", "[1 2]", "{\"a\" 1}", "'a'", "]", "[1}",
		"{\"a\":1]", "\"\377\"", "\357\273\277null", "NaN" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value v;

		EQ_INT(parse(rows[i], &v), -1);
		EQ_INT(error.code, ERR_SYNTAX);
		EQ_INT(budget_hit(&budget), BUDGET_OK);
	}
	EQ_STR(again("[1,\n 2,\n x]"), "JSON, line 3, column 2: not a number");
	heap_release(&heap);
}

TEST(nesting_ends_at_its_limit)
{
	static char s[2 * VALUE_DEPTH_MAX + 3];
	struct value v;

	memset(s, '[', VALUE_DEPTH_MAX);
	memset(s + VALUE_DEPTH_MAX, ']', VALUE_DEPTH_MAX);
	EQ_INT(parse(s, &v), 0);
	memset(s, '[', VALUE_DEPTH_MAX + 1);
	memset(s + VALUE_DEPTH_MAX + 1, ']', VALUE_DEPTH_MAX + 1);
	EQ_INT(parse(s, &v), -1);
	EQ_INT(error.code, ERR_LIMIT);
	EQ_INT(budget_hit(&budget), BUDGET_DEPTH);
	heap_release(&heap);
}

TEST(writing)
{
	struct buf b;
	struct value v, prefix, indent;

	EQ_INT(parse("{\"a\":[1,{}],\"<\":\"\342\200\250\"}", &v), 0);
	prefix = value_cstring(&heap, ">");
	indent = value_cstring(&heap, "..");
	buf_init(&b, 1000);
	json_write(&b, v, JSON_HTML);
	EQ_STR(buf_str(&b), "{\"\\u003c\":\"\\u2028\",\"a\":[1,{}]}");
	buf_clear(&b);
	json_write_term(&b, v);
	EQ_STR(buf_str(&b), "{\"<\": \"\\u2028\", \"a\": [1, {}]}");
	buf_clear(&b);
	json_write_indent(&b, value_get_str(v, "a", 1), 0, prefix, indent);
	EQ_STR(buf_str(&b), "[\n>..1,\n>..{}\n>]");
	buf_release(&b);
	buf_init(&b, 5);
	json_write(&b, v, 0);
	OK(buf_bad(&b));
	buf_release(&b);
	heap_release(&heap);
}

TAP_MAIN
