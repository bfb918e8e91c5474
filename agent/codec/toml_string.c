#include <string.h>

#include "codec/toml_string.h"
#include "codec/utf8.h"

static const char no_end[] = "a string has no end";
static const char too_big[] = "the document needs too much memory";

/* What is left to read, and what was made of it. */
struct reader {
	const char *p;
	const char *end;
	char *dst; /* NULL while the text stands for itself */
	size_t n;
	uint32_t *line;
};

bool
toml_string_byte_ok(char c)
{
	unsigned char u = (unsigned char)c;

	return u == '\t' || (u >= 0x20 && u != 0x7f);
}

static void
put(struct reader *r, const char *s, size_t len)
{
	memmove(r->dst + r->n, s, len);
	r->n += len;
}

/* The digits of \u or \U; surrogates and what is beyond Unicode are none. */
static const char *
read_unicode(struct reader *r, int digits)
{
	char text[UTF8_LEN_MAX];
	uint32_t c = 0;
	size_t len;

	for (; digits > 0; digits--, r->p++) {
		char d = r->p < r->end ? *r->p : ' ';

		c <<= 4;
		if (d >= '0' && d <= '9')
			c |= (uint32_t)(d - '0');
		else if (d >= 'a' && d <= 'f')
			c |= (uint32_t)(d - 'a') + 10;
		else if (d >= 'A' && d <= 'F')
			c |= (uint32_t)(d - 'A') + 10;
		else
			return "an escape has too few hexadecimal digits";
	}
	len = utf8_put(c, text);
	if (len == 0)
		return "an escape is no Unicode character";
	put(r, text, len);
	return NULL;
}

/* A newline at p: its length, or 0. */
static size_t
newline(const char *p, const char *end)
{
	if (p < end && *p == '\n')
		return 1;
	return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
}

/* A backslash at the end of a line: skip to the next text. */
static const char *
skip_fold(struct reader *r)
{
	bool any = false;

	for (;;) {
		size_t n = newline(r->p, r->end);

		if (n > 0) {
			any = true;
			(*r->line)++;
			r->p += n;
		} else if (r->p < r->end && (*r->p == ' ' || *r->p == '\t')) {
			r->p++;
		} else {
			break;
		}
	}
	return any ? NULL : "an escape that does not exist";
}

/* p is behind the backslash. */
static const char *
read_escape(struct reader *r, bool multi)
{
	static const char names[] = "btnfr\"\\";
	static const char values[] = "\b\t\n\f\r\"\\";
	const char *at;
	char c;

	if (r->p == r->end)
		return no_end;
	c = *r->p;
	if (c == 'u' || c == 'U') {
		r->p++;
		return read_unicode(r, c == 'u' ? 4 : 8);
	}
	if (multi && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
		return skip_fold(r);
	at = c == '\0' ? NULL : strchr(names, c);
	if (at == NULL)
		return "an escape that does not exist";
	r->p++;
	put(r, &values[at - names], 1);
	return NULL;
}

/*
 * Three quotes end the string; up to two more belong to it. Returns how many
 * quotes there are at p, five at most.
 */
static size_t
count_quotes(const struct reader *r, char quote)
{
	size_t n = 0;

	while (n < 5 && r->p + n < r->end && r->p[n] == quote)
		n++;
	return n;
}

/* The body of a multi-line string; dst has room for all of it. */
static const char *
read_multi(struct reader *r, char quote)
{
	for (;;) {
		size_t n = newline(r->p, r->end);
		const char *why = NULL;

		if (n > 0) {
			(*r->line)++;
			r->p += n;
			put(r, "\n", 1);
			continue;
		}
		if (r->p == r->end)
			return no_end;
		if (*r->p == quote) {
			n = count_quotes(r, quote);
			put(r, r->p, n >= 3 ? n - 3 : n);
			r->p += n;
			if (n >= 3)
				return NULL;
		} else if (*r->p == '\\' && quote == '"') {
			r->p++;
			why = read_escape(r, true);
		} else if (toml_string_byte_ok(*r->p)) {
			put(r, r->p++, 1);
		} else {
			why = "a control character in a string";
		}
		if (why != NULL)
			return why;
	}
}

static const char *
read_single(struct reader *r, char quote)
{
	while (r->p < r->end && *r->p != quote) {
		const char *why = NULL;

		if (*r->p == '\n' || *r->p == '\r')
			return no_end;
		if (*r->p == '\\' && quote == '"') {
			r->p++;
			why = read_escape(r, false);
		} else if (toml_string_byte_ok(*r->p)) {
			put(r, r->p++, 1);
		} else {
			why = "a control character in a string";
		}
		if (why != NULL)
			return why;
	}
	if (r->p == r->end)
		return no_end;
	r->p++;
	return NULL;
}

/*
 * Where the string at p ends: at its quote, or the first of its three. *plain
 * says that every byte up to there stands for itself: the common case, which
 * is not copied. NULL when there is no end.
 */
static const char *
find_end(const char *p, const char *end, char quote, bool multi, bool *plain)
{
	for (*plain = true; p < end; p++) {
		if (*p == quote && !multi)
			return p;
		if (*p == quote && end - p >= 3 && p[1] == quote &&
		    p[2] == quote) {
			*plain = *plain && (end - p == 3 || p[3] != quote);
			return p;
		}
		if (*p == '\\' && quote == '"') {
			*plain = false;
			if (++p == end)
				break;
		} else if (!toml_string_byte_ok(*p) && (*p != '\n' || !multi)) {
			*plain = false;
		}
	}
	return NULL;
}

static uint32_t
count_lines(const char *p, const char *end)
{
	uint32_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		p++;
		n++;
	}
	return n;
}

const char *
toml_string_read(const char **p, const char *end, bool is_key, uint32_t *line,
    struct arena *a, struct toml_text *ret)
{
	char quote = **p;
	bool multi = end - *p >= 3 && (*p)[1] == quote && (*p)[2] == quote;
	struct reader r = { *p + (multi ? 3 : 1), end, NULL, 0, line };
	const char *stop, *why;
	bool plain;

	if (multi && is_key)
		return "a key is on more than one line";
	if (multi) {
		size_t n = newline(r.p, end);

		r.p += n;
		*line += n > 0;
	}
	stop = find_end(r.p, end, quote, multi, &plain);
	if (stop == NULL)
		return no_end;
	if (plain) {
		*ret = (struct toml_text){ r.p, (size_t)(stop - r.p) };
		*line += count_lines(r.p, stop);
		*p = stop + (multi ? 3 : 1);
		return NULL;
	}
	/* Nothing becomes longer by being read; two quotes may follow. */
	r.dst = arena_alloc(a, (size_t)(stop - r.p) + 2);
	if (r.dst == NULL)
		return too_big;
	why = multi ? read_multi(&r, quote) : read_single(&r, quote);
	*ret = (struct toml_text){ r.dst, r.n };
	*p = r.p;
	return why;
}
