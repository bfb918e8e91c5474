#include "measurements/out/json_out.h"
#include "tests/lib/tap.h"

static struct buf b;
static struct json_out j;

static void
start(void)
{
	buf_release(&b);
	buf_init(&b, 4096);
	json_out_init(&j, &b);
}

static void
expect_string(const char *s, const char *json)
{
	char all[256];

	start();
	json_out_array(&j, NULL);
	json_out_string(&j, NULL, s);
	json_out_end(&j);
	snprintf(all, sizeof(all), "[\n  %s\n]\n", json);
	EQ_STR(buf_str(&b), all);
	buf_release(&b);
}

TEST(writes_truth_values)
{
	start();
	json_out_array(&j, NULL);
	json_out_bool(&j, NULL, true);
	json_out_bool(&j, NULL, false);
	json_out_end(&j);
	EQ_STR(buf_str(&b), "[\n  true,\n  false\n]\n");
	buf_release(&b);
}

TEST(writes_nested_values)
{
	start();
	json_out_object(&j, NULL);
	json_out_string(&j, "a", "x");
	json_out_number(&j, "b", UINT64_MAX);
	json_out_array(&j, "c");
	json_out_number(&j, NULL, 0);
	json_out_object(&j, NULL);
	json_out_end(&j);
	json_out_array(&j, NULL);
	json_out_end(&j);
	json_out_end(&j);
	json_out_null(&j, "d");
	json_out_string(&j, "e", NULL);
	json_out_hex(&j, "f", (const uint8_t *)"\x00\xfe", 2);
	json_out_hex(&j, "g", NULL, 0);
	json_out_end(&j);
	EQ_STR(buf_str(&b), "{\n"
			    "  \"a\": \"x\",\n"
			    "  \"b\": 18446744073709551615,\n"
			    "  \"c\": [\n"
			    "    0,\n"
			    "    {},\n"
			    "    []\n"
			    "  ],\n"
			    "  \"d\": null,\n"
			    "  \"e\": null,\n"
			    "  \"f\": \"00fe\",\n"
			    "  \"g\": \"\"\n"
			    "}\n");
	buf_release(&b);
}

TEST(escapes_what_json_asks_for)
{
	expect_string("", "\"\"");
	expect_string("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	expect_string("\n\t\r\x01\x1f\x7f",
	    "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\"");
	expect_string("\"key\"", "\"\\\"key\\\"\"");
}

TEST(keeps_well_formed_utf8)
{
	expect_string("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
	    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	expect_string("\xed\x9f\xbf\xee\x80\x80",
	    "\"\xed\x9f\xbf\xee\x80\x80\"");
	expect_string("\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"");
}

TEST(replaces_what_is_not_utf8)
{
	expect_string("\x80", "\"\\ufffd\"");
	expect_string("\xc0\xaf", "\"\\ufffd\\ufffd\""); /* overlong */
	expect_string("\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\"");
	expect_string("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""); /* half */
	expect_string("\xf4\x90\x80\x80",
	    "\"\\ufffd\\ufffd\\ufffd\\ufffd\""); /* beyond U+10FFFF */
	expect_string("\xf5", "\"\\ufffd\"");
	expect_string("\xff", "\"\\ufffd\"");
	expect_string("a\xc3", "\"a\\ufffd\"");
	expect_string("\xe2\x82", "\"\\ufffd\\ufffd\"");
	expect_string("\xf0\x9f\x98", "\"\\ufffd\\ufffd\\ufffd\"");
}

TEST(a_full_buffer_shows)
{
	buf_init(&b, 8);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_hex(&j, "digest", (const uint8_t *)"\x01\x02", 2);
	json_out_end(&j);
	OK(buf_bad(&b));
	buf_release(&b);
}

TAP_MAIN
