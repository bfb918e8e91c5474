#include "policy/regex.h"
#include "tests/lib/tap.h"

static struct budget budget;
static struct regex *re;
static struct err error;

static int
compile(const char *pattern)
{
	regex_free(re);
	re = NULL;
	budget_init(&budget, 100000000, 10);
	return regex_compile(pattern, strlen(pattern), &budget, &re, &error);
}

/* The groups of the first match as "0-3 1-2 -"; "none"; or the error. */
static const char *
find(const char *pattern, const char *s)
{
	static char out[400];
	int64_t pair[20];
	size_t n;
	int at = 0, rc;

	if (compile(pattern) != 0)
		return error.msg;
	n = regex_groups(re) + 1;
	if (n > 10)
		n = 10;
	rc = regex_find(re, s, strlen(s), 0, pair, n, &budget);
	EQ_INT(regex_match(re, s, strlen(s), &budget), rc);
	if (rc != 1)
		return rc == 0 ? "none" : budget_name(budget_hit(&budget));
	for (size_t i = 0; i < n; i++)
		at += pair[2 * i] < 0
			  ? snprintf(out + at, sizeof(out) - (size_t)at, "%s-",
				i > 0 ? " " : "")
			  : snprintf(out + at, sizeof(out) - (size_t)at,
				"%s%d-%d", i > 0 ? " " : "", (int)pair[2 * i],
				(int)pair[2 * i + 1]);
	return out;
}

struct row {
	const char *pattern;
	const char *text;
	const char *want;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = find(rows[i].pattern, rows[i].text);

		if (strcmp(got, rows[i].want) != 0)
			printf("# `%s` on \"%s\"\n", rows[i].pattern,
			    rows[i].text);
		EQ_STR(got, rows[i].want);
	}
	regex_free(re);
	re = NULL;
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows[0]))

TEST(leftmost_and_first)
{
	static const struct row rows[] = {
		{ "a|ab", "ab", "0-1" },
		{ "(a|ab)(c|bcd)", "abcd", "0-4 0-1 1-4" },
		{ "a+?", "aaa", "0-1" },
		{ "(a*)(a*)", "aa", "0-2 0-2 2-2" },
		{ "(a*?)(a*)", "aa", "0-2 0-0 0-2" },
		{ "(?U)a+", "aaa", "0-1" },
		{ "(?U)a+?", "aaa", "0-3" },
		{ "(a|b)*", "abba", "0-4 3-4" },
		{ "(|a)*", "aa", "0-0 0-0" },
		{ "(|a)+", "aa", "0-0 0-0" },
		{ "(a*)+", "b", "0-0 0-0" },
		{ "x(y)?|x", "x", "0-1 -" },
		{ "(?:(a)|b)*", "ab", "0-2 0-1" },
	};

	CHECK(rows);
}

TEST(places)
{
	static const struct row rows[] = {
		{ "^a", "ba", "none" },
		{ "a$", "ab", "none" },
		{ "(?m)^a$", "b\na\nc", "2-3" },
		{ "(?m:^)$", "1\n", "2-2" },
		{ "\\Aa\\z", "a", "0-1" },
		{ "\\bfoo\\b", "a foo.", "2-5" },
		{ "\\B", "K\316\251\317\202", "3-3" },
		{ "$^", "", "0-0" },
		{ "a$b", "a\nb", "none" },
		{ ".", "\n", "none" },
		{ "(?s).", "\n", "0-1" },
	};

	CHECK(rows);
}

