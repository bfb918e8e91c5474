#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/explain/words.h"

struct word {
	const char *p;
	size_t len;
	bool done; /* said already */
};

struct words {
	struct word *w;
	size_t n;
};

/* Calls are paired: once to count, once to fill. */
static size_t
split(const char *s, struct word *ret_w)
{
	size_t n = 0;

	while (*s != '\0') {
		const char *start;
		bool quoted = false;

		while (*s == ' ' || *s == '\t' || *s == '\n')
			s++;
		if (*s == '\0')
			break;
		start = s;
		for (; *s != '\0' &&
		       (quoted || (*s != ' ' && *s != '\t' && *s != '\n'));
		     s++)
			quoted = quoted != (*s == '"');
		if (ret_w != NULL) {
			ret_w[n].p = start;
			ret_w[n].len = (size_t)(s - start);
		}
		n++;
	}
	return n;
}

static struct words
words_of(const char *s)
{
	struct words w = { .n = split(s, NULL) };

	w.w = must_alloc(w.n + 1, sizeof(*w.w));
	split(s, w.w);
	return w;
}

static bool
same(const struct word *a, const struct word *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static size_t
key_len(const struct word *w)
{
	const char *eq = memchr(w->p, '=', w->len);

	return eq ? (size_t)(eq - w->p) : w->len;
}

static bool
same_key(const struct word *a, const struct word *b)
{
	return key_len(a) == key_len(b) && memcmp(a->p, b->p, key_len(a)) == 0;
}

/* Mark the longest common subsequence as done. */
static void
match(struct word *a, size_t n, struct word *b, size_t m)
{
	uint16_t *len;
	size_t i = 0, k = 0;

	if (n > WORDS_MAX || m > WORDS_MAX)
		return;
	len = must_alloc((n + 1) * (m + 1), sizeof(*len));
#define LEN(x, y) len[(x) * (m + 1) + (y)]
	for (i = n; i-- > 0;) {
		for (k = m; k-- > 0;) {
			if (same(&a[i], &b[k]))
				LEN(i, k) = (uint16_t)(LEN(i + 1, k + 1) + 1);
			else
				LEN(i, k) = LEN(i + 1, k) > LEN(i, k + 1)
						? LEN(i + 1, k)
						: LEN(i, k + 1);
		}
	}
	for (i = k = 0; i < n && k < m;) {
		if (same(&a[i], &b[k]))
			a[i++].done = b[k++].done = true;
		else if (LEN(i + 1, k) >= LEN(i, k + 1))
			i++;
		else
			k++;
	}
#undef LEN
	free(len);
}

static void
put_word(const struct word *w, struct buf *out)
{
	buf_u8(out, '`');
	for (size_t i = 0; i < w->len; i++) {
		uint8_t c = (uint8_t)w->p[i];

		if (c < ' ' || c >= 127 || c == '`' || c == '\\')
			buf_printf(out, "\\x%02x", c);
		else
			buf_u8(out, c);
	}
	buf_u8(out, '`');
}

static void
begin(struct buf *out, size_t start)
{
	if (out->len > start)
		buf_add_str(out, "; ");
}

/* The first word of ws that is not said and equals w, or has its key. */
static struct word *
partner(const struct word *w, struct words *ws,
    bool (*is)(const struct word *, const struct word *))
{
	for (size_t i = 0; i < ws->n; i++)
		if (!ws->w[i].done && is(w, &ws->w[i]))
			return &ws->w[i];
	return NULL;
}

static void
say(struct words *a, struct words *b, struct buf *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < a->n; i++) {
		struct word *w = &a->w[i], *moved, *other;

		if (w->done)
			continue;
		moved = partner(w, b, same);
		other = moved ? moved : partner(w, b, same_key);
		begin(out, start);
		put_word(w, out);
		if (other == NULL) {
			buf_add_str(out, " removed");
			continue;
		}
		other->done = true;
		if (moved != NULL) {
			buf_add_str(out, " moved");
			continue;
		}
		buf_add_str(out, " → ");
		put_word(other, out);
	}
	for (size_t i = 0; i < b->n; i++) {
		if (b->w[i].done)
			continue;
		begin(out, start);
		put_word(&b->w[i], out);
		buf_add_str(out, " added");
	}
}

/* White space that is not the one space between two words. */
struct gap {
	const char *p;
	size_t len;
	enum {
		BEFORE,
		BETWEEN,
		AFTER
	} where;
};

/* The next one of s, whose words are w, from the gap *at on. */
static bool
next_gap(const char *s, const struct words *w, size_t *at, struct gap *ret_g)
{
	while (*at <= w->n) {
		size_t i = (*at)++;
		const char *start =
		    i == 0 ? s : w->w[i - 1].p + w->w[i - 1].len;
		const char *end = i == w->n ? s + strlen(s) : w->w[i].p;
		struct gap g = { start, (size_t)(end - start), BETWEEN };

		if (i == 0)
			g.where = BEFORE;
		else if (i == w->n)
			g.where = AFTER;
		if (g.where == BETWEEN ? g.len == 1 && *start == ' '
				       : g.len == 0)
			continue;
		*ret_g = g;
		return true;
	}
	return false;
}

/* Whether both have the same such gaps, wherever the words are. */
static bool
same_gaps(const char *a, const struct words *x, const char *b,
    const struct words *y)
{
	size_t i = 0, k = 0;
	struct gap g, h;

	for (;;) {
		bool more = next_gap(a, x, &i, &g);

		if (more != next_gap(b, y, &k, &h))
			return false;
		if (!more)
			return true;
		if (g.where != h.where || g.len != h.len ||
		    memcmp(g.p, h.p, g.len) != 0)
			return false;
	}
}

void
words_diff(const char *a, const char *b, struct buf *out)
{
	struct words x, y;
	size_t head = 0, tail = 0, start = out->len;

	if (str_eq(a, b))
		return;
	x = words_of(a);
	y = words_of(b);
	while (head < x.n && head < y.n && same(&x.w[head], &y.w[head])) {
		x.w[head].done = y.w[head].done = true;
		head++;
	}
	while (tail < x.n - head && tail < y.n - head &&
	       same(&x.w[x.n - 1 - tail], &y.w[y.n - 1 - tail])) {
		x.w[x.n - 1 - tail].done = y.w[y.n - 1 - tail].done = true;
		tail++;
	}
	match(x.w + head, x.n - head - tail, y.w + head, y.n - head - tail);
	say(&x, &y, out);
	if (out->len == start)
		buf_add_str(out, "only white space");
	else if (!same_gaps(a, &x, b, &y))
		buf_add_str(out, "; white space as well");
	free(x.w);
	free(y.w);
}
