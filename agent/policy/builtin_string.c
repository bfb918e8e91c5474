#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

/* The part of string s from byte `from` to byte `to`; s itself when whole. */
static enum builtin_result
part(struct bctx *ctx, struct value s, size_t from, size_t to,
    struct value *ret)
{
	if (from == 0 && to == s.u.s->len)
		return builtin_return(ctx, s, ret);
	if (budget_charge_bytes(ctx->budget, to - from) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx,
	    value_string(ctx->heap, s.u.s->s + from, to - from), ret);
}

/* Work on the bytes of the first n arguments, which are strings. */
static int
charge(struct bctx *ctx, const struct value *args, int n)
{
	size_t len = 0;

	for (int i = 0; i < n; i++)
		len += args[i].u.s->len;
	return budget_charge_bytes(ctx->budget, len);
}

BUILTIN(contains)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;

	if (charge(ctx, args, 2) != 0)
		return BUILTIN_LIMIT;
	return builtin_bool(ctx, memmem(s->s, s->len, t->s, t->len) != NULL,
	    ret);
}

static bool
has_prefix(const struct string *s, const struct string *t)
{
	return s->len >= t->len && memcmp(s->s, t->s, t->len) == 0;
}

static bool
has_suffix(const struct string *s, const struct string *t)
{
	return s->len >= t->len &&
	       memcmp(s->s + s->len - t->len, t->s, t->len) == 0;
}

BUILTIN(startswith)
{
	return builtin_bool(ctx, has_prefix(args[0].u.s, args[1].u.s), ret);
}

BUILTIN(endswith)
{
	return builtin_bool(ctx, has_suffix(args[0].u.s, args[1].u.s), ret);
}

/* A string, or a list of strings: as a list. */
static enum builtin_result
string_list(struct bctx *ctx, const struct value *args, int pos,
    struct list *ret)
{
	const struct value *v = &args[pos - 1];

	if (v->type == VALUE_STRING) {
		*ret = (struct list){ .n = 1, .v = v };
		return BUILTIN_OK;
	}
	if (v->type != VALUE_ARRAY && v->type != VALUE_SET)
		return builtin_type(ctx, pos, *v,
		    "one of {string, set, array}");
	*ret = *v->u.list;
	for (size_t i = 0; i < ret->n; i++)
		if (ret->v[i].type != VALUE_STRING)
			return builtin_element(ctx, pos, *v, ret->v[i],
			    "string");
	return BUILTIN_OK;
}

static enum builtin_result
any_match(struct bctx *ctx, const struct value *args,
    bool (*has)(const struct string *, const struct string *),
    struct value *ret)
{
	struct list strings, parts;
	enum builtin_result rc = string_list(ctx, args, 1, &strings);

	if (rc == BUILTIN_OK)
		rc = string_list(ctx, args, 2, &parts);
	if (rc != BUILTIN_OK)
		return rc;
	for (size_t i = 0; i < strings.n; i++) {
		if (budget_charge(ctx->budget, parts.n) != 0)
			return BUILTIN_LIMIT;
		for (size_t k = 0; k < parts.n; k++)
			if (has(strings.v[i].u.s, parts.v[k].u.s))
				return builtin_bool(ctx, true, ret);
	}
	return builtin_bool(ctx, false, ret);
}

BUILTIN(any_prefix_match)
{
	return any_match(ctx, args, has_prefix, ret);
}

BUILTIN(any_suffix_match)
{
	return any_match(ctx, args, has_suffix, ret);
}

