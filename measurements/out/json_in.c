#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/json_in.h"

/* Exactly representable in a double. */
#define EXACT_MAX (1ULL << 53)

/* Depth is bounded by JSON_IN_DEPTH. */
static int
check(const cJSON *v, int depth, struct err *e)
{
	size_t n = 0;

	if (depth > JSON_IN_DEPTH)
		return err_set(e, ERR_LIMIT, "JSON: nested deeper than %d",
		    JSON_IN_DEPTH);
	for (const cJSON *c = v->child; c != NULL; c = c->next) {
		if (cJSON_IsObject(v) && ++n > JSON_IN_KEYS)
			return err_set(e, ERR_LIMIT,
			    "JSON: more than %d keys in an object",
			    JSON_IN_KEYS);
		if (cJSON_IsObject(v) && json_in_get(v, c->string) != c)
			return err_set(e, ERR_SYNTAX,
			    "JSON: the key %s twice in an object",
			    STR_QUOTED(c->string));
		if (check(c, depth + 1, e) < 0)
			return -1;
	}
	return 0;
}

int
json_in_parse(const void *p, size_t len, cJSON **ret_json, struct err *e)
{
	const char *end = NULL, *text = p;
	cJSON *json = cJSON_ParseWithLengthOpts(text, len, &end, 0);

	if (json == NULL)
		return err_set(e, ERR_SYNTAX, "not JSON at offset %zu",
		    end ? (size_t)(end - text) : 0);
	while (
	    end < text + len && strchr(" \t\r\n", *end) != NULL && *end != '\0')
		end++;
	if (end != text + len || check(json, 0, e) < 0) {
		if (end != text + len)
			err_set(e, ERR_SYNTAX,
			    "JSON: something after the value at offset %zu",
			    (size_t)(end - text));
		cJSON_Delete(json);
		return -1;
	}
	*ret_json = json;
	return 0;
}

const cJSON *
json_in_get(const cJSON *o, const char *key)
{
	if (!cJSON_IsObject(o))
		return NULL;
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

const char *
json_in_string(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(json_in_get(o, key));
}

int
json_in_u64(const cJSON *v, uint64_t max, uint64_t *ret_n)
{
	double d;

	if (!cJSON_IsNumber(v))
		return -1;
	d = v->valuedouble;
	if (!(d >= 0) || d > (double)EXACT_MAX || d != (double)(uint64_t)d ||
	    (uint64_t)d > max)
		return -1;
	*ret_n = (uint64_t)d;
	return 0;
}

static struct span
bad_span(void)
{
	struct span s = span_of(NULL, 0);

	span_fail(&s);
	return s;
}

struct span
json_in_base64(const char *text, enum base64_form form, struct arena *a)
{
	size_t len, n, size;
	uint8_t *p;

	if (text == NULL)
		return bad_span();
	len = strlen(text);
	for (int i = 0; i < 2 && form == BASE64_URL && len > 0 &&
			(text[len - 1] == '=' && (len + (size_t)i) % 4 == 0);
	     i++)
		len--;
	size = BASE64_BYTES(len);
	p = arena_alloc(a, size);
	if (p == NULL || base64_decode(form, text, len, p, size, &n) < 0)
		return bad_span();
	return span_of(p, n);
}

struct span
json_in_hex(const char *text, struct arena *a)
{
	size_t len = text ? strlen(text) : 1;
	uint8_t *p = len % 2 == 0 ? arena_alloc(a, len / 2 + 1) : NULL;

	if (p == NULL || hex_decode(text, len, p, len / 2) < 0)
		return bad_span();
	return span_of(p, len / 2);
}
