#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/utf8.h"

/* old before every character and at the end */
static enum builtin_result
insert_everywhere(struct bctx *ctx, const struct string *s,
    const struct string *with, struct value *ret)
{
	struct buf b;

	if (budget_charge(ctx->budget, s->len) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	for (size_t i = 0, n; i < s->len && !buf_bad(&b); i += n) {
		n = utf8_len(s->s[i]);
		buf_add(&b, with->s, with->len);
		buf_add(&b, s->s + i, n);
	}
	buf_add(&b, with->s, with->len);
	return builtin_text(ctx, &b, ret);
}

/* How often old stands in s. */
static size_t
occurrences(const struct string *s, const struct string *old)
{
	const char *at = s->s, *end = s->s + s->len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), old->s, old->len))) {
		at += old->len;
		n++;
	}
	return n;
}

BUILTIN(replace)
{
	const struct string *s = args[0].u.s, *old = args[1].u.s;
	const struct string *with = args[2].u.s;
	const char *at = s->s, *end = s->s + s->len, *next;
	struct value v;
	size_t n, len;
	char *dst;

	if (old->len == 0)
		return insert_everywhere(ctx, s, with, ret);
	if (budget_charge_bytes(ctx->budget, s->len) != 0)
		return BUILTIN_LIMIT;
	n = occurrences(s, old);
	if (n == 0)
		return builtin_return(ctx, args[0], ret);
	/* The size is known before anything is written. */
	len = s->len - n * old->len;
	if (__builtin_mul_overflow(n, (size_t)with->len, &n) ||
	    __builtin_add_overflow(len, n, &len))
		return builtin_limit(ctx, BUDGET_STRING);
	if (len <= VALUE_STRING_MAX &&
	    budget_charge_bytes(ctx->budget, len) != 0)
		return BUILTIN_LIMIT;
	v = value_string_new(ctx->heap, len, &dst);
	if (!value_defined(v))
		return BUILTIN_LIMIT;
	while ((next = memmem(at, (size_t)(end - at), old->s, old->len))) {
		memcpy(dst, at, (size_t)(next - at));
		dst += next - at;
		memcpy(dst, with->s, with->len);
		dst += with->len;
		at = next + old->len;
	}
	memcpy(dst, at, (size_t)(end - at));
	value_string_done(v);
	return builtin_return(ctx, v, ret);
}

/* The pair that is replaced at s: of those that fit, the first by key. */
static const struct pair *
pattern_at(const struct object *o, const char *s, size_t len, bool not_empty)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct string *k = o->p[i].key.u.s;

		if (k->len == 0 && not_empty)
			continue;
		if (k->len <= len && memcmp(k->s, s, k->len) == 0)
			return &o->p[i];
	}
	return NULL;
}

/*
 * One pass from left to right. An empty pattern matches once at a place, then
 * the others have their turn.
 */
BUILTIN(replace_n)
{
	const struct object *o = args[0].u.object;
	const struct string *s = args[1].u.s;
	bool was_empty = false;
	struct buf b;
	size_t at = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (o->p[i].key.type != VALUE_STRING)
			return builtin_operand(ctx, 1,
			    "non-string key found in pattern object");
		if (o->p[i].val.type != VALUE_STRING)
			return builtin_operand(ctx, 1,
			    "non-string value found in pattern object");
	}
	if (budget_charge(ctx->budget, (1 + s->len) * (1 + o->n / 4)) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	while (at <= s->len && !buf_bad(&b)) {
		const struct pair *p =
		    pattern_at(o, s->s + at, s->len - at, was_empty);
		size_t n = at < s->len ? utf8_len(s->s[at]) : 1;

		was_empty = p != NULL && p->key.u.s->len == 0;
		if (p != NULL) {
			buf_add(&b, p->val.u.s->s, p->val.u.s->len);
			at += p->key.u.s->len;
			continue;
		}
		if (at < s->len)
			buf_add(&b, s->s + at, n);
		at += n;
	}
	return builtin_text(ctx, &b, ret);
}