BUILTIN(concat)
{
	const struct string *sep = args[0].u.s;
	struct value list = args[1];
	size_t len = 0;
	char *dst;
	struct value v;

	if (list.type != VALUE_ARRAY && list.type != VALUE_SET)
		return builtin_type(ctx, 2, list, "one of {set, array}");
	for (size_t i = 0; i < list.u.list->n; i++) {
		v = list.u.list->v[i];
		if (v.type != VALUE_STRING)
			return builtin_element(ctx, 2, list, v, "string");
		len += v.u.s->len + (i > 0 ? sep->len : 0);
	}
	if (budget_charge_bytes(ctx->budget, len + list.u.list->n) != 0)
		return BUILTIN_LIMIT;
	v = value_string_new(ctx->heap, len, &dst);
	for (size_t i = 0; value_defined(v) && i < list.u.list->n; i++) {
		const struct string *s = list.u.list->v[i].u.s;

		if (i > 0)
			memcpy(dst, sep->s, sep->len);
		dst += i > 0 ? sep->len : 0;
		memcpy(dst, s->s, s->len);
		dst += s->len;
	}
	if (value_defined(v))
		value_string_done(v);
	return builtin_return(ctx, v, ret);
}

BUILTIN(indexof)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;
	const char *at;
	int64_t i = -1;

	if (t->len == 0)
		return builtin_fail(ctx, "empty search character");
	if (charge(ctx, args, 2) != 0)
		return BUILTIN_LIMIT;
	at = memmem(s->s, s->len, t->s, t->len);
	if (at != NULL)
		i = (int64_t)utf8_count(s->s, (size_t)(at - s->s));
	return builtin_return(ctx, value_int(i), ret);
}

BUILTIN(indexof_n)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;
	struct list_builder b;
	int64_t n = 0;

	if (t->len == 0)
		return builtin_fail(ctx, "empty search character");
	if (budget_charge(ctx->budget, s->len) != 0)
		return BUILTIN_LIMIT;
	list_init(&b, ctx->heap);
	for (size_t i = 0; i + t->len <= s->len; i += utf8_len(s->s[i]), n++)
		if (memcmp(s->s + i, t->s, t->len) == 0 &&
		    list_add(&b, value_int(n)) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

BUILTIN(strings_count)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;
	const char *at = s->s, *end = s->s + s->len;
	int64_t n = 0;

	if (charge(ctx, args, 2) != 0)
		return BUILTIN_LIMIT;
	if (t->len == 0)
		return builtin_return(ctx,
		    value_int((int64_t)value_count(args[0]) + 1), ret);
	while ((at = memmem(at, (size_t)(end - at), t->s, t->len)) != NULL) {
		at += t->len;
		n++;
	}
	return builtin_return(ctx, value_int(n), ret);
}

BUILTIN(substring)
{
	const struct string *s = args[0].u.s;
	size_t from, to = s->len;
	int64_t start, len;

	if (!builtin_int(ctx, args, 2, &start) ||
	    !builtin_int(ctx, args, 3, &len))
		return BUILTIN_ERROR;
	if (start < 0)
		return builtin_fail(ctx, "negative offset");
	if (charge(ctx, args, 1) != 0)
		return BUILTIN_LIMIT;
	if (s->ascii) {
		from = (uint64_t)start < s->len ? (size_t)start : s->len;
		if (len >= 0 && (uint64_t)len < s->len - from)
			to = from + (size_t)len;
	} else {
		from = utf8_offset(s->s, s->len, (size_t)start);
		if (len >= 0)
			to = from + utf8_offset(s->s + from, s->len - from,
					(size_t)len);
	}
	return part(ctx, args[0], from, to, ret);
}

static enum builtin_result
map_case(struct bctx *ctx, struct value v, uint32_t (*map)(uint32_t),
    struct value *ret)
{
	const struct string *s = v.u.s;
	struct buf b;
	size_t n;

