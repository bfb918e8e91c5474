#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

/* The program for a pattern; otherwise what the builtin has to return. */
static enum builtin_result
program(struct bctx *ctx, struct value pattern, struct regex **ret)
{
	struct err e;

	if (regex_cache_get(ctx->regex, ctx->heap, pattern, ret, &e) == 0)
		return BUILTIN_OK;
	if (e.code == ERR_LIMIT)
		return builtin_limit(ctx, BUDGET_REGEX);
	return builtin_fail(ctx, "%s", e.msg);
}

BUILTIN(regex_match)
{
	const struct string *s = args[1].u.s;
	struct regex *re;
	enum builtin_result rc = program(ctx, args[0], &re);
	int found;

	if (rc != BUILTIN_OK)
		return rc;
	found = regex_match(re, s->s, s->len, ctx->budget);
	return found < 0 ? BUILTIN_LIMIT : builtin_bool(ctx, found == 1, ret);
}

BUILTIN(regex_is_valid)
{
	struct regex *re;
	enum builtin_result rc;

	if (args[0].type != VALUE_STRING)
		return builtin_bool(ctx, false, ret);
	rc = program(ctx, args[0], &re);
	return rc == BUILTIN_LIMIT ? rc
				   : builtin_bool(ctx, rc == BUILTIN_OK, ret);
}

/* All matches in turn, as Go's FindAll goes through them. */
struct search {
	struct bctx *ctx;
	struct regex *re;
	const struct string *s;
	size_t at;
	int64_t last_end;
	size_t n_pairs;
	int64_t pair[2 * (REGEX_GROUPS_MAX + 1)];
};

static void
search_init(struct search *m, struct bctx *ctx, struct regex *re,
    const struct string *s, bool groups)
{
	m->ctx = ctx;
	m->re = re;
	m->s = s;
	m->at = 0;
	m->last_end = -1;
	m->n_pairs = groups ? regex_groups(re) + 1 : 1;
}

/* 1 with m->pair set, 0 at the end, -1 at a limit. */
static int
search_next(struct search *m)
{
	while (m->at <= m->s->len) {
		int rc = regex_find(m->re, m->s->s, m->s->len, m->at, m->pair,
		    m->n_pairs, m->ctx->budget);
		bool empty, repeated;

		if (rc != 1)
			return rc;
		empty = m->pair[1] == (int64_t)m->at;
		repeated = empty && m->pair[0] == m->last_end;
		m->last_end = m->pair[1];
		if (!empty)
			m->at = (size_t)m->pair[1];
		else
			m->at +=
			    m->at < m->s->len ? utf8_len(m->s->s[m->at]) : 1;
		/* No empty match right behind another match. */
		if (!repeated)
			return 1;
	}
	return 0;
}

/* Group i of the match as a string, "" when it took no part. */
static struct value
group(const struct search *m, size_t i)
{
	int64_t from = m->pair[2 * i], to = m->pair[2 * i + 1];

	if (from < 0)
		return value_string(m->ctx->heap, "", 0);
	return value_string(m->ctx->heap, m->s->s + from, (size_t)(to - from));
}

/* The match with its groups. */
static struct value
submatch(const struct search *m)
{
	struct list_builder b;

	list_init(&b, m->ctx->heap);
	for (size_t i = 0; i < m->n_pairs; i++)
		if (list_add(&b, group(m, i)) != 0)
			return value_undefined();
	return list_array(&b);
}

static enum builtin_result
find_n(struct bctx *ctx, const struct value *args, bool groups,
    struct value *ret)
{
	struct list_builder b;
	struct search m;
	struct regex *re;
	enum builtin_result rc;
	int64_t n;
	int found = 1;

