#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/utf8.h"

/*
 * A glob is written as a regular expression and goes through the same cache
 * and the same bounds. Syntax as of gobwas/glob, which OPA uses: * and ? stop
 * at delimiters, ** does not; [abc], [!a-c], {one,two}; \ escapes.
 */
struct glob {
	struct buf b;
	const char *s;
	size_t len;
	size_t at;
	const struct string *other; /* "[^...]": what is no delimiter */
	size_t depth;
};

static void
add_literal(struct glob *g)
{
	size_t n = utf8_len(g->s[g->at]);

	if (n == 1 && strchr("\\.+*?()|[]{}^$", g->s[g->at]) != NULL &&
	    g->s[g->at] != '\0')
		buf_u8(&g->b, '\\');
	buf_add(&g->b, g->s + g->at, n);
	g->at += n;
}

/* A character inside brackets, escaped as a regular expression wants it. */
static void
add_class_char(struct buf *b, const char *s, size_t n)
{
	if (n == 1 && strchr("\\]^-[", *s) != NULL && *s != '\0')
		buf_u8(b, '\\');
	buf_add(b, s, n);
}

/* One to three characters from p->at on are "a-c"? */
static bool
is_range(const struct glob *g)
{
	size_t n = g->at < g->len ? utf8_len(g->s[g->at]) : 1;

	return g->at + n < g->len && g->s[g->at + n] == '-';
}

static bool
add_range(struct glob *g)
{
	size_t n = utf8_len(g->s[g->at]);
	const char *lo = g->s + g->at, *hi;

	add_class_char(&g->b, lo, n);
	buf_u8(&g->b, '-');
	g->at += n + 1;
	if (g->at >= g->len)
		return false;
	hi = g->s + g->at;
	add_class_char(&g->b, hi, utf8_len(*hi));
	g->at += utf8_len(*hi);
	return utf8_decode(lo, &n) <= utf8_decode(hi, &n) && g->at < g->len &&
	       g->s[g->at] == ']';
}

static bool
add_brackets(struct glob *g)
{
	size_t from;

	g->at++;
	buf_u8(&g->b, '[');
	if (g->at < g->len && g->s[g->at] == '!') {
		buf_u8(&g->b, '^');
		g->at++;
	}
	from = g->at;
	if (is_range(g)) {
		if (!add_range(g))
			return false;
	} else {
		while (g->at < g->len && g->s[g->at] != ']') {
			size_t n;

			if (g->s[g->at] == '\\')
				g->at++;
			if (g->at >= g->len)
				return false;
			n = utf8_len(g->s[g->at]);
			add_class_char(&g->b, g->s + g->at, n);
			g->at += n;
		}
	}
	if (g->at >= g->len || g->at == from)
		return false;
	buf_u8(&g->b, ']');
	g->at++;
	return true;
}

static void
add_star(struct glob *g)
{
	bool super = g->at + 1 < g->len && g->s[g->at + 1] == '*';

	if (super)
		buf_add_str(&g->b, "(?s:.)*");
	else {
		buf_add(&g->b, g->other->s, g->other->len);
		buf_u8(&g->b, '*');
	}
	g->at += super ? 2 : 1;
}

static bool
step(struct glob *g)
{
	switch (g->s[g->at]) {
	case '*':
		add_star(g);
		return true;
	case '?':
		buf_add(&g->b, g->other->s, g->other->len);
		g->at++;
		return true;
	case '[':
		return add_brackets(g);
	case '{':
		buf_add_str(&g->b, "(?:");
		g->depth++;
		g->at++;
		return true;
	case '}':
	case ',':
		if (g->depth == 0)
			break;
		g->depth -= g->s[g->at] == '}';
		buf_u8(&g->b, g->s[g->at] == '}' ? ')' : '|');
		g->at++;
		return true;
	case '\\':
		g->at++;
		if (g->at >= g->len)
			return false;
		break;
	default:
		break;
	}
	add_literal(g);
	return true;
}

/* "[^...]" for the delimiters; any character when there are none. */
static enum builtin_result
other_than(struct bctx *ctx, struct value delimiters, struct value *ret)
{
	const struct list *l = delimiters.u.list;
	struct buf b;

	if (delimiters.type == VALUE_NULL)
		return builtin_return(ctx, value_cstring(ctx->heap, "(?s:.)"),
		    ret);
	builtin_text_init(&b);
	buf_add_str(&b, "[^");
	for (size_t i = 0; i < l->n; i++) {
		const struct string *s = l->v[i].u.s;
		const char *wrong = l->v[i].type != VALUE_STRING ? "string"
				    : value_count(l->v[i]) != 1  ? "rune"
								 : NULL;

		if (wrong != NULL) {
			buf_release(&b);
			return builtin_element(ctx, 2, delimiters, l->v[i],
			    wrong);
		}
		add_class_char(&b, s->s, s->len);
	}
	if (l->n == 0)
		buf_u8(&b, '.');
	buf_u8(&b, ']');
	return builtin_text(ctx, &b, ret);
}

BUILTIN(glob_match)
{
	struct glob g = { .s = args[0].u.s->s, .len = args[0].u.s->len };
	struct value match[2], other;
	enum builtin_result rc;

	if (args[1].type != VALUE_NULL && args[1].type != VALUE_ARRAY)
		return builtin_type(ctx, 2, args[1], "one of {array, null}");
	rc = other_than(ctx, args[1], &other);
	if (rc != BUILTIN_OK)
		return rc;
	g.other = other.u.s;
	if (budget_charge(ctx->budget, 1 + g.len / 8) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&g.b);
	buf_add_str(&g.b, "^(?:");
	while (g.at < g.len && step(&g))
		;
	buf_add_str(&g.b, ")$");
	if (g.at < g.len || g.depth > 0) {
		buf_release(&g.b);
		return builtin_fail(ctx, "malformed glob pattern");
	}
	rc = builtin_text(ctx, &g.b, &match[0]);
	if (rc != BUILTIN_OK)
		return rc;
	match[1] = args[2];
	return builtin_regex_match(ctx, match, ret);
}

BUILTIN(glob_quote_meta)
{
	const struct string *s = args[0].u.s;
	struct buf b;

	if (budget_charge(ctx->budget, 1 + s->len / 8) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&b);
	for (size_t i = 0; i < s->len; i++) {
		if (s->s[i] != '\0' && strchr("*?\\[]{}", s->s[i]) != NULL)
			buf_u8(&b, '\\');
		buf_u8(&b, (uint8_t)s->s[i]);
	}
	return builtin_text(ctx, &b, ret);
}
