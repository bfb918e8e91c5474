#include <string.h>

#include "policy/regex_parser.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

enum {
	CLASS_STEPS = 1000 /* to go through the table of a Unicode class */
};

static bool
hex_digit(char c, uint32_t *v)
{
	uint32_t d;

	if (c >= '0' && c <= '9')
		d = (uint32_t)(c - '0');
	else if ((c | 32) >= 'a' && (c | 32) <= 'f')
		d = (uint32_t)((c | 32) - 'a' + 10);
	else
		return false;
	*v = *v << 4 | d;
	return *v <= UNICODE_MAX;
}

/* \xFF or \x{10FFFF}; at is behind the x. */
static bool
hex_escape(struct regex_parser *p, uint32_t *ret)
{
	size_t digits = 0;

	*ret = 0;
	if (regex_parser_next_is(p, "{")) {
		for (p->at++; p->at < p->len && p->s[p->at] != '}'; p->at++) {
			if (!hex_digit(p->s[p->at], ret))
				return false;
			digits++;
		}
		return p->at < p->len && digits > 0 && ++p->at > 0;
	}
	for (; digits < 2 && p->at < p->len; digits++, p->at++)
		if (!hex_digit(p->s[p->at], ret))
			return false;
	return digits == 2;
}

static bool
octal_escape(struct regex_parser *p, char c, uint32_t *ret)
{
	bool more = p->at < p->len && p->s[p->at] >= '0' && p->s[p->at] <= '7';

	/* A single digit would be a back reference. */
	if (c != '0' && !more)
		return false;
	*ret = (uint32_t)(c - '0');
	for (int i = 1; i < 3 && p->at < p->len && p->s[p->at] >= '0' &&
			p->s[p->at] <= '7';
	     i++)
		*ret = *ret * 8 + (uint32_t)(p->s[p->at++] - '0');
	return true;
}

/* The escape at p->at that stands for one code point. */
int
regex_parser_escape(struct regex_parser *p, uint32_t *ret)
{
	static const char from[] = "afnrtv", to[] = "\a\f\n\r\t\v";
	size_t start = p->at++;
	const char *found;
	bool ok;
	char c;

	if (p->at >= p->len)
		return regex_parser_wrong(p,
		    "trailing backslash at end of expression", p->len, p->len);
	c = p->s[p->at];
	*ret = regex_parser_take(p);
	found = strchr(from, c);
	if (c == 'x') {
		ok = hex_escape(p, ret);
	} else if (c >= '0' && c <= '7') {
		ok = octal_escape(p, c, ret);
	} else if (found != NULL && c != '\0') {
		*ret = (uint32_t)to[found - from];
		ok = true;
	} else {
		ok = *ret < 0x80 && (c == '_' || !regex_parser_is_word(c));
	}
	if (ok)
		return 0;
	if (p->at < p->len && (c == 'x'))
		regex_parser_take(p);
	return regex_parser_wrong(p, "invalid escape sequence", start, p->at);
}

/* A named set, folded when the flags say so, or what is not in it. */
static int
add_named(struct regex_parser *p, struct regex_class *k,
    const struct regex_class *set, bool negated)
{
	bool fold = (p->flags & REGEX_FLAG_FOLD) != 0, ok = true;
	struct regex_class folded = { 0 };

	for (size_t i = 0; fold && ok && i < set->n; i++)
		ok = regex_parser_add_range(p, &folded, set->r[i].lo,
		    set->r[i].hi);
	if (fold) {
		regex_class_clean(&folded);
		set = &folded;
	}
	if (!ok || !regex_class_add_class(p->arena, k, set, negated))
		return regex_parser_too_big(p);
	return 1;
}

/*
 * \d, \S, \pL, \P{Greek}, ... at p->at: 1 and added to k; 0 when it is
 * something else; -1.
 */