	if (!builtin_int(ctx, args, 3, &n))
		return BUILTIN_ERROR;
	rc = program(ctx, args[0], &re);
	if (rc != BUILTIN_OK)
		return rc;
	search_init(&m, ctx, re, args[1].u.s, groups);
	list_init(&b, ctx->heap);
	while ((n < 0 || (int64_t)b.n < n) && (found = search_next(&m)) == 1)
		if (list_add(&b, groups ? submatch(&m) : group(&m, 0)) != 0)
			return BUILTIN_LIMIT;
	if (found < 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

BUILTIN(regex_find_n)
{
	return find_n(ctx, args, false, ret);
}

BUILTIN(regex_submatch_n)
{
	return find_n(ctx, args, true, ret);
}

BUILTIN(regex_split)
{
	const struct string *s = args[1].u.s;
	struct list_builder b;
	struct search m;
	struct regex *re;
	int64_t from = 0, to = 0;
	enum builtin_result rc = program(ctx, args[0], &re);
	int found;

	if (rc != BUILTIN_OK)
		return rc;
	search_init(&m, ctx, re, s, false);
	list_init(&b, ctx->heap);
	while ((found = search_next(&m)) == 1) {
		/* An empty match at the beginning splits nothing off. */
		if (s->len > 0 && m.pair[1] == 0)
			continue;
		to = m.pair[0];
		if (list_add(&b, value_string(ctx->heap, s->s + from,
				     (size_t)(to - from))) != 0)
			return BUILTIN_LIMIT;
		from = m.pair[1];
	}
	if (found < 0)
		return BUILTIN_LIMIT;
	/* Nor does one at the end. */
	if (to != (int64_t)s->len &&
	    list_add(&b, value_string(ctx->heap, s->s + from,
			     s->len - (size_t)from)) != 0)
		return BUILTIN_LIMIT;
	if (s->len == 0 && b.n == 0 && list_add(&b, args[1]) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

/* "$1", "${name}" behind the dollar sign at s: what it names and its length. */
static size_t
reference(const char *s, size_t len, const char **ret_name, size_t *ret_n)
{
	bool brace = len > 1 && s[1] == '{';
	size_t from = brace ? 2 : 1, to = from;

	while (to < len && (unicode_is_name(s + to, len - to, ret_n)))
		to += *ret_n;
	if (to == from || (brace && (to == len || s[to] != '}')))
		return 0;
	*ret_name = s + from;
	*ret_n = to - from;
	return to + brace;
}

/* The group that a reference's name means, or -1. */
static int64_t
named_group(const struct search *m, const char *name, size_t n)
{
	int64_t number = 0;
	size_t i = 0;
	int at = 0;

	for (; i < n && name[i] >= '0' && name[i] <= '9'; i++)
		if (number < 100000000)
			number = number * 10 + (name[i] - '0');
	if (i == n && !(n > 1 && name[0] == '0'))
		return number < (int64_t)m->n_pairs ? number : -1;
	do
		at = regex_group_named(m->re, name, n, at);
	while (at > 0 && m->pair[2 * at] < 0);
	return at;
}

/* The replacement with its references filled in. */
static void
expand(struct buf *b, const struct search *m, const struct string *with)
{
	size_t at = 0;

	while (at < with->len && !buf_bad(b)) {
		const char *s = with->s + at, *name;
		const char *dollar = memchr(s, '$', with->len - at);
		size_t n =
		    dollar == NULL ? with->len - at : (size_t)(dollar - s);
		size_t name_n, used;
		int64_t i;

		buf_add(b, s, n);
		at += n;
		if (dollar == NULL)
			break;
		if (at + 1 < with->len && dollar[1] == '$') {
			buf_u8(b, '$');
			at += 2;
			continue;
		}
		used = reference(dollar, with->len - at, &name, &name_n);
		if (used == 0) {
			buf_u8(b, '$');
			at++;
			continue;
		}
		at += used;
		i = named_group(m, name, name_n);
		if (i >= 0 && m->pair[2 * i] >= 0)
			buf_add(b, m->s->s + m->pair[2 * i],
			    (size_t)(m->pair[2 * i + 1] - m->pair[2 * i]));
	}
}

BUILTIN(regex_replace)
{
	const struct string *s = args[0].u.s;
	struct search m;
	struct regex *re;
	size_t done = 0;
	struct buf b;
	enum builtin_result rc = program(ctx, args[1], &re);
	int found;

	if (rc != BUILTIN_OK)
		return rc;
	search_init(&m, ctx, re, s, true);
	builtin_text_init(&b);
	while ((found = search_next(&m)) == 1 && !buf_bad(&b)) {
		size_t before = b.len;

		buf_add(&b, s->s + done, (size_t)m.pair[0] - done);
		expand(&b, &m, args[2].u.s);
		done = (size_t)m.pair[1];
		if (budget_charge_bytes(ctx->budget, b.len - before) != 0)
			b.bad = true;
	}
	if (found < 0) {
		buf_release(&b);
		return BUILTIN_LIMIT;
	}
	buf_add(&b, s->s + done, s->len - done);
	return builtin_text(ctx, &b, ret);
}

/* Text as a pattern that matches just it. */
static void
quote_meta(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] != '\0' && strchr("\\.+*?()|[]{}^$", s[i]) != NULL)
			buf_u8(b, '\\');
		buf_u8(b, (uint8_t)s[i]);
	}
}

/* The template's pattern in b: what stands between delimiters is a pattern. */
static bool
template_pattern(struct buf *b, const struct string *s, char open, char close)
{
	size_t from = 0;
	int level = 0;

	buf_u8(b, '^');
	for (size_t i = 0; i < s->len; i++) {
		if (s->s[i] == open && level++ == 0) {
			quote_meta(b, s->s + from, i - from);
			buf_u8(b, '(');
			from = i + 1;
		} else if (s->s[i] == close && --level == 0) {
			buf_add(b, s->s + from, i - from);
			buf_u8(b, ')');
			from = i + 1;
		}
		if (level < 0)
			return false;
	}
	quote_meta(b, s->s + from, s->len - from);
	buf_u8(b, '$');
	return level == 0;
}

BUILTIN(regex_template_match)
{
	const struct string *open = args[2].u.s, *close = args[3].u.s;
	struct value match[2];
	enum builtin_result rc;
	struct buf b;

	if (open->len != 1)
		return builtin_fail(ctx,
		    "start delimiter has to be exactly one character long but "
		    "is %u long",
		    open->len);
	if (close->len != 1)
		return builtin_fail(ctx,
		    "end delimiter has to be exactly one character long but "
		    "is %u long",
		    open->len);
	builtin_text_init(&b);
	if (!template_pattern(&b, args[0].u.s, open->s[0], close->s[0])) {
		buf_release(&b);
		return builtin_fail(ctx, "unbalanced braces in \"%.100s\"",
		    args[0].u.s->s);
	}
	rc = builtin_text(ctx, &b, &match[0]);
	if (rc != BUILTIN_OK)
		return rc;
	match[1] = args[1];
	return builtin_regex_match(ctx, match, ret);
}
