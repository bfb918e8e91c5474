#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "codec/hex.h"
#include "measurements/out/json_out.h"

/*
 * The length of the well-formed UTF-8 sequence that s begins with, or 0
 * (Unicode 15, table 3-7). The NUL at the end of s fits no continuation.
 */
static size_t
utf8_len(const unsigned char *s)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	unsigned char low = 0x80, high = 0xbf;

	if (len == 1)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return len;
}

static void
put_escape(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		buf_u8(b, '\\');
		buf_u8(b, c);
		return;
	case '\n':
		buf_add_str(b, "\\n");
		return;
	case '\t':
		buf_add_str(b, "\\t");
		return;
	}
	buf_printf(b, "\\u%04x", c);
}

static void
put_string(struct buf *b, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_u8(b, '"');
	while (*s != '\0') {
		size_t len = utf8_len(s);

		if (len == 0) {
			buf_add_str(b, "\\ufffd");
			s++;
			continue;
		}
		if (*s < 0x20 || *s == '"' || *s == '\\' || *s == 0x7f)
			put_escape(b, *s);
		else
			buf_add(b, s, len);
		s += len;
	}
	buf_u8(b, '"');
}

static void
new_line(struct json_out *j)
{
	buf_u8(j->b, '\n');
	for (int i = 0; i < j->depth; i++)
		buf_add_str(j->b, "  ");
}

/* What stands before a value: comma, line, key. */
static void
before_value(struct json_out *j, const char *key)
{
	if (j->depth == 0) {
		assert(key == NULL && !j->level[0].filled);
		j->level[0].filled = true;
		return;
	}
	assert((key == NULL) == j->level[j->depth].array);
	if (j->level[j->depth].filled)
		buf_u8(j->b, ',');
	j->level[j->depth].filled = true;
	new_line(j);
	if (key != NULL) {
		put_string(j->b, key);
		buf_add_str(j->b, ": ");
	}
}

static void
open_level(struct json_out *j, const char *key, bool array)
{
	before_value(j, key);
	assert(j->depth < JSON_OUT_DEPTH);
	j->depth++;
	j->level[j->depth].array = array;
	j->level[j->depth].filled = false;
	buf_u8(j->b, array ? '[' : '{');
}

void
json_out_init(struct json_out *j, struct buf *b)
{
	memset(j, 0, sizeof(*j));
	j->b = b;
}

void
json_out_object(struct json_out *j, const char *key)
{
	open_level(j, key, false);
}

void
json_out_array(struct json_out *j, const char *key)
{
	open_level(j, key, true);
}

void
json_out_end(struct json_out *j)
{
	bool array, filled;

	assert(j->depth > 0);
	array = j->level[j->depth].array;
	filled = j->level[j->depth].filled;
	j->depth--;
	if (filled)
		new_line(j);
	buf_u8(j->b, array ? ']' : '}');
	if (j->depth == 0)
		buf_u8(j->b, '\n');
}

void
json_out_string(struct json_out *j, const char *key, const char *s)
{
	if (s == NULL) {
		json_out_null(j, key);
		return;
	}
	before_value(j, key);
	put_string(j->b, s);
}

void
json_out_number(struct json_out *j, const char *key, uint64_t v)
{
	before_value(j, key);
	buf_printf(j->b, "%" PRIu64, v);
}

void
json_out_bool(struct json_out *j, const char *key, bool v)
{
	before_value(j, key);
	buf_add_str(j->b, v ? "true" : "false");
}

void
json_out_null(struct json_out *j, const char *key)
{
	before_value(j, key);
	buf_add_str(j->b, "null");
}

void
json_out_hex(struct json_out *j, const char *key, const uint8_t *p, size_t len)
{
	uint8_t *dst;

	before_value(j, key);
	buf_u8(j->b, '"');
	dst = buf_reserve(j->b, HEX_SIZE(len));
	if (dst != NULL) {
		hex_encode(p, len, (char *)dst);
		buf_commit(j->b, 2 * len);
	}
	buf_u8(j->b, '"');
}
