#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/utf8.h"

/*
 * regex.globs_match: is there a non-empty string that both patterns match? A
 * pattern is a row of tokens (a character, '.', a set) with '+' or '*' behind
 * some; there is nothing else in it. The product of the two rows is searched,
 * which takes (tokens + 1) * (tokens + 1) steps.
 */
struct token {
	const char *s; /* the set's inside, or one character; NULL: any */
	size_t len;
	bool set;
	bool star; /* may be left out */
	bool loop; /* may repeat */
};

struct tokens {
	struct token *t;
	size_t n;
};

enum {
	TOKENS_MAX = 2000
};

/* One character of a set, or of the row: its escape is taken off. */
static bool
next_char(const char *s, size_t len, size_t *at, uint32_t *ret, bool *escaped)
{
	size_t n;

	*escaped = s[*at] == '\\';
	*at += *escaped;
	if (*at >= len)
		return false;
	*ret = utf8_decode(s + *at, &n);
	*at += n;
	return true;
}

/* The next member of a set: a range. False when the syntax is wrong. */
static bool
next_range(const char *s, size_t len, size_t *at, uint32_t *lo, uint32_t *hi)
{
	bool escaped;

	if (!next_char(s, len, at, lo, &escaped) || (*lo == '-' && !escaped))
		return false;
	*hi = *lo;
	if (*at >= len || s[*at] != '-')
		return true;
	++*at;
	if (*at >= len || !next_char(s, len, at, hi, &escaped))
		return false;
	return (*hi != '-' || escaped) && *hi >= *lo;
}

static bool
check_set(const struct token *t)
{
	uint32_t lo, hi;

	for (size_t at = 0; at < t->len;)
		if (!next_range(t->s, t->len, &at, &lo, &hi))
			return false;
	return true;
}

/* Length of the set's inside from s on, or len + 1. */
static size_t
set_length(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] != ']')
		i += s[i] == '\\' ? 2 : 1;
	return i < len ? i : len + 1;
}

/* The token at *at; returns what is wrong with it, or NULL. */
static const char *
read_token(const struct string *s, size_t *at, struct token *t)
{
	size_t from = *at;
	bool escaped;
	uint32_t c;

	if (!next_char(s->s, s->len, at, &c, &escaped))
		return "input ends with a \\ (escape) character";
	*t = (struct token){ .s = s->s + from + escaped,
		.len = *at - from - escaped };
	if (!escaped && c == '.')
		t->s = NULL;
	if (!escaped && c == ']')
		return "set-close ']' with no preceding '['";
	if (!escaped && (c == '+' || c == '*'))
		return "flag must be preceded by a non-flag";
	if (!escaped && c == '[') {
		size_t n = set_length(s->s + *at, s->len - *at);

		if (*at + n > s->len)
			return "found [ without matching ]";
		*t = (struct token){ .s = s->s + *at, .len = n, .set = true };
		*at += n + 1;
		if (!check_set(t))
			return "range is malformed or out of order";
	}
	if (*at < s->len && (s->s[*at] == '+' || s->s[*at] == '*')) {
		t->star = s->s[(*at)++] == '*';
		t->loop = true;
	}
	return NULL;
}

static enum builtin_result
tokenize(struct bctx *ctx, const struct string *s, struct tokens *ret)
{
	size_t at = 0;

	ret->n = 0;
	ret->t = heap_array(ctx->heap, s->len + 1, sizeof(*ret->t));
	if (ret->t == NULL)
		return BUILTIN_LIMIT;
	while (at < s->len) {
		const char *wrong = read_token(s, &at, &ret->t[ret->n++]);

		if (wrong != NULL)
			return builtin_fail(ctx,
			    "input:%.100s, pos:%zu, %s: the input provided is "
			    "invalid",
			    s->s, utf8_count(s->s, at < s->len ? at : s->len),
			    wrong);
	}
	return ret->n > TOKENS_MAX ? builtin_limit(ctx, BUDGET_REGEX)
				   : BUILTIN_OK;
}

/* The next range of a token, from *at on. */
static bool
token_range(const struct token *t, size_t *at, uint32_t *lo, uint32_t *hi)
{
	size_t n;

	if (*at >= t->len)
		return false;
	if (t->set)
		return next_range(t->s, t->len, at, lo, hi);
	*lo = *hi = utf8_decode(t->s, &n);
	*at = t->len;
	return true;
}

/* Is there a character that both tokens match? */
static bool
meet(struct bctx *ctx, const struct token *a, const struct token *b)
{
	uint32_t alo, ahi, blo, bhi;

	if (a->s == NULL || b->s == NULL) {
		const struct token *t = a->s == NULL ? b : a;

		return t->s == NULL || t->len > 0;
	}
	for (size_t i = 0; token_range(a, &i, &alo, &ahi);)
		for (size_t k = 0; token_range(b, &k, &blo, &bhi);) {
			if (budget_charge(ctx->budget, 1) != 0)
				return false;
			if (alo <= bhi && blo <= ahi)
				return true;
		}
	return false;
}

/*
 * Which places (i, k), before token i of one and k of the other, are reached
 * with a character read (2) or without (1).
 */
static bool
search(struct bctx *ctx, const struct tokens *a, const struct tokens *b,
    uint8_t *seen)
{
	size_t width = b->n + 1;

	seen[0] = 1;
	for (size_t i = 0; i <= a->n; i++) {
		for (size_t k = 0; k <= b->n; k++) {
			uint8_t now = seen[i * width + k];
			const struct token *x = &a->t[i], *y = &b->t[k];

			if (now == 0)
				continue;
			if (budget_charge(ctx->budget, 1) != 0)
				return false;
			if (i < a->n && x->star)
				seen[(i + 1) * width + k] |= now;
			if (k < b->n && y->star)
				seen[i * width + k + 1] |= now;
			if (i == a->n || k == b->n || !meet(ctx, x, y))
				continue;
			/* Stay on a token that repeats: leave it later. */
			seen[(i + 1) * width + k + 1] |= 2;
			if (x->loop)
				seen[i * width + k + 1] |= 2;
			if (y->loop)
				seen[(i + 1) * width + k] |= 2;
		}
	}
	return (seen[a->n * width + b->n] & 2) != 0;
}

BUILTIN(globs_match)
{
	struct tokens a, b;
	uint8_t *seen;
	enum builtin_result rc = tokenize(ctx, args[0].u.s, &a);

	if (rc == BUILTIN_OK)
		rc = tokenize(ctx, args[1].u.s, &b);
	if (rc != BUILTIN_OK)
		return rc;
	seen = heap_array(ctx->heap, a.n + 1, b.n + 1);
	if (seen == NULL)
		return BUILTIN_LIMIT;
	memset(seen, 0, (a.n + 1) * (b.n + 1));
	return builtin_bool(ctx, search(ctx, &a, &b, seen), ret);
}
