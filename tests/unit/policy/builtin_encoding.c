#include "tests/lib/builtin.h"

static const struct builtin_row texts[] = {
	{ "base64.encode(\"é\")", "\"w6k=\"" },
	{ "base64.decode(\"w6k=\")", "\"é\"" },
	{ "base64.decode(\"w6k\")", "undefined" },
	{ "base64.decode(\"/w==\")", "undefined" },
	{ "base64.is_valid(\"w6k=\")", "true" },
	{ "base64url.encode(\"<<>>\")", "\"PDw-Pg==\"" },
	{ "base64url.encode_no_pad(\"a\")", "\"YQ\"" },
	{ "base64url.decode(\"YQ\")", "\"a\"" },
	{ "hex.encode(\"a\")", "\"61\"" },
	{ "hex.decode(\"6\")", "undefined" },
	{ "urlquery.encode(\"a b&\")", "\"a+b%26\"" },
	{ "urlquery.decode(\"a+b%26\")", "\"a b&\"" },
	{ "urlquery.decode(\"%zz\")", "undefined" },
	{ "urlquery.encode_object({\"b\": [\"x\", \"y\"], \"a\": "
	  "\"1\"})",
	    "\"a=1&b=x&b=y\"" },
	{ "urlquery.encode_object({1.5: \"a\", [1]: {\"b\"}})",
	    "\"1.5=a&%5B1%5D=b\"" },
	{ "urlquery.decode_object(\"a=1&b=2&a=3\")",
	    "{\"a\":[\"1\",\"3\"],\"b\":[\"2\"]}" },
	{ "json.marshal({\"b\": {1, 2}, \"a\": \"<\"})",
	    "\"{\\\"a\\\":\\\"\\\\u003c\\\",\\\"b\\\":[1,2]}\"" },
	{ "json.marshal_with_options([1], {\"indent\": \"  \"})",
	    "\"[\\n  1\\n]\"" },
	{ "json.marshal_with_options([1], {true: 1, 7: \"a\"})", "undefined" },
	{ "json.marshal({[1]: 1, \"a\": 2, \"B\": 3, 4: 5, "
	  "\"4\": 6})",
	    "\"{\\\"4\\\":6,\\\"B\\\":3,\\\"[1]\\\":1,"
	    "\\\"a\\\":2}\"" },
	{ "{{\"<\": 1}: 2}", "{\"{\\\"\\\\u003c\\\":1}\":2}" },
	{ "json.unmarshal(\"[1.0]\")", "[1.0]" },
	{ "json.unmarshal(\"[\")", "undefined" },
	{ "json.is_valid(\"1 2\")", "false" },
	{ "json.is_valid(7)", "false" },
	{ "json.filter({\"a\": {\"b\": 1, \"c\": 2}, \"d\": 3}, "
	  "[\"a/b\"])",
	    "{\"a\":{\"b\":1}}" },
	{ "json.remove({\"a\": [1, 2, 3]}, [\"/a/1\"])", "{\"a\":[1,3]}" },
	{ "json.patch({\"a\": [1]}, [{\"op\": \"add\", \"path\": "
	  "\"/a/-\", \"value\": 2}])",
	    "{\"a\":[1,2]}" },
	{ "json.patch({\"a\": 1}, [{\"op\": \"move\", \"from\": \"a\", "
	  "\"path\": \"b\"}])",
	    "{\"b\":1}" },
	{ "json.patch({\"a\": 1}, [{\"op\": \"remove\", \"path\": "
	  "\"b\"}])",
	    "undefined" },
	{ "json.patch({\"a\": 1}, [{\"op\": \"test\", \"path\": \"a\", "
	  "\"value\": 2}])",
	    "undefined" },
	{ "json.patch({\"a/b\": 1}, [{\"op\": \"replace\", \"path\": "
	  "\"/a~1b\", \"value\": 2}])",
	    "{\"a/b\":2}" },
	{ "crypto.md5(\"\")", "\"d41d8cd98f00b204e9800998ecf8427e\"" },
	{ "crypto.sha1(\"abc\")",
	    "\"a9993e364706816aba3e25717850c26c9cd0d89d\"" },
	{ "crypto.sha256(\"abc\")",
	    "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
	    "f20015ad\"" },
	{ "crypto.hmac.md5(\"what do ya want for nothing?\", \"Jefe\")",
	    "\"750c783e6ab0b503eaa86e310a5db738\"" },
	{ "crypto.hmac.sha256(\"what do ya want for nothing?\", "
	  "\"Jefe\")",
	    "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b9"
	    "64ec3843\"" },
	{ "crypto.hmac.equal(\"a\", \"a\")", "true" },
};

/* What generated programs showed to differ from OPA. */
static const struct builtin_row keys[] = {
	{ "urlquery.encode_object({1.5: \"a\", [1]: {\"b\"}})",
	    "\"1.5=a&%5B1%5D=b\"" },
	{ "json.marshal_with_options([1], {true: 1, 7: \"a\"})", "undefined" },
	{ "json.marshal({[1]: 1, \"a\": 2, \"B\": 3, 4: 5, \"4\": 6})",
	    "\"{\\\"4\\\":6,\\\"B\\\":3,\\\"[1]\\\":1,\\\"a\\\":2}\"" },
	{ "{{\"<\": 1}: 2}", "{\"{\\\"\\\\u003c\\\":1}\":2}" },
};

TEST(keys_that_are_no_strings)
{
	BUILTIN_ROWS(keys);
}

TEST(encodings_hashes_and_paths)
{
	BUILTIN_ROWS(texts);
}

TAP_MAIN
