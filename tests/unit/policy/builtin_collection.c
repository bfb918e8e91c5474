#include "tests/lib/builtin.h"

TEST(aggregates_arrays_sets_objects)
{
	static const struct builtin_row rows[] = {
		{ "count(\"é日\")", "2" },
		{ "count({1, 1.0})", "1" },
		{ "count(null)", "undefined" },
		{ "sum([])", "0" },
		{ "sum([1, 0.5])", "1.5" },
		{ "sum([9223372036854775807, 1])", "9223372036854775808" },
		{ "product({2, 3})", "6" },
		{ "sum([\"a\"])", "undefined" },
		{ "max([1, \"a\", [0]])", "[0]" },
		{ "min(set())", "undefined" },
		{ "min({null, true})", "true" }, /* as OPA has it */
		{ "min([1, null])", "null" },
		{ "min({null})", "null" },
		{ "sort({3, 1, \"a\", null})", "[null,1,3,\"a\"]" },
		{ "sort([2, 1, 2])", "[1,2,2]" },
		{ "array.concat([1], [2])", "[1,2]" },
		{ "array.slice([0, 1, 2, 3], -5, 2)", "[0,1]" },
		{ "array.slice([0, 1], 3, 1)", "[]" },
		{ "array.reverse([1, 2])", "[2,1]" },
		{ "array.flatten([1, [2, [3]]])", "[1,2,[3]]" },
		{ "{1, 2} & {2, 3}", "[2]" },
		{ "{1, 2} | {3}", "[1,2,3]" },
		{ "{1, 2} - {2}", "[1]" },
		{ "{1} - 1", "undefined" },
		{ "union({{1}, {2}})", "[1,2]" },
		{ "intersection({{1, 2}, {2}})", "[2]" },
		{ "2 in {1, 2}", "true" },
		{ "\"a\" in {\"k\": \"a\"}", "true" },
		{ "object.get({\"a\": {\"b\": [7]}}, [\"a\", \"b\", 0], "
		  "\"no\")",
		    "7" },
		{ "object.get({\"a\": 1}, \"b\", \"no\")", "\"no\"" },
		{ "object.keys({\"b\": 1, \"a\": 2})", "[\"a\",\"b\"]" },
		{ "object.remove({\"a\": 1, \"b\": 2}, {\"a\"})", "{\"b\":2}" },
		{ "object.filter({\"a\": 1, \"b\": 2}, [\"a\", \"c\"])",
		    "{\"a\":1}" },
		{ "object.union({\"a\": {\"x\": 1}, \"b\": 1}, {\"a\": {\"y\": "
		  "2}, \"b\": 2})",
		    "{\"a\":{\"x\":1,\"y\":2},\"b\":2}" },
		{ "object.union_n([{\"a\": {\"b\": 2}}, {\"a\": 4}, {\"a\": "
		  "{\"c\": 3}}])",
		    "{\"a\":{\"c\":3}}" },
		{ "object.subset({\"a\": [1, 2, 3]}, {\"a\": [2, 3]})",
		    "true" },
		{ "object.subset({1, 2}, {3})", "false" },
		{ "graph.reachable({\"a\": [\"b\"], \"b\": [\"a\"], \"c\": "
		  "[]}, [\"a\", \"x\"])",
		    "[\"a\",\"b\"]" },
		{ "graph.reachable_paths({\"a\": [\"b\"], \"b\": [\"c\"], "
		  "\"c\": []}, {\"a\"})",
		    "[[\"a\",\"b\",\"c\"]]" },
		{ "[p | walk({\"a\": [5]}, [p, 5])]", "[[\"a\",0]]" },
		{ "type_name({1})", "\"set\"" },
		{ "is_object([])", "false" },
	};

	BUILTIN_ROWS(rows);
}

TEST(errors_have_codes_and_texts)
{
	static const struct builtin_row rows[] = {
		{ "count(1)",
		    "eval_type_error: count: operand 1 must be one of {array, "
		    "object, set, string} but got number" },
		{ "1 / 0", "eval_builtin_error: div: divide by zero" },
		{ "1 - set()",
		    "eval_type_error: minus: operand 2 must be number but got "
		    "set" },
		{ "sum([\"a\"])",
		    "eval_type_error: sum: operand 1 must be array of numbers "
		    "but got array containing string" },
		{ "lower(1)",
		    "eval_type_error: lower: operand 1 must be string but got "
		    "number" },
		{ "regex.match(\"[\", \"\")",
		    "eval_builtin_error: regex.match: error parsing regexp: "
		    "missing closing ]: `[`" },
		{ "substring(\"a\", -1, 1)",
		    "eval_builtin_error: substring: negative offset" },
		{ "bits.and(1.5, 1)",
		    "eval_type_error: bits.and: operand 1 must be integer "
		    "number but got floating-point number" },
		{ "json.patch({}, [1])",
		    "eval_builtin_error: json.patch: must be an array of "
		    "JSON-Patch objects, but at least one element is not an "
		    "object" },
		{ "json.patch({}, [{\"op\": \"zz\", \"path\": \"/a\"}])",
		    "eval_builtin_error: json.patch: patch: an operation "
		    "without a value" },
		{ "object.subset(1, 2)",
		    "eval_type_error: object.subset: both arguments "
		    "object.subset must be of the same type or array and "
		    "set" },
	};

	BUILTIN_STRICT(rows);
}

TAP_MAIN