TEST(classes)
{
	static const struct row rows[] = {
		{ "[a-z0-9.-]+", "-a.9", "0-4" },
		{ "[]a]+", "a]", "0-2" },
		{ "[^]a]", "]ab", "2-3" },
		{ "[a\\-z]+", "-az", "0-3" },
		{ "[\\d-]+", "1-2", "0-3" },
		{ "[[:alpha:]_]+", "1a_", "1-3" },
		{ "[[:^alpha:]]", "ab1", "2-3" },
		{ "[^\\S]", "a b", "1-2" },
		{ "\\pL+", "1\303\251x", "1-4" },
		{ "\\p{Greek}", "a\316\261", "1-3" },
		{ "\\PL", "a1", "1-2" },
		{ "\\p{^Lu}", "Aa", "1-2" },
		{ "[^a]", "\346\227\245", "0-3" },
		{ "[\\x{700}-\\x{ffff}]", "a\346\227\245", "1-4" },
		{ "(?i)k", "\342\204\252", "0-3" },
		{ "(?i)\305\277", "S", "0-1" },
		{ "(?i:\\w)", "\305\277", "0-2" },
		{ "(?i)[\316\261-\317\211]", "\316\243", "0-2" },
		{ "[a-c][^\\x00-\\x{10FFFF}]", "ab", "none" },
		{ "[\\x{80}-\\x{800}][^\\x00-\\x{10FFFF}]|b", "ab", "1-2" },
	};

	CHECK(rows);
}

TEST(repeats)
{
	static const struct row rows[] = {
		{ "^[a-z]{3}$", "abc", "0-3" },
		{ "^[a-z]{3}$", "abcd", "none" },
		{ "a{2,3}", "aaaa", "0-3" },
		{ "a{2,3}?", "aaaa", "0-2" },
		{ "a{2,}", "aaaa", "0-4" },
		{ "a{0}b", "ab", "1-2" },
		{ "a{,2}", "a{,2}", "0-5" },
		{ "a{x", "a{x", "0-3" },
		{ "([0-9]{1,3}\\.){3}[0-9]{1,3}", "x10.0.0.1", "1-9 6-8" },
	};

	CHECK(rows);
}

TEST(escapes)
{
	static const struct row rows[] = {
		{ "\\/\\.\\-\\_", "/.-_", "0-4" },
		{ "\\x41\\x{65e5}\\101", "A\346\227\245A", "0-5" },
		{ "\\Qa.b\\E+", "a.bb", "0-4" },
		{ "\\t\\n\\r\\f\\v\\a", "\t\n\r\f\v\a", "0-6" },
		{ "(^|/)\\.\\.($|/)", "a/../b", "1-5 1-2 4-5" },
	};

	CHECK(rows);
}

TEST(refusals)
{
	static const struct row rows[] = {
		{ "[a", "", "error parsing regexp: missing closing ]: `[a`" },
		{ "(a", "", "error parsing regexp: missing closing ): `(a`" },
		{ "a)", "", "error parsing regexp: unexpected ): `a)`" },
		{ "a**", "",
		    "error parsing regexp: invalid nested repetition "
		    "operator: `**`" },
		{ "*", "",
		    "error parsing regexp: missing argument to repetition "
		    "operator: `*`" },
		{ "a{1001}", "",
		    "error parsing regexp: invalid repeat count: `{1001}`" },
		{ "(a{40}){40}", "",
		    "error parsing regexp: invalid repeat count: `{40}`" },
		{ "a{2,1}", "",
		    "error parsing regexp: invalid repeat count: `{2,1}`" },
		{ "[z-a]", "",
		    "error parsing regexp: invalid character class range: "
		    "`z-a`" },
		{ "\\1", "",
		    "error parsing regexp: invalid escape sequence: `\\1`" },
		{ "\\C", "",
		    "error parsing regexp: invalid escape sequence: `\\C`" },
		{ "a\\", "",
		    "error parsing regexp: trailing backslash at end of "
		    "expression: ``" },
		{ "\\p{Foo}", "",
		    "error parsing regexp: invalid character class range: "
		    "`\\p{Foo}`" },
		{ "(?=a)", "",
		    "error parsing regexp: invalid or unsupported Perl "
		    "syntax: `(?=`" },
		{ "(?P<1a", "",
		    "error parsing regexp: invalid named capture: "
		    "`(?P<1a`" },
	};

	CHECK(rows);
}

