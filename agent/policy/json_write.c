#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/json.h"
#include "policy/number.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

/* How a value is to be written; all of them share one walk. */
struct form {
	struct buf *b;
	unsigned int flags;
	bool term; /* Rego's own form */
	bool lines;
	struct value prefix;
	struct value indent;
	size_t depth;
};

static void
write_escape(struct buf *b, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *found = c != 0 ? strchr(from, c) : NULL;

	if (found != NULL)
		buf_printf(b, "\\%c", to[found - from]);
	else
		buf_printf(b, "\\u%04x", c);
}

static bool
needs_escape(const char *s, unsigned int flags)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0x20 || c == '"' || c == '\\')
		return true;
	if ((flags & JSON_HTML) == 0)
		return false;
	/* U+2028 and U+2029 are e2 80 a8 and e2 80 a9. */
	return c == '<' || c == '>' || c == '&' ||
	       (c == 0xe2 && (unsigned char)s[1] == 0x80 &&
		   ((unsigned char)s[2] & 0xfe) == 0xa8);
}

void
json_write_string(struct buf *b, const char *s, size_t len, unsigned int flags)
{
	size_t done = 0;

	buf_u8(b, '"');
	for (size_t i = 0; i < len; i++) {
		if (!needs_escape(s + i, flags))
			continue;
		buf_add(b, s + done, i - done);
		if ((unsigned char)s[i] == 0xe2) {
			buf_printf(b, "\\u202%x", s[i + 2] & 0xf);
			i += 2;
		} else {
			write_escape(b, (unsigned char)s[i]);
		}
		done = i + 1;
	}
	buf_add(b, s + done, len - done);
	buf_u8(b, '"');
}

void
json_write_quoted(struct buf *b, const char *s, size_t len, bool ascii)
{
	static const char from[] = "\a\b\f\n\r\t\v\"\\", to[] = "abfnrtv\"\\";
	const char *found;
	size_t n;

	for (size_t i = 0; i < len && !buf_bad(b); i += n) {
		uint32_t c = utf8_decode(s + i, &n);

		found = c > 0 && c < 0x80 ? strchr(from, (int)c) : NULL;
		if (found != NULL)
			buf_printf(b, "\\%c", to[found - from]);
		else if (unicode_is_print(c) && (!ascii || c < 0x80))
			buf_add(b, s + i, n);
		else if (c < 0x80)
			buf_printf(b, "\\x%02x", c);
		else if (c < 0x10000)
			buf_printf(b, "\\u%04x", c);
		else
			buf_printf(b, "\\U%08x", c);
	}
}

/* A string in a term: Go's strconv.Quote. */
static void
write_quoted(struct buf *b, const struct string *s)
{
	buf_u8(b, '"');
	json_write_quoted(b, s->s, s->len, false);
	buf_u8(b, '"');
}

static void write_value(struct form *f, struct value v);

static void
new_line(struct form *f)
{
	if (!f->lines)
		return;
	buf_u8(f->b, '\n');
	buf_add(f->b, f->prefix.u.s->s, f->prefix.u.s->len);
	for (size_t i = 0; i < f->depth; i++)
		buf_add(f->b, f->indent.u.s->s, f->indent.u.s->len);
}

static void
between(struct form *f, bool first)
{
	if (!first)
		buf_add_str(f->b, f->term ? ", " : ",");
	new_line(f);
}

static void
write_list(struct form *f, const struct list *l, char open, char close)
{
	buf_u8(f->b, (uint8_t)open);
	f->depth++;
	for (size_t i = 0; i < l->n && !buf_bad(f->b); i++) {
		between(f, i == 0);
		write_value(f, l->v[i]);
	}
	f->depth--;
	if (l->n > 0)
		new_line(f);
	buf_u8(f->b, (uint8_t)close);
}

/* A member's key as text: a string's, or the JSON text of another key. */
struct text_key {
	struct buf text;
	const char *s;
	size_t len;
	const struct pair *p;
};

static int
by_text(const void *a, const void *b)
{
	const struct text_key *x = a, *y = b;
	int c = memcmp(x->s, y->s, x->len < y->len ? x->len : y->len);

	if (c == 0)
		c = (x->len > y->len) - (x->len < y->len);
	return c != 0 ? c : (x->p > y->p) - (x->p < y->p);
}

