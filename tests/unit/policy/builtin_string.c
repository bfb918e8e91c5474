#include "tests/lib/builtin.h"

TEST(strings)
{
	static const struct builtin_row rows[] = {
		{ "concat(\"-\", [\"a\", \"b\"])", "\"a-b\"" },
		{ "concat(\"-\", {\"b\", \"a\"})", "\"a-b\"" },
		{ "concat(\"-\", [1])", "undefined" },
		{ "contains(\"abc\", \"\")", "true" },
		{ "indexof(\"日本é\", \"é\")", "2" },
		{ "indexof(\"a\", \"\")", "undefined" },
		{ "indexof_n(\"aaa\", \"aa\")", "[0,1]" },
		{ "lower(\"ÀB\")", "\"àb\"" },
		{ "upper(\"ß\")", "\"ß\"" },
		{ "replace(\"aXa\", \"a\", \"bb\")", "\"bbXbb\"" },
		{ "replace(\"ab\", \"\", \"-\")", "\"-a-b-\"" },
		{ "split(\"a.b.\", \".\")", "[\"a\",\"b\",\"\"]" },
		{ "split(\"éa\", \"\")", "[\"é\",\"a\"]" },
		{ "split(\"\", \".\")", "[\"\"]" },
		{ "substring(\"日本語\", 1, 1)", "\"本\"" },
		{ "substring(\"abc\", 1, -1)", "\"bc\"" },
		{ "substring(\"abc\", -1, 1)", "undefined" },
		{ "substring(\"abc\", 5, 1)", "\"\"" },
		{ "trim(\"xxaxx\", \"x\")", "\"a\"" },
		{ "trim_left(\"aab\", \"a\")", "\"b\"" },
		{ "trim_right(\"baa\", \"a\")", "\"b\"" },
		{ "trim_prefix(\"aab\", \"aa\")", "\"b\"" },
		{ "trim_suffix(\"baa\", \"a\")", "\"ba\"" },
		{ "trim_space(\"\\u00a0 a\\u3000\")", "\"a\"" },
		{ "strings.reverse(\"aé\")", "\"éa\"" },
		{ "strings.count(\"aaaa\", \"aa\")", "2" },
		{ "strings.replace_n({\"a\": \"1\", \"ab\": \"2\"}, \"abc\")",
		    "\"1bc\"" },
		{ "strings.any_prefix_match([\"ab\", \"c\"], \"c\")", "true" },
		{ "strings.any_suffix_match(\"abc\", [\"x\", \"bc\"])",
		    "true" },
		{ "sprintf(\"%d|%5d|%-5d|%05d|%x|%v\", [1, 2, 3, 4, 255, "
		  "\"s\"])",
		    "\"1|    2|3    |00004|ff|s\"" },
		{ "sprintf(\"%v %v %v\", [[1, \"a\"], {\"k\": {1}}, set()])",
		    "\"[1, \\\"a\\\"] {\\\"k\\\": {1}} set()\"" },
		{ "sprintf(\"%s\", [123456789123456789123])",
		    "\"123456789123456789123\"" },
		{ "sprintf(\"%s %d\", [1, \"x\"])",
		    "\"%!s(int=1) %!d(string=x)\"" },
		{ "sprintf(\"%d\", [])", "\"%!d(MISSING)\"" },
		{ "sprintf(\"a\", [1])", "\"a%!(EXTRA int=1)\"" },
		{ "sprintf(\"%t\", [1e3, 9223372036854775808])",
		    "\"%!t(float64=1000)%!(EXTRA *big.Int="
		    "9223372036854775808)\"" },
		{ "sprintf(\"%t%s\", [9223372036854775808, 0 / -2])",
		    "\"%!t(big.Int=9223372036854775808)%!s(int=0)\"" },
		{ "sprintf(\"%.2f %e %g\", [3.14159, 12345.5, 1e21])",
		    "\"3.14 1.234550e+04 1e+21\"" },
		{ "sprintf(\"%[2]d %[1]d %%\", [1, 2])", "\"2 1 %\"" },
		{ "sprintf(\"%*d\", [4, 7])", "\"   7\"" },
		{ "sprintf(\"%20000d\", [1])", "limit_format" },
		{ "sprintf(\"%v %d\", [2e308, 2e308])",
		    "\"2e308 %!d(string=2e308)\"" },
		{ "sprintf(\"%q\", [\"a\\\"\\u0001\"])",
		    "\"\\\"a\\\\\\\"\\\\x01\\\"\"" },
	};

	BUILTIN_ROWS(rows);
}

TAP_MAIN
