#include "codec/toml_string.h"
#include "tests/lib/tap.h"

struct row {
	const char *in;
	const char *out; /* NULL: refused */
	size_t rest;     /* bytes behind the string */
};

static const struct row rows[] = {
	{ "\"\"", "", 0 },
	{ "''x", "", 1 },
	{ "\"a b\" # c", "a b", 4 },
	{ "'C:\\x'", "C:\\x", 0 },
	{ "\"\\b\\t\\n\\f\\r\\\"\\\\\"", "\b\t\n\f\r\"\\", 0 },
	{ "\"\\u00e9\\U0001F600\"", "\xc3\xa9\xf0\x9f\x98\x80", 0 },
	{ "\"a\tb\"", "a\tb", 0 },
	{ "\"a", NULL, 0 },
	{ "\"", NULL, 0 },
	{ "\"a\nb\"", NULL, 0 },
	{ "'a\nb'", NULL, 0 },
	{ "'a\rb'", NULL, 0 },
	{ "\"a\x01z\"", NULL, 0 },
	{ "\"a\x7fz\"", NULL, 0 },
	{ "\"\\e\"", NULL, 0 },
	{ "\"\\x41\"", NULL, 0 },
	{ "\"\\u12\"", NULL, 0 },
	{ "\"\\uD800\"", NULL, 0 },
	{ "\"\\U00110000\"", NULL, 0 },
	{ "\"\\\nx\"", NULL, 0 },
	{ "\"\\", NULL, 0 },
	{ "\"\"\"\"\"\"", "", 0 },
	{ "''''''", "", 0 },
	{ "\"\"\"\na\nb\"\"\" ", "a\nb", 1 },
	{ "\"\"\"\r\na\r\nb\r\n\"\"\"", "a\nb\n", 0 },
	{ "'''\na\\b\r\nc'''", "a\\b\nc", 0 },
	{ "\"\"\"a\\\n   \n\t b\"\"\"", "ab", 0 },
	{ "\"\"\"a\\  \r\n b\"\"\"", "ab", 0 },
	{ "\"\"\"a\\  b\"\"\"", NULL, 0 },
	{ "\"\"\"\"a\"\"\"", "\"a", 0 },
	{ "\"\"\"a\"\"\"\"", "a\"", 0 },
	{ "\"\"\"a\"\"\"\"\"", "a\"\"", 0 },
	{ "\"\"\"a\"\"\"\"\"\"", "a\"\"", 1 },
	{ "'''a'''''", "a''", 0 },
	{ "\"\"\"a\\\"\"\"b\"\"\"", "a\"\"\"b", 0 },
	{ "\"\"\"a\"\"b\"\"\"", "a\"\"b", 0 },
	{ "\"\"\"a\"\"", NULL, 0 },
	{ "'''a\rb'''", NULL, 0 },
	{ "\"\"\"a\\", NULL, 0 },
};

TEST(reads_the_four_kinds)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].in);
		char *s = malloc(len);
		const char *p = s;
		struct toml_text t;
		struct arena a;
		uint32_t line = 1;
		const char *why;

		memcpy(s, rows[i].in, len);
		arena_init(&a, 65536);
		why = toml_string_read(&p, s + len, false, &line, &a, &t);
		if ((why == NULL) != (rows[i].out != NULL))
			EQ_STR(rows[i].in, why);
		if (why == NULL) {
			EQ_INT(t.len, strlen(rows[i].out));
			EQ_MEM(t.s, rows[i].out, t.len);
			EQ_INT(s + len - p, rows[i].rest);
		}
		arena_release(&a);
		free(s);
	}
}

TEST(what_stands_for_itself_is_not_copied)
{
	const char *s = "'''\nline 2\nline 3'''", *p = s;
	struct toml_text t;
	struct arena a;
	uint32_t line = 1;

	arena_init(&a, 1);
	OK(toml_string_read(&p, s + strlen(s), false, &line, &a, &t) == NULL);
	OK(t.s == s + 4);
	EQ_INT(t.len, 13);
	EQ_INT(line, 3);
	p = "\"\\n\"";
	EQ_STR(toml_string_read(&p, p + 4, false, &line, &a, &t),
	    "the document needs too much memory");
	p = "'''a'''";
	EQ_STR(toml_string_read(&p, p + 7, true, &line, &a, &t),
	    "a key is on more than one line");
}

TAP_MAIN
