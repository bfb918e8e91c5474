#include <string.h>

#include "policy/builder.h"
#include "policy/builtin_impl.h"
#include "policy/json.h"

/* Go's url.QueryEscape */
static void
escape(struct buf *b, const struct string *s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s->len && !buf_bad(b); i++) {
		unsigned char c = (unsigned char)s->s[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
			     c == '.' || c == '~';

		if (plain) {
			buf_u8(b, c);
		} else if (c == ' ') {
			buf_u8(b, '+');
		} else {
			buf_u8(b, '%');
			buf_u8(b, (uint8_t)digits[c >> 4]);
			buf_u8(b, (uint8_t)digits[c & 15]);
		}
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* url.QueryUnescape; the error names the escape that is wrong. */
static enum builtin_result
unescape(struct bctx *ctx, const char *s, size_t len, struct value *ret)
{
	char *t = heap_alloc(ctx->heap, len + 1);
	size_t n = 0;

	if (t == NULL || budget_charge(ctx->budget, 1 + len / 8) != 0)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < len; i++) {
		int high = len - i > 2 ? hex_value(s[i + 1]) : -1;
		int low = len - i > 2 ? hex_value(s[i + 2]) : -1;

		if (s[i] != '%') {
			t[n++] = s[i] == '+' ? ' ' : s[i];
			continue;
		}
		if (high < 0 || low < 0)
			return builtin_fail(ctx, "invalid URL escape \"%.*s\"",
			    len - i > 2 ? 3 : (int)(len - i), s + i);
		t[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return builtin_bytes(ctx, t, n, ret);
}

BUILTIN(urlquery_encode)
{
	struct buf b;

	if (budget_charge(ctx->budget, 1 + args[0].u.s->len / 8) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	escape(&b, args[0].u.s);
	return builtin_text(ctx, &b, ret);
}

BUILTIN(urlquery_decode)
{
	return unescape(ctx, args[0].u.s->s, args[0].u.s->len, ret);
}

static void
add_query(struct buf *b, struct value key, struct value val)
{
	if (b->len > 0)
		buf_u8(b, '&');
	escape(b, key.u.s);
	buf_u8(b, '=');
	escape(b, val.u.s);
}

/* One key with its value or values; false when they are not strings. */
static bool
add_member(struct buf *b, const struct pair *p)
{
	if (p->val.type == VALUE_STRING) {
		add_query(b, p->key, p->val);
		return true;
	}
	if (p->val.type != VALUE_ARRAY && p->val.type != VALUE_SET)
		return false;
	for (size_t i = 0; i < p->val.u.list->n; i++) {
		if (p->val.u.list->v[i].type != VALUE_STRING)
			return false;
		add_query(b, p->key, p->val.u.list->v[i]);
	}
	return true;
}

/* v with keys that are no strings as their JSON text. */
static struct value
with_text_keys(struct bctx *ctx, struct value v)
{
	const struct object *o = v.u.object;
	struct object_builder out;
	struct buf text;

	object_init(&out, ctx->heap);
	builtin_text_init(&text);
	for (size_t i = 0; i < o->n; i++) {
		struct value key = o->p[i].key;

		if (key.type != VALUE_STRING) {
			buf_clear(&text);
			json_write(&text, key, JSON_HTML);
			key = value_undefined();
			if (!buf_bad(&text) &&
			    budget_charge_bytes(ctx->budget, text.len) == 0)
				key = value_string(ctx->heap, buf_str(&text),
				    text.len);
		}
		if (!value_defined(key) ||
		    object_add(&out, key, o->p[i].val) != 0)
			break;
	}
	if (buf_bad(&text))
		budget_fail(ctx->budget, BUDGET_STRING);
	buf_release(&text);
	return object_seal(&out);
}

BUILTIN(urlquery_encode_object)
{
	struct value v = with_text_keys(ctx, args[0]);
	const struct object *o = v.u.object;
	struct buf b;

	if (!value_defined(v) || budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	for (size_t i = 0; i < o->n && !buf_bad(&b); i++) {
		size_t before = b.len;

		if (!add_member(&b, &o->p[i])) {
			buf_release(&b);
			return builtin_operand(ctx, 1,
			    "values must be string, array[string], or "
			    "set[string]");
		}
		if (budget_charge(ctx->budget, 1 + (b.len - before) / 8) != 0)
			b.bad = true;
	}
	return builtin_text(ctx, &b, ret);
}

/* One "key=value" of a query. */
static enum builtin_result
query_pair(struct bctx *ctx, const char *s, size_t len, struct pair *ret)
{
	const char *eq = memchr(s, '=', len);
	size_t n = eq == NULL ? len : (size_t)(eq - s);
	size_t rest = eq == NULL ? len : n + 1;
	enum builtin_result rc;

	if (memchr(s, ';', len) != NULL)
		return builtin_fail(ctx,
		    "invalid semicolon separator in query");
	rc = unescape(ctx, s, n, &ret->key);
	if (rc != BUILTIN_OK)
		return rc;
	return unescape(ctx, s + rest, len - rest, &ret->val);
}

/* Pairs in the order of the query, made an object of arrays. */
static struct value
gather(struct bctx *ctx, const struct list *pairs)
{
	struct object_builder o;

	object_init(&o, ctx->heap);
	for (size_t i = 0; i < pairs->n; i++) {
		struct value key = pairs->v[i].u.list->v[0];
		struct list_builder b;
		size_t k = i;

		/* Sorted by key, then by place: equal keys are neighbours. */
		list_init(&b, ctx->heap);
		for (; k < pairs->n &&
		       value_equal(key, pairs->v[k].u.list->v[0], ctx->budget);
		     k++)
			if (list_add(&b, pairs->v[k].u.list->v[2]) != 0)
				return value_undefined();
		if (budget_hit(ctx->budget) != BUDGET_OK ||
		    object_add(&o, key, list_array(&b)) != 0)
			return value_undefined();
		i = k - 1;
	}
	return object_seal(&o);
}

BUILTIN(urlquery_decode_object)
{
	const char *s = args[0].u.s->s, *end = s + args[0].u.s->len;
	struct list_builder b;
	struct value sorted;
	int64_t place = 0;

	list_init(&b, ctx->heap);
	while (s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s));
		size_t len = (size_t)((amp == NULL ? end : amp) - s);
		enum builtin_result rc;
		struct value row[3];
		struct pair p;

		if (len > 0) {
			rc = query_pair(ctx, s, len, &p);
			if (rc != BUILTIN_OK)
				return rc;
			row[0] = p.key;
			row[1] = value_int(place++);
			row[2] = p.val;
			if (list_add(&b, value_array(ctx->heap, row, 3)) != 0)
				return BUILTIN_LIMIT;
		}
		s += len + 1;
	}
	sorted = list_sorted(&b);
	if (!value_defined(sorted))
		return BUILTIN_LIMIT;
	return builtin_return(ctx, gather(ctx, sorted.u.list), ret);
}