TEST(too_large_is_a_limit)
{
	static char nested[2 * REGEX_DEPTH_MAX + 3];

	EQ_INT(compile("(?i)(\\pL\\PL\\p{Han}x){900}"), -1);
	EQ_INT(error.code, ERR_LIMIT);
	EQ_INT(budget_hit(&budget), BUDGET_REGEX);
	memset(nested, '(', REGEX_DEPTH_MAX);
	memset(nested + REGEX_DEPTH_MAX, ')', REGEX_DEPTH_MAX);
	EQ_INT(compile(nested), 0);
	memset(nested, '(', REGEX_DEPTH_MAX + 1);
	memset(nested + REGEX_DEPTH_MAX + 1, ')', REGEX_DEPTH_MAX + 1);
	EQ_INT(compile(nested), -1);
	EQ_INT(error.code, ERR_LIMIT);
}

/* What takes a backtracking engine for ever. */
TEST(time_is_linear)
{
	static char text[100001];

	memset(text, 'a', sizeof(text) - 1);
	EQ_STR(find("(a*)*b", text), "none");
	EQ_STR(find("(a|a)*$", text), "0-100000 99999-100000");
	EQ_STR(find("^(([a-z])+.)+[A-Z]([a-z])+$", text), "none");
	OK(budget.steps > 0);
	budget_init(&budget, 1000, 10);
	OK(re != NULL);
	EQ_INT(regex_match(re, text, sizeof(text) - 1, &budget), -1);
	EQ_INT(budget_hit(&budget), BUDGET_STEPS);
	regex_free(re);
	re = NULL;
}

/* Patterns as long as they may be: none may take long to refuse. */
TEST(long_patterns_end_soon)
{
	static const char *const units[] = { "a", "(?i)[^a]", "\\pL",
		"[[:", "(?:)", "a|", "(a)", "a*", "(?i)\\PL", "[a-\\x{10ffff}]",
		"\\Q", "\303\251", "(?i)k", "a{1,3}", "(?:a{2}){2}" };
	static char pattern[REGEX_PATTERN_MAX + 1];

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i]);

		pattern[0] = '\0';
		for (size_t at = 0; at + n < sizeof(pattern); at += n)
			memcpy(pattern + at, units[i], n + 1);
		if (compile(pattern) != 0 && units[i][0] != '[')
			EQ_INT(error.code, ERR_LIMIT);
		OK(budget.steps > 90000000);
	}
	pattern[REGEX_PATTERN_MAX] = 'a';
	regex_free(re);
	re = NULL;
}

TEST(names)
{
	EQ_INT(compile("(?P<a>x)(?<b>y)|(?P<a>z)"), 0);
	EQ_INT(regex_group_named(re, "a", 1, 0), 1);
	EQ_INT(regex_group_named(re, "b", 1, 0), 2);
	EQ_INT(regex_group_named(re, "a", 1, 1), 3);
	EQ_INT(regex_group_named(re, "c", 1, 0), -1);
	regex_free(re);
	re = NULL;
}

TEST(the_cache_forgets_what_was_used_least)
{
	struct regex_cache *c = regex_cache_new();
	struct heap_key key = { 1, 2 };
	struct regex *first, *got;
	struct heap heap;
	char s[32];

	budget_init(&budget, 100000000, 10);
	heap_init(&heap, 1 << 20, key, &budget);
	EQ_INT(regex_cache_get(c, &heap, value_cstring(&heap, "a"), &first,
		   &error),
	    0);
	for (int i = 0; i < 2 * REGEX_CACHE_ENTRIES; i++) {
		snprintf(s, sizeof(s), "a%d[a-z]*$", i);
		EQ_INT(regex_cache_get(c, &heap, value_cstring(&heap, s), &got,
			   &error),
		    0);
		EQ_INT(regex_match(got, "a1bc", 4, &budget), i == 1);
		EQ_INT(regex_cache_get(c, &heap, value_cstring(&heap, "a"),
			   &got, &error),
		    0);
		OK(got == first);
	}
	EQ_INT(
	    regex_cache_get(c, &heap, value_cstring(&heap, "["), &got, &error),
	    -1);
	EQ_INT(error.code, ERR_SYNTAX);
	regex_cache_free(c);
	heap_release(&heap);
}

TAP_MAIN