	if (budget_charge(ctx->budget, 1 + s->len / 8) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	for (size_t i = 0; i < s->len; i += n) {
		char c[UTF8_MAX];
		uint32_t from = utf8_decode(s->s + i, &n);

		buf_add(&b, c, utf8_encode(map(from), c));
	}
	return builtin_text(ctx, &b, ret);
}

BUILTIN(lower)
{
	return map_case(ctx, args[0], unicode_lower, ret);
}

BUILTIN(upper)
{
	return map_case(ctx, args[0], unicode_upper, ret);
}

BUILTIN(strings_reverse)
{
	const struct string *s = args[0].u.s;
	char *dst;
	struct value v;

	if (charge(ctx, args, 1) != 0)
		return BUILTIN_LIMIT;
	v = value_string_new(ctx->heap, s->len, &dst);
	for (size_t i = 0, n; value_defined(v) && i < s->len; i += n) {
		n = utf8_len(s->s[i]);
		memcpy(dst + s->len - i - n, s->s + i, n);
	}
	if (value_defined(v))
		value_string_done(v);
	return builtin_return(ctx, v, ret);
}

/* Every character of a string. */
static enum builtin_result
explode(struct bctx *ctx, const struct string *s, struct value *ret)
{
	struct list_builder b;

	list_init(&b, ctx->heap);
	for (size_t i = 0, n; i < s->len; i += n) {
		n = utf8_len(s->s[i]);
		if (list_add(&b, value_string(ctx->heap, s->s + i, n)) != 0)
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, list_array(&b), ret);
}

BUILTIN(split)
{
	const struct string *s = args[0].u.s, *d = args[1].u.s;
	const char *at = s->s, *end = s->s + s->len, *next;
	struct list_builder b;

	if (charge(ctx, args, 2) != 0)
		return BUILTIN_LIMIT;
	if (d->len == 0)
		return explode(ctx, s, ret);
	list_init(&b, ctx->heap);
	while ((next = memmem(at, (size_t)(end - at), d->s, d->len)) != NULL) {
		if (list_add(&b,
			value_string(ctx->heap, at, (size_t)(next - at))) != 0)
			return BUILTIN_LIMIT;
		at = next + d->len;
	}
	if (at == s->s
		? list_add(&b, args[0])
		: list_add(&b, value_string(ctx->heap, at, (size_t)(end - at))))
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

static bool
in_cutset(uint32_t c, const struct string *set)
{
	for (size_t i = 0, n; i < set->len; i += n)
		if (utf8_decode(set->s + i, &n) == c)
			return true;
	return false;
}

/* What trim_space and the cutsets leave; set NULL means white space. */
static enum builtin_result
trim(struct bctx *ctx, struct value v, const struct string *set, bool left,
    bool right, struct value *ret)
{
	const struct string *s = v.u.s;
	size_t from = 0, to = s->len, n, set_n = set == NULL ? 1 : set->len;

	if (budget_charge(ctx->budget, 1 + s->len / 64 + set_n / 64) != 0)
		return BUILTIN_LIMIT;
	while (left && from < to) {
		uint32_t c = utf8_decode(s->s + from, &n);

		if (set == NULL ? !unicode_is_space(c) : !in_cutset(c, set))
			break;
		from += n;
		if (budget_charge(ctx->budget, 1 + set_n / 8) != 0)
			return BUILTIN_LIMIT;
	}
	while (right && from < to) {
		size_t at = to - 1;
		uint32_t c;

		while ((s->s[at] & 0xc0) == 0x80)
			at--;
		c = utf8_decode(s->s + at, &n);
		if (set == NULL ? !unicode_is_space(c) : !in_cutset(c, set))
			break;
		to = at;
		if (budget_charge(ctx->budget, 1 + set_n / 8) != 0)
			return BUILTIN_LIMIT;
	}
	return part(ctx, v, from, to, ret);
}

BUILTIN(trim)
{
	return trim(ctx, args[0], args[1].u.s, true, true, ret);
}

BUILTIN(trim_left)
{
	return trim(ctx, args[0], args[1].u.s, true, false, ret);
}

BUILTIN(trim_right)
{
	return trim(ctx, args[0], args[1].u.s, false, true, ret);
}

BUILTIN(trim_space)
{
	return trim(ctx, args[0], NULL, true, true, ret);
}

BUILTIN(trim_prefix)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;

	return part(ctx, args[0], has_prefix(s, t) ? t->len : 0, s->len, ret);
}

BUILTIN(trim_suffix)
{
	const struct string *s = args[0].u.s, *t = args[1].u.s;

	return part(ctx, args[0], 0, s->len - (has_suffix(s, t) ? t->len : 0),
	    ret);
}