static void
text_key_of(struct text_key *k, const struct pair *p, struct buf *out)
{
	k->p = p;
	buf_init(&k->text, out->limit);
	if (p->key.type == VALUE_STRING) {
		k->s = p->key.u.s->s;
		k->len = p->key.u.s->len;
		return;
	}
	json_write(&k->text, p->key, JSON_HTML);
	k->s = buf_str(&k->text);
	k->len = k->text.len;
	out->bad |= buf_bad(&k->text);
}

/*
 * Members in the order of their keys' texts, as Go has them; of two with one
 * text the last counts.
 */
static void
write_text_members(struct form *f, const struct object *o)
{
	struct text_key *k = must_alloc(o->n, sizeof(*k));
	bool first = true;
	size_t i;

	for (i = 0; i < o->n; i++)
		text_key_of(&k[i], &o->p[i], f->b);
	qsort(k, o->n, sizeof(*k), by_text);
	for (i = 0; i < o->n && !buf_bad(f->b); i++) {
		if (i + 1 < o->n && k[i].len == k[i + 1].len &&
		    memcmp(k[i].s, k[i + 1].s, k[i].len) == 0)
			continue;
		between(f, first);
		first = false;
		json_write_string(f->b, k[i].s, k[i].len, f->flags);
		buf_add_str(f->b, f->lines ? ": " : ":");
		write_value(f, k[i].p->val);
	}
	for (i = 0; i < o->n; i++)
		buf_release(&k[i].text);
	free(k);
}

static void
write_members(struct form *f, const struct object *o)
{
	for (size_t i = 0; i < o->n && !buf_bad(f->b); i++) {
		between(f, i == 0);
		write_value(f, o->p[i].key);
		buf_add_str(f->b, f->term || f->lines ? ": " : ":");
		write_value(f, o->p[i].val);
	}
}

/* Strings come after numbers and before composites in the order of keys. */
static bool
only_strings(const struct object *o)
{
	return o->n == 0 || (o->p[0].key.type == VALUE_STRING &&
				o->p[o->n - 1].key.type == VALUE_STRING);
}

static void
write_object(struct form *f, const struct object *o)
{
	buf_u8(f->b, '{');
	f->depth++;
	if (f->term || only_strings(o))
		write_members(f, o);
	else
		write_text_members(f, o);
	f->depth--;
	if (o->n > 0)
		new_line(f);
	buf_u8(f->b, '}');
}

static void
write_scalar(struct form *f, struct value v)
{
	char text[NUMBER_INT_SIZE];
	const char *s;
	size_t len;

	switch (v.type) {
	case VALUE_BOOL:
		buf_add_str(f->b, v.u.b ? "true" : "false");
		break;
	case VALUE_NUMBER:
		s = number_text(v, text, &len);
		buf_add(f->b, s, len);
		break;
	case VALUE_STRING:
		if (f->term)
			write_quoted(f->b, v.u.s);
		else
			json_write_string(f->b, v.u.s->s, v.u.s->len, f->flags);
		break;
	case VALUE_NULL:
		buf_add_str(f->b, "null");
		break;
	default:
		f->b->bad = true;
		break;
	}
}

/* Recursion ends at VALUE_DEPTH_MAX, which every value keeps. */
static void
write_value(struct form *f, struct value v)
{
	switch (v.type) {
	case VALUE_ARRAY:
		write_list(f, v.u.list, '[', ']');
		break;
	case VALUE_SET:
		if (f->term && v.u.list->n == 0)
			buf_add_str(f->b, "set()");
		else
			write_list(f, v.u.list, f->term ? '{' : '[',
			    f->term ? '}' : ']');
		break;
	case VALUE_OBJECT:
		write_object(f, v.u.object);
		break;
	default:
		write_scalar(f, v);
		break;
	}
}

void
json_write(struct buf *b, struct value v, unsigned int flags)
{
	struct form f = { .b = b, .flags = flags };

	write_value(&f, v);
}

void
json_write_indent(struct buf *b, struct value v, unsigned int flags,
    struct value prefix, struct value indent)
{
	struct form f = { .b = b,
		.flags = flags,
		.lines = true,
		.prefix = prefix,
		.indent = indent };

	write_value(&f, v);
}

void
json_write_term(struct buf *b, struct value v)
{
	struct form f = { .b = b, .term = true };

	write_value(&f, v);
}
