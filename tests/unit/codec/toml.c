#include "codec/toml.h"
#include "tests/lib/tap.h"

static struct arena arena;

/* The document's tree, or NULL with the error's text in text. */
static const struct toml_node *
parse(const char *s, char text[256])
{
	const struct toml_node *root;
	struct err e;

	arena_release(&arena);
	arena_init(&arena, 16 * 1024 * 1024);
	if (toml_parse(s, strlen(s), &arena, &root, &e) == 0)
		return root;
	snprintf(text, 256, "%s", e.msg);
	return NULL;
}

static const struct toml_node *
good(const char *s)
{
	char text[256];
	const struct toml_node *root = parse(s, text);

	if (root == NULL)
		EQ_STR(s, text);
	return root;
}

TEST(reads_tables_arrays_and_dotted_keys)
{
	const struct toml_node *root =
	    good("a.b = 1\na.c.d = 'x'\n[t]\nk = [1, [2, 3], {x = 4}]\n"
		 "[t.u.v]\nz = true\n[[list]]\nn = 1\n[[list]]\nn = 2\n"
		 "[list.sub]\nm = 3\n[t.u]\nw = 1979-05-27\n");
	const struct toml_node *n;

	EQ_INT(toml_get(toml_get(root, "a"), "b")->u.i, 1);
	OK(toml_is(toml_get(toml_get(toml_get(root, "a"), "c"), "d"), "x"));
	n = toml_get(toml_get(root, "t"), "k");
	EQ_INT(n->type, TOML_ARRAY);
	EQ_INT(n->line, 4);
	n = n->u.list.first;
	EQ_INT(n->u.i, 1);
	EQ_INT(n->next->u.list.first->next->u.i, 3);
	EQ_INT(toml_get(n->next->next, "x")->u.i, 4);
	OK(n->next->next->next == NULL);
	n = toml_get(root, "list");
	EQ_INT(toml_get(n->u.list.first, "n")->u.i, 1);
	n = n->u.list.first->next;
	EQ_INT(toml_get(n, "n")->u.i, 2);
	EQ_INT(toml_get(toml_get(n, "sub"), "m")->u.i, 3);
	n = toml_get(toml_get(root, "t"), "u");
	EQ_INT(toml_get(n, "w")->type, TOML_DATETIME);
	OK(toml_get(toml_get(n, "v"), "z")->u.b);
	OK(toml_get(n, "nothing") == NULL);
	OK(toml_get(toml_get(n, "w"), "x") == NULL);
	OK(!toml_is(toml_get(n, "w"), "1979-05-27"));
	OK(!toml_is(NULL, ""));
}

TEST(reads_documents_that_look_odd)
{
	static const char *const rows[] = { "", "\n", "\r\n", "# c", "a=1",
		" a = 1 ", "\t[ a . b ]\t# c", "1234 = 1", "- = 1", "'' = 1",
		"\"\" = 1", "a = {}", "a = { }", "a = []", "a = [\n]",
		"a = [[[]]]", "a = [1,]", "a = [1\n,\n# c\n2\n]",
		"a = [{b=1},{b=1}]", "a = {b={c={d=1}}}", "[a.b]\n[a]",
		"[a.b.c]\n[a.b]\n[a]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
		"[[a.b]]\n[a]", "[a]\nb.c=1\n[a.b.d]", "a.b=1\n[a.c]",
		"[a.b]\n[a.c]\n[a.b.d]", "[[a]]\n[[a.b]]\n[[a.b]]",
		"true = 1\ninf = 2\n1979-05-27 = 3", "3.14159 = 'pi'" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		good(rows[i]);
}

TEST(refuses_what_the_specification_does_not_allow)
{
	static const char *const rows[] = { "a", "a =", "= 1", "a = 1 b = 2",
		"a = 1\ra = 2", "a b = 1", "a. = 1", ".a = 1", "a..b = 1", "[a",
		"[]", "[a.]", "[.a]", "[a]]", "[[a]", "[ [a]]", "[a] b = 1",
		"a = 1\na = 2", "a = 1\n'a' = 2", "[a]\n[a]", "a = 1\n[a]",
		"a = 1\na.b = 2", "a.b = 1\na = 2", "a.b = 1\n[a]",
		"[a]\nb.c = 1\n[a.b]", "[a.b]\n[a]\nb.c = 1",
		"[a.b.c]\n[a]\nb.d = 1", "a = {}\n[a.b]", "a = {}\na.b = 1",
		"a = {b.c=1}\n[a.b]", "a = {b={c=1}}\na.b.d = 1",
		"a = []\n[[a]]", "a = [{}]\n[[a]]", "a = [{}]\n[a.b]",
		"[a]\n[[a]]", "[[a]]\n[a]", "[a.b]\n[[a]]", "[[a.b]]\n[a.b]",
		"a = [1", "a = [1 2]", "a = [,]", "a = [1,,2]", "a = ]",
		"a = {b=1", "a = {b=1,}", "a = {,}", "a = {b=1 c=2}",
		"a = {\n}", "a = {b=1,\nc=2}", "a = {b=1, b=2}",
		"a = {b=1, b.c=2}", "a = {b.c=1, b={}}", "a = }", "a = \"x\" y",
		"# \x01", "# \x7f", "a = 1 # \r x",
		"\xef\xbb\xbf"
		"a = 1",
		"a = '\xff'", "'''a''' = 1", "\"a\nb\" = 1", "a = \"",
		"\xc3\xa9 = 1" };
	char text[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i], text) != NULL)
			EQ_STR(rows[i], "refused");
		OK(strncmp(text, "line ", 5) == 0);
	}
}

TEST(says_where_and_why)
{
	char text[256];

	parse("a = '''\n\n'''\n\"b\\nc\" = 1\n\"b\\nc\" = 2\n", text);
	EQ_STR(text, "line 5: 'b\\x0ac' is defined already");
	parse("\n\na = 1979-02-30", text);
	EQ_STR(text, "line 3: this is no value");
	parse("\na = {}\n[a.b]", text);
	EQ_STR(text, "line 3: 'a' is a value already");
}

/* n times a, then n times b. */
static char *
repeat(const char *head, const char *a, const char *b, size_t n)
{
	static char s[256 * 1024];
	size_t at = (size_t)sprintf(s, "%s", head);

	for (size_t i = 0; i < n; i++)
		at += (size_t)sprintf(s + at, "%s", a);
	for (size_t i = 0; i < n; i++)
		at += (size_t)sprintf(s + at, "%s", b);
	return s;
}

TEST(holds_its_limits)
{
	char text[256];

	good(repeat("a = ", "[", "]", TOML_DEPTH_MAX - 1));
	OK(parse(repeat("a = ", "[", "]", TOML_DEPTH_MAX), text) == NULL);
	EQ_STR(text, "line 1: more than 32 values in one another");
	OK(parse(repeat("a = ", "[", "", 100000), text) == NULL);
	OK(parse(repeat("a = ", "{a=", "", 50000), text) == NULL);
	OK(parse(repeat("a", ".a", "", TOML_DEPTH_MAX), text) == NULL);
	EQ_STR(text, "line 1: more than 32 parts of one key");
	good(repeat("a = [", "1,", "]", 1));
	OK(parse(repeat("a = [", "1,", "", TOML_NODES_MAX), text) == NULL);
	EQ_STR(text, "line 1: more than 8192 values");
}

TEST(needs_no_more_memory_than_it_is_given)
{
	const struct toml_node *root;
	struct arena a;
	struct err e;

	arena_init(&a, 8);
	EQ_INT(toml_parse("a = 1", 5, &a, &root, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	arena_release(&a);
}

TAP_MAIN
