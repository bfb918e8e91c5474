#include <string.h>

#include "policy/builder.h"
#include "policy/json.h"
#include "policy/number.h"
#include "policy/utf8.h"

/* A collection that is being read. */
struct frame {
	struct list_builder list;
	struct object_builder object;
	struct value key;
	bool is_object;
};

struct parser {
	struct heap *heap;
	const char *s;
	size_t len;
	size_t at;
	const char *wrong; /* what is wrong at position at */
	size_t depth;
	struct frame *frames;
};

static int
fail(struct parser *p, const char *wrong)
{
	if (p->wrong == NULL)
		p->wrong = wrong;
	return -1;
}

static void
skip_space(struct parser *p)
{
	while (
	    p->at < p->len && (p->s[p->at] == ' ' || p->s[p->at] == '\t' ||
				  p->s[p->at] == '\n' || p->s[p->at] == '\r'))
		p->at++;
}

static int
peek(const struct parser *p)
{
	return p->at < p->len ? (unsigned char)p->s[p->at] : -1;
}

static int
hex4(struct parser *p, size_t at, uint32_t *ret)
{
	uint32_t c = 0;

	if (p->len - at < 4)
		return fail(p, "a \\u escape needs four digits");
	for (size_t i = 0; i < 4; i++) {
		char ch = p->s[at + i];

		if (ch >= '0' && ch <= '9')
			c = c << 4 | (uint32_t)(ch - '0');
		else if ((ch | 32) >= 'a' && (ch | 32) <= 'f')
			c = c << 4 | (uint32_t)((ch | 32) - 'a' + 10);
		else
			return fail(p, "a \\u escape needs four digits");
	}
	*ret = c;
	return 0;
}

/* The escape at p->at, behind its backslash, as UTF-8 at dst. */
static int
read_unicode(struct parser *p, char **dst)
{
	uint32_t c, low;

	if (hex4(p, p->at + 1, &c) != 0)
		return -1;
	p->at += 5;
	if (c >= 0xd800 && c < 0xe000) {
		if (c < 0xdc00 && p->len - p->at >= 6 && p->s[p->at] == '\\' &&
		    p->s[p->at + 1] == 'u') {
			if (hex4(p, p->at + 2, &low) != 0)
				return -1;
			if (low >= 0xdc00 && low < 0xe000) {
				p->at += 6;
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
			}
		}
		if (c < 0x10000)
			c = 0xfffd;
	}
	*dst += utf8_encode(c, *dst);
	return 0;
}

static int
read_escape(struct parser *p, char **dst)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;
	int c = peek(p);

	if (c == 'u')
		return read_unicode(p, dst);
	found = c > 0 ? strchr(from, c) : NULL;
	if (found == NULL)
		return fail(p, "unknown escape in a string");
	*(*dst)++ = to[found - from];
	p->at++;
	return 0;
}

/* Where the string's closing quote is; whether it has escapes. */
static int
measure_string(struct parser *p, size_t *ret_end, bool *ret_escapes)
{
	size_t i = p->at;

	*ret_escapes = false;
	for (; i < p->len && p->s[i] != '"'; i++) {
		if ((unsigned char)p->s[i] < 0x20) {
			p->at = i;
			return fail(p, "control character in a string");
		}
		if (p->s[i] == '\\') {
			*ret_escapes = true;
			i++;
		}
	}
	if (i >= p->len)
		return fail(p, "string without an end");
	*ret_end = i;
	return 0;
}

static int
read_string(struct parser *p, struct value *ret)
{
	struct value v;
	size_t end, cap;
	bool escapes;
	char *dst, *start;

	p->at++;
	if (measure_string(p, &end, &escapes) != 0)
		return -1;
	if (!escapes) {
		*ret = value_string(p->heap, p->s + p->at, end - p->at);
		p->at = end + 1;
		return value_defined(*ret) ? 0 : -1;
	}
	cap = end - p->at;
	v = value_string_new(p->heap, cap, &start);
	if (!value_defined(v))
		return -1;
	for (dst = start; p->at < end;) {
		if (p->s[p->at] != '\\') {
			*dst++ = p->s[p->at++];
			continue;
		}
		p->at++;
		if (read_escape(p, &dst) != 0)
			return -1;
	}
	p->at = end + 1;
	value_string_cut(p->heap, v, (size_t)(dst - start));
	*ret = v;
	return 0;
}

static int
read_number(struct parser *p, struct value *ret)
{
	size_t i = p->at;

	while (i < p->len && strchr("+-.eE0123456789", p->s[i]) != NULL &&
	       p->s[i] != '\0')
		i++;
	*ret = number_parse(p->heap, p->s + p->at, i - p->at);
	if (!value_defined(*ret))
		return fail(p, "not a number");
	p->at = i;
	return 0;
}

