#include "tests/lib/builtin.h"

TEST(patterns)
{
	static const struct builtin_row rows[] = {
		{ "regex.match(\"^a+$\", \"aaa\")", "true" },
		{ "regex.match(\"[\", \"a\")", "undefined" },
		{ "regex.is_valid(\"[\")", "false" },
		{ "regex.is_valid(1)", "false" },
		{ "regex.find_n(\"a.\", \"abacad\", 2)", "[\"ab\",\"ac\"]" },
		{ "regex.find_n(\"x*\", \"axb\", -1)", "[\"\",\"x\",\"\"]" },
		{ "regex.find_all_string_submatch_n(\"a(x*)(b)?\", \"axb-a\", "
		  "-1)",
		    "[[\"axb\",\"x\",\"b\"],[\"a\",\"\",\"\"]]" },
		{ "regex.split(\"z+\", \"pizza\")", "[\"pi\",\"a\"]" },
		{ "regex.split(\"\", \"ab\")", "[\"a\",\"b\"]" },
		{ "regex.replace(\"foo bar\", \"(o+)(x)?\", \"<$1$2>\")",
		    "\"f<oo> bar\"" },
		{ "regex.replace(\"ab\", \"(?P<n>a)\", \"${n}1$n1$$\")",
		    "\"a1$b\"" },
		{ "regex.template_match(\"urn:{[a-z]+}:x\", \"urn:abc:x\", "
		  "\"{\", \"}\")",
		    "true" },
		{ "regex.globs_match(\"a.a.[0-9]+z\", "
		  "\".b.b2359825792*594823z\")",
		    "true" },
		{ "regex.globs_match(\"[a-z]+\", \"[0-9]*\")", "false" },
		{ "regex.globs_match(\"pqrs]\", \"a\")", "undefined" },
		{ "glob.match(\"*.github.com\", [\".\"], \"api.github.com\")",
		    "true" },
		{ "glob.match(\"*.github.com\", [\".\"], \"a.b.github.com\")",
		    "false" },
		{ "glob.match(\"a.**.d\", [], \"a.b.c.d\")", "true" },
		{ "glob.match(\"*\", null, \"a.b\")", "true" },
		{ "glob.match(\"{cat,[fr]at}\", [], \"rat\")", "true" },
		{ "glob.match(\"[!a-c]at\", [], \"bat\")", "false" },
		{ "glob.match(\"?at\", [\"f\"], \"fat\")", "false" },
		{ "glob.match(\"[a\", [], \"a\")", "undefined" },
		{ "glob.quote_meta(\"*.[a]\")", "\"\\\\*.\\\\[a\\\\]\"" },
		{ "not regex.match(\"(\\\\pL\\\\p{Han}x){900}\", \"a\")",
		    "limit_regex" },
	};

	BUILTIN_ROWS(rows);
}

TAP_MAIN
