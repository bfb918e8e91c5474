#include "measurements/out/json_in.h"
#include "tests/lib/tap.h"

static struct err e;

static int
parse(const char *text)
{
	cJSON *json;

	if (json_in_parse(text, strlen(text), &json, &e) < 0)
		return e.code;
	cJSON_Delete(json);
	return 0;
}

TEST(refuses_what_is_not_one_value)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{ "{}", 0 },
		{ " [1] \n", 0 },
		{ "{\"a\":{\"a\":1}}", 0 },
		{ "", ERR_SYNTAX },
		{ "{", ERR_SYNTAX },
		{ "{} x", ERR_SYNTAX },
		{ "{}{}", ERR_SYNTAX },
		{ "{\"a\":1,\"a\":1}", ERR_SYNTAX },
		{ "[{\"a\":1,\"b\":2,\"a\":1}]", ERR_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(parse(rows[i].text), rows[i].code);
}

TEST(depth_and_keys_are_bounded)
{
	static char text[16 * (JSON_IN_KEYS + 2)];
	size_t at = 0;

	for (int i = 0; i <= JSON_IN_DEPTH; i++)
		text[i] = '[', text[2 * JSON_IN_DEPTH + 1 - i] = ']';
	EQ_INT(parse(text), 0);
	memset(text, 0, sizeof(text));
	for (int i = 0; i <= JSON_IN_DEPTH + 1; i++)
		text[i] = '[', text[2 * JSON_IN_DEPTH + 3 - i] = ']';
	EQ_INT(parse(text), ERR_LIMIT);
	for (int n = JSON_IN_KEYS; n <= JSON_IN_KEYS + 1; n++) {
		at = 0;
		for (int i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "%c\"k%d\":1", i ? ',' : '{', i);
		snprintf(text + at, sizeof(text) - at, "}");
		EQ_INT(parse(text), n > JSON_IN_KEYS ? ERR_LIMIT : 0);
	}
}

TEST(numbers_are_exact)
{
	static const struct {
		const char *text;
		uint64_t max;
		int rc;
	} rows[] = {
		{ "[0]", 0, 0 },
		{ "[255]", 255, 0 },
		{ "[256]", 255, -1 },
		{ "[-1]", 255, -1 },
		{ "[1.5]", 255, -1 },
		{ "[9007199254740992]", UINT64_MAX, 0 },
		{ "[9007199254740994]", UINT64_MAX, -1 },
		{ "[1e300]", UINT64_MAX, -1 },
		{ "[\"1\"]", 255, -1 },
		{ "[true]", 255, -1 },
	};
	uint64_t n;
	cJSON *json;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(json_in_parse(rows[i].text, strlen(rows[i].text), &json,
			   &e),
		    0);
		EQ_INT(json_in_u64(json->child, rows[i].max, &n), rows[i].rc);
		cJSON_Delete(json);
	}
}

TEST(base64_with_and_without_padding)
{
	struct arena a;
	struct span s;

	arena_init(&a, 1024 * 1024);
	s = json_in_base64("-_8", BASE64_URL, &a);
	OK(!span_bad(&s) && span_len(&s) == 2);
	s = json_in_base64("-_8=", BASE64_URL, &a);
	OK(!span_bad(&s) && span_len(&s) == 2 && s.p[0] == 0xfb);
	s = json_in_base64("-w==", BASE64_URL, &a);
	OK(!span_bad(&s) && span_len(&s) == 1);
	s = json_in_base64("-_8==", BASE64_URL, &a);
	OK(span_bad(&s));
	s = json_in_base64("+/8=", BASE64_STANDARD, &a);
	OK(!span_bad(&s) && span_len(&s) == 2);
	s = json_in_base64("+/8", BASE64_STANDARD, &a);
	OK(span_bad(&s));
	s = json_in_base64(NULL, BASE64_URL, &a);
	OK(span_bad(&s));
	s = json_in_hex("00fF", &a);
	OK(!span_bad(&s) && span_len(&s) == 2 && s.p[1] == 0xff);
	s = json_in_hex("0", &a);
	OK(span_bad(&s));
	s = json_in_hex(NULL, &a);
	OK(span_bad(&s));
	arena_release(&a);
}

TAP_MAIN