static int
read_word(struct parser *p, const char *word, struct value v, struct value *ret)
{
	size_t n = strlen(word);

	if (p->len - p->at < n || memcmp(p->s + p->at, word, n) != 0)
		return fail(p, "not a value");
	p->at += n;
	*ret = v;
	return 0;
}

static int
open_frame(struct parser *p, bool is_object)
{
	struct frame *f;

	if (p->depth == VALUE_DEPTH_MAX)
		return budget_fail(p->heap->budget, BUDGET_DEPTH);
	f = &p->frames[p->depth++];
	f->is_object = is_object;
	list_init(&f->list, p->heap);
	object_init(&f->object, p->heap);
	p->at++;
	return 0;
}

/* The key and colon of an object's next member. */
static int
read_key(struct parser *p)
{
	struct frame *f = &p->frames[p->depth - 1];

	skip_space(p);
	if (peek(p) != '"')
		return fail(p, "an object's key must be a string");
	if (read_string(p, &f->key) != 0)
		return -1;
	skip_space(p);
	if (peek(p) != ':')
		return fail(p, "no colon after a key");
	p->at++;
	return 0;
}

/*
 * One value, or the start of a collection that has members: then *ret is
 * undefined.
 */
static int
read_value(struct parser *p, struct value *ret)
{
	int c;

	skip_space(p);
	c = peek(p);
	*ret = value_undefined();
	switch (c) {
	case '"':
		return read_string(p, ret);
	case 't':
		return read_word(p, "true", value_bool(true), ret);
	case 'f':
		return read_word(p, "false", value_bool(false), ret);
	case 'n':
		return read_word(p, "null", value_null(), ret);
	case '[':
	case '{':
		if (open_frame(p, c == '{') != 0)
			return -1;
		skip_space(p);
		if (peek(p) != (c == '{' ? '}' : ']'))
			return c == '{' ? read_key(p) : 0;
		p->at++;
		p->depth--;
		*ret = c == '{' ? value_empty_object(p->heap)
				: value_empty_array(p->heap);
		return value_defined(*ret) ? 0 : -1;
	case -1:
		return fail(p, "text ends early");
	default:
		return read_number(p, ret);
	}
}

/*
 * Put *v into the open collection. Sets *v to the collection when that was
 * its last member, else to undefined.
 */
static int
put_member(struct parser *p, struct value *v)
{
	struct frame *f = &p->frames[p->depth - 1];
	int c, rc;

	rc = f->is_object ? object_add(&f->object, f->key, *v)
			  : list_add(&f->list, *v);
	if (rc != 0)
		return -1;
	*v = value_undefined();
	skip_space(p);
	c = peek(p);
	if (c == ',') {
		p->at++;
		return f->is_object ? read_key(p) : 0;
	}
	if (c != (f->is_object ? '}' : ']'))
		return fail(p, f->is_object
				   ? "no comma or brace after a member"
				   : "no comma or bracket after a member");
	p->at++;
	p->depth--;
	*v = f->is_object ? object_seal(&f->object) : list_array(&f->list);
	return value_defined(*v) ? 0 : -1;
}

static int
parse(struct parser *p, struct value *ret)
{
	struct value v;

	for (;;) {
		if (read_value(p, &v) != 0)
			return -1;
		while (value_defined(v) && p->depth > 0)
			if (put_member(p, &v) != 0)
				return -1;
		if (value_defined(v))
			break;
	}
	skip_space(p);
	if (p->at < p->len)
		return fail(p, "text after the value");
	*ret = v;
	return 0;
}

static int
tell(const struct parser *p, struct err *e)
{
	enum budget_limit hit = budget_hit(p->heap->budget);
	size_t line = 1, column = 1;

	if (hit != BUDGET_OK)
		return err_set(e, ERR_LIMIT, "JSON: %s", budget_name(hit));
	for (size_t i = 0; i < p->at && i < p->len; i++) {
		column = p->s[i] == '\n' ? 1 : column + 1;
		line += p->s[i] == '\n';
	}
	return err_set(e, ERR_SYNTAX, "JSON, line %zu, column %zu: %s", line,
	    column, p->wrong != NULL ? p->wrong : "wrong");
}

int
json_parse(struct heap *h, const char *s, size_t len, struct value *ret,
    struct err *e)
{
	struct frame frames[VALUE_DEPTH_MAX];
	struct parser p = { .heap = h, .s = s, .len = len, .frames = frames };

	if (budget_charge_bytes(h->budget, len) != 0)
		return tell(&p, e);
	if (!value_is_utf8(s, len)) {
		fail(&p, "not UTF-8");
		return tell(&p, e);
	}
	if (parse(&p, ret) != 0)
		return tell(&p, e);
	return 0;
}
