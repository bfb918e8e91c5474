#include "measurements/explain/words.h"
#include "tests/lib/tap.h"

static const char *
diff(const char *a, const char *b)
{
	static struct buf out;

	buf_release(&out);
	buf_init(&out, 1024 * 1024);
	words_diff(a, b, &out);
	return buf_str(&out);
}

TEST(says_what_changed)
{
	static const struct {
		const char *a, *b, *text;
	} rows[] = {
		{ "", "", "" },
		{ "a b", "a b", "" },
		{ "a b", "a  b", "only white space" },
		{ "a", "", "`a` removed" },
		{ "", "a", "`a` added" },
		{ "nr_cpus=1", "nr_cpus=2", "`nr_cpus=1` → `nr_cpus=2`" },
		{ "x nr_cpus=1 y", "x nr_cpus=2 y",
		    "`nr_cpus=1` → `nr_cpus=2`" },
		{ "a=1 b=1", "b=2 a=2", "`a=1` → `a=2`; `b=1` → `b=2`" },
		{ "a b c", "b c a", "`a` moved" },
		{ "x=\"a b\" c", "x=\"a c\" c", "`x=\"a b\"` → `x=\"a c\"`" },
		{ "a a a", "a a", "`a` removed" },
		{ "a b", "c d",
		    "`a` removed; `b` removed; `c` added; `d` "
		    "added" },
		{ "a  b", "a c",
		    "`b` removed; `c` added; white space as well" },
		{ " a", "b", "`a` removed; `b` added; white space as well" },
		{ "a", "b ", "`a` removed; `b` added; white space as well" },
		{ "a\t", "b ", "`a` removed; `b` added; white space as well" },
		{ " a", "b ", "`a` removed; `b` added; white space as well" },
		{ "a ", "", "`a` removed; white space as well" },
		{ " a  b c ", " b  c d ", "`a` removed; `d` added" },
		{ " ", "", "only white space" },
		{ "a\x1b[0m", "b`", "`a\\x1b[0m` removed; `b\\x60` added" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_STR(diff(rows[i].a, rows[i].b), rows[i].text);
	diff("", "");
}

TEST(a_very_long_line_is_compared_whole)
{
	size_t n = 2 * (WORDS_MAX + 2);
	char *a = malloc(n + 1), *b = malloc(n + 1);

	for (size_t i = 0; i < n; i += 2) {
		a[i] = 'a';
		b[i] = 'b';
		a[i + 1] = b[i + 1] = ' ';
	}
	a[n] = b[n] = '\0';
	OK(strncmp(diff(a, b), "`a` removed; ", 13) == 0);
	diff("", "");
	free(a);
	free(b);
}

TAP_MAIN