int
regex_parser_escape_class(struct regex_parser *p, struct regex_class *k)
{
	bool fold = (p->flags & REGEX_FLAG_FOLD) != 0, negated;
	size_t start = p->at, from, end;
	struct regex_class set;
	int found;
	char c;

	if (p->s[p->at] != '\\' || p->len - p->at < 2)
		return 0;
	c = p->s[p->at + 1];
	negated = c >= 'A' && c <= 'Z';
	found = regex_class_perl(p->arena, (char)(c | 32), &set);
	if (found != 0) {
		p->at += 2;
		return found < 0 ? regex_parser_too_big(p)
				 : add_named(p, k, &set, negated);
	}
	if ((c | 32) != 'p' || p->len - p->at < 3)
		return 0;
	from = p->at + 2;
	end = from + utf8_len(p->s[from]);
	p->at = end;
	if (p->s[from] == '{') {
		const char *close = memchr(p->s + from, '}', p->len - from);

		if (close == NULL)
			return regex_parser_wrong(p,
			    "invalid character class range", start, p->len);
		from++;
		end = (size_t)(close - p->s);
		p->at = end + 1;
	}
	if (from < end && p->s[from] == '^') {
		negated = !negated;
		from++;
	}
	budget_charge(p->budget, fold ? 2 * CLASS_STEPS : CLASS_STEPS);
	found =
	    regex_class_unicode(p->arena, p->s + from, end - from, fold, &set);
	if (found == 0)
		return regex_parser_wrong(p, "invalid character class range",
		    start, p->at);
	if (found < 0 || !regex_class_add_class(p->arena, k, &set, negated))
		return regex_parser_too_big(p);
	return 1;
}

/* [:name:] at p->at; as regex_parser_escape_class(). */
static int
posix_class(struct regex_parser *p, struct regex_class *k)
{
	const char *from = p->s + p->at + 2, *end;
	struct regex_class set;
	bool negated;
	size_t start = p->at;
	int found;

	if (p->no_posix || !regex_parser_next_is(p, "[:"))
		return 0;
	end = memmem(from, p->len - start - 2, ":]", 2);
	/* What was not found once is not looked for again. */
	p->no_posix = end == NULL;
	if (end == NULL)
		return 0;
	p->at = (size_t)(end - p->s) + 2;
	negated = *from == '^';
	found = regex_class_posix(p->arena, from + negated,
	    (size_t)(end - from) - negated, &set);
	if (found < 0)
		return regex_parser_too_big(p);
	if (found == 0)
		return regex_parser_wrong(p, "invalid character class range",
		    start, p->at);
	return add_named(p, k, &set, negated);
}

static int
class_char(struct regex_parser *p, uint32_t *ret, size_t start)
{
	if (p->at >= p->len)
		return regex_parser_wrong(p, "missing closing ]", start,
		    p->len);
	if (p->s[p->at] == '\\')
		return regex_parser_escape(p, ret);
	*ret = regex_parser_take(p);
	return 0;
}

static int
class_range(struct regex_parser *p, struct regex_class *k, size_t start)
{
	size_t from = p->at;
	uint32_t lo, hi;

	if (class_char(p, &lo, start) != 0)
		return -1;
	hi = lo;
	if (p->len - p->at >= 2 && p->s[p->at] == '-' &&
	    p->s[p->at + 1] != ']') {
		p->at++;
		if (class_char(p, &hi, start) != 0)
			return -1;
		if (hi < lo)
			return regex_parser_wrong(p,
			    "invalid character class range", from, p->at);
	}
	return regex_parser_add_range(p, k, lo, hi) ? 0
						    : regex_parser_too_big(p);
}

int
regex_parser_bracket(struct regex_parser *p)
{
	struct regex_class k = { 0 };
	size_t start = p->at++;
	bool negated = regex_parser_next_is(p, "^"), first = true;
	int rc;

	p->at += negated;
	while (p->at >= p->len || p->s[p->at] != ']' || first) {
		if (p->at >= p->len)
			return regex_parser_wrong(p, "missing closing ]", start,
			    p->len);
		first = false;
		rc = posix_class(p, &k);
		if (rc == 0)
			rc = regex_parser_escape_class(p, &k);
		if (rc == 0)
			rc = class_range(p, &k, start);
		if (rc < 0)
			return -1;
	}
	p->at++;
	regex_class_clean(&k);
	if (negated && !regex_class_negate(p->arena, &k))
		return regex_parser_too_big(p);
	return regex_parser_add_class(p, k);
}
