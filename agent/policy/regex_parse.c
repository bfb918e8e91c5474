#include <string.h>

#include "policy/regex_parser.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

int
regex_parser_wrong(struct regex_parser *p, const char *what, size_t from,
    size_t to)
{
	int n = (int)(to - from);

	while (n > 96 || (n > 0 && n < (int)(to - from) &&
			     (p->s[from + (size_t)n] & 0xc0) == 0x80))
		n = n > 96 ? 96 : n - 1;
	return err_set(p->e, ERR_SYNTAX, "error parsing regexp: %s: `%.*s`",
	    what, n, p->s + from);
}

int
regex_parser_too_big(struct regex_parser *p)
{
	budget_fail(p->budget, BUDGET_REGEX);
	return err_set(p->e, ERR_LIMIT, "regular expression: %s",
	    budget_name(budget_hit(p->budget)));
}

static struct regex_node *
new_node(struct regex_parser *p, enum regex_op op)
{
	struct regex_node *n = arena_alloc(p->arena, sizeof(*n));

	if (n == NULL) {
		regex_parser_too_big(p);
		return NULL;
	}
	n->op = op;
	return n;
}

bool
regex_parser_next_is(const struct regex_parser *p, const char *text)
{
	size_t n = strlen(text);

	return p->len - p->at >= n && memcmp(p->s + p->at, text, n) == 0;
}

uint32_t
regex_parser_take(struct regex_parser *p)
{
	size_t n;
	uint32_t c = utf8_decode(p->s + p->at, &n);

	p->at += n;
	return c;
}

static int
append(struct regex_parser *p, struct regex_node *n)
{
	struct regex_group *g = &p->groups[p->depth];

	if (n == NULL)
		return -1;
	g->item = g->concat_last;
	*g->concat_last = n;
	g->concat_last = &n->next;
	return 0;
}

int
regex_parser_add_class(struct regex_parser *p, struct regex_class k)
{
	struct regex_node *n = new_node(p, REGEX_CLASS);

	if (n == NULL)
		return -1;
	n->class = k;
	return append(p, n);
}

bool
regex_parser_add_range(struct regex_parser *p, struct regex_class *k,
    uint32_t lo, uint32_t hi)
{
	uint64_t steps = hi - lo < REGEX_CASED ? hi - lo : REGEX_CASED;

	if ((p->flags & REGEX_FLAG_FOLD) == 0)
		return regex_class_add(p->arena, k, lo, hi);
	return budget_charge(p->budget, 1 + steps) == 0 &&
	       regex_class_add_fold(p->arena, k, lo, hi);
}

static int
append_literal(struct regex_parser *p, uint32_t c)
{
	struct regex_class k = { 0 };

	if (!regex_parser_add_range(p, &k, c, c))
		return regex_parser_too_big(p);
	regex_class_clean(&k);
	return regex_parser_add_class(p, k);
}

static int
append_assert(struct regex_parser *p, unsigned int assertion)
{
	struct regex_node *n = new_node(p, REGEX_ASSERT);

	if (n == NULL)
		return -1;
	n->assertion = assertion;
	return append(p, n);
}

static void
open_level(struct regex_parser *p, unsigned int capture, unsigned int flags)
{
	struct regex_group *g = &p->groups[p->depth];

	memset(g, 0, sizeof(*g));
	g->alternates_last = &g->alternates;
	g->concat_last = &g->concat;
	g->flags = flags;
	g->capture = capture;
}

/* What stands between two bars, as one node. */
static struct regex_node *
close_concat(struct regex_parser *p)
{
	struct regex_group *g = &p->groups[p->depth];
	struct regex_node *n = g->concat;

	if (n == NULL) {
		n = new_node(p, REGEX_EMPTY);
	} else if (n->next != NULL) {
		n = new_node(p, REGEX_CONCAT);
		if (n != NULL)
			n->sub = g->concat;
	}
	g->concat = NULL;
	g->concat_last = &g->concat;
	g->item = NULL;
	return n;
}

static int
add_alternate(struct regex_parser *p)
{
	struct regex_group *g = &p->groups[p->depth];
	struct regex_node *n = close_concat(p);

	if (n == NULL)
		return -1;
	*g->alternates_last = n;
	g->alternates_last = &n->next;
	return 0;
}

/* The whole of a level as one node. */
static struct regex_node *
close_level(struct regex_parser *p)
{
	struct regex_group *g = &p->groups[p->depth];
	struct regex_node *n;

	if (add_alternate(p) != 0)
		return NULL;
	if (g->alternates->next == NULL)
		return g->alternates;
	n = new_node(p, REGEX_ALTERNATE);
	if (n != NULL)
		n->sub = g->alternates;
	return n;
}

static int
close_group(struct regex_parser *p)
{
	struct regex_group *g = &p->groups[p->depth];
	struct regex_node *n, *sub;

	if (p->depth == 0)
		return regex_parser_wrong(p, "unexpected )", 0, p->len);
	sub = close_level(p);
	if (sub == NULL)
		return -1;
	n = sub;
	if (g->capture != 0) {
		n = new_node(p, REGEX_CAPTURE);
		if (n == NULL)
			return -1;
		n->sub = sub;
		n->n = g->capture;
	}
	p->flags = g->flags;
	p->depth--;
	p->at++;
	return append(p, n);
}

static int
open_group(struct regex_parser *p, bool capture, unsigned int flags)
{
	unsigned int old = p->flags;

	if (p->depth == REGEX_DEPTH_MAX ||
	    (capture && p->tree->groups == REGEX_GROUPS_MAX))
		return regex_parser_too_big(p);
	p->depth++;
	open_level(p, capture ? ++p->tree->groups : 0, old);
	p->flags = flags;
	return 0;
}

bool
regex_parser_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= 'a' && c <= 'z');
}

/* (?P<name> and (?<name>; at is behind the "<". */
static int
named_group(struct regex_parser *p, size_t start)
{
	size_t from = p->at, end = from;
	struct regex_name *name;

	while (end < p->len && regex_parser_is_word(p->s[end]))
		end++;
	if (end >= p->len || p->s[end] != '>' || end == from) {
		const char *close = memchr(p->s + from, '>', p->len - from);

		return regex_parser_wrong(p, "invalid named capture", start,
		    close == NULL ? p->len : (size_t)(close - p->s) + 1);
	}
	p->at = end + 1;
	if (open_group(p, true, p->flags) != 0)
		return -1;
	name = arena_alloc(p->arena, sizeof(*name));
	if (name == NULL)
		return regex_parser_too_big(p);
	*name = (struct regex_name){ p->tree->names, p->s + from, end - from,
		p->tree->groups };
	p->tree->names = name;
	return 0;
}

static unsigned int
flag_of(char c)
{
	switch (c) {
	case 'i':
		return REGEX_FLAG_FOLD;
	case 'm':
		return REGEX_FLAG_MULTI_LINE;
	case 's':
		return REGEX_FLAG_DOT_NL;
	case 'U':
		return REGEX_FLAG_LAZY;
	default:
		return 0;
	}
}

/* (?flags) and (?flags:; at is behind the "(?". */
static int
flag_group(struct regex_parser *p, size_t start)
{
	unsigned int flags = p->flags;
	bool negative = false, seen = false;

	for (; p->at < p->len; p->at++) {
		char c = p->s[p->at];
		unsigned int flag = flag_of(c);

		if (flag != 0) {
			flags = negative ? flags & ~flag : flags | flag;
			seen = true;
			continue;
		}
		if (c == '-' && !negative) {
			negative = true;
			seen = false;
			continue;
		}
		if ((c != ':' && c != ')') || (negative && !seen))
			break;
		p->at++;
		if (c == ':')
			return open_group(p, false, flags);
		p->flags = flags;
		return 0;
	}
	if (p->at < p->len)
		regex_parser_take(p);
	return regex_parser_wrong(p, "invalid or unsupported Perl syntax",
	    start, p->at);
}

static int
begin_group(struct regex_parser *p)
{
	size_t start = p->at++;

	if (!regex_parser_next_is(p, "?"))
		return open_group(p, true, p->flags);
	if (regex_parser_next_is(p, "?P<") || regex_parser_next_is(p, "?<")) {
		p->at += regex_parser_next_is(p, "?P<") ? 3 : 2;
		return named_group(p, start);
	}
	p->at++;
	return flag_group(p, start);
}

/* How often the nested repeats below n copy what is in them, up to limit. */
static bool
repeats_within(const struct regex_node *n, int limit)
{
	if (n->op == REGEX_REPEAT) {
		int m = n->max;

		if (m == 0)
			return true;
		if (m < 0)
			m = n->min;
		if (m > limit)
			return false;
		if (m > 0)
			limit /= m;
	}
	for (const struct regex_node *s = n->sub; s != NULL; s = s->next)
		if (!repeats_within(s, limit))
			return false;
	return true;
}

/* The last item min to max times; the operator began at start. */
static int
repeat(struct regex_parser *p, int min, int max, size_t start)
{
	struct regex_group *g = &p->groups[p->depth];
	struct regex_node *n, *item;
	bool lazy = (p->flags & REGEX_FLAG_LAZY) != 0,
	     counted = p->s[start] == '{';
	bool nested = p->repeat_end != 0 && p->repeat_end == start;

	if (regex_parser_next_is(p, "?")) {
		lazy = !lazy;
		p->at++;
	}
	if (nested)
		return regex_parser_wrong(p,
		    "invalid nested repetition operator", p->repeat_at, p->at);
	if (g->item == NULL)
		return regex_parser_wrong(p,
		    "missing argument to repetition operator", start, p->at);
	item = *g->item;
	n = new_node(p, REGEX_REPEAT);
	if (n == NULL)
		return -1;
	n->sub = item;
	n->min = min;
	n->max = max;
	n->lazy = lazy;
	*g->item = n;
	g->concat_last = &n->next;
	if (counted && (min >= 2 || max >= 2) &&
	    !repeats_within(n, REGEX_REPEAT_MAX))
		return regex_parser_wrong(p, "invalid repeat count", start,
		    p->at);
	p->repeat_at = start;
	p->repeat_end = p->at;
	return 0;
}

static bool
read_count(const struct regex_parser *p, size_t *at, int *ret)
{
	size_t from = *at;
	int n = 0;

	while (*at < p->len && p->s[*at] >= '0' && p->s[*at] <= '9') {
		if (n < 100000)
			n = n * 10 + (p->s[*at] - '0');
		++*at;
	}
	if (*at == from || (*at - from > 1 && p->s[from] == '0'))
		return false;
	*ret = n;
	return true;
}

/* {n}, {n,} or {n,m}; anything else is a literal brace: 1. */
static int
counted_repeat(struct regex_parser *p)
{
	size_t start = p->at, at = start + 1;
	int min, max;

	if (!read_count(p, &at, &min))
		return 1;
	max = min;
	if (at < p->len && p->s[at] == ',') {
		at++;
		max = -1;
		if (at < p->len && p->s[at] != '}' && !read_count(p, &at, &max))
			return 1;
	}
	if (at >= p->len || p->s[at] != '}')
		return 1;
	p->at = at + 1;
	if (min > REGEX_REPEAT_MAX || max > REGEX_REPEAT_MAX ||
	    (max >= 0 && min > max))
		return regex_parser_wrong(p, "invalid repeat count", start,
		    p->at);
	return repeat(p, min, max, start);
}

static int
dot(struct regex_parser *p)
{
	struct regex_class k = { 0 };

	p->at++;
	if ((p->flags & REGEX_FLAG_DOT_NL) != 0) {
		if (!regex_class_add(p->arena, &k, 0, UNICODE_MAX))
			return regex_parser_too_big(p);
	} else if (!regex_class_add(p->arena, &k, 0, '\n' - 1) ||
		   !regex_class_add(p->arena, &k, '\n' + 1, UNICODE_MAX)) {
		return regex_parser_too_big(p);
	}
	return regex_parser_add_class(p, k);
}

/* \Q...\E at p->at */
static int
quoted(struct regex_parser *p)
{
	p->at += 2;
	while (p->at < p->len && !regex_parser_next_is(p, "\\E"))
		if (append_literal(p, regex_parser_take(p)) != 0)
			return -1;
	if (p->at < p->len)
		p->at += 2;
	return 0;
}

static int
backslash(struct regex_parser *p)
{
	static const char letters[] = "AzbB";
	static const unsigned int asserts[] = { ASSERT_BEGIN_TEXT,
		ASSERT_END_TEXT, ASSERT_WORD, ASSERT_NOT_WORD };
	struct regex_class k = { 0 };
	const char *found;
	uint32_t c;
	int rc;

	if (p->len - p->at >= 2) {
		char letter = p->s[p->at + 1];

		found = letter != '\0' ? strchr(letters, letter) : NULL;
		if (found != NULL) {
			p->at += 2;
			return append_assert(p, asserts[found - letters]);
		}
		if (letter == 'Q')
			return quoted(p);
	}
	rc = regex_parser_escape_class(p, &k);
	if (rc < 0)
		return -1;
	if (rc > 0) {
		regex_class_clean(&k);
		return regex_parser_add_class(p, k);
	}
	return regex_parser_escape(p, &c) != 0 ? -1 : append_literal(p, c);
}

static int
operator(struct regex_parser *p, char c)
{
	bool lines = (p->flags & REGEX_FLAG_MULTI_LINE) != 0;
	size_t start = p->at++;

	switch (c) {
	case '*':
		return repeat(p, 0, -1, start);
	case '+':
		return repeat(p, 1, -1, start);
	case '?':
		return repeat(p, 0, 1, start);
	case '|':
		return add_alternate(p);
	case '^':
		return append_assert(p,
		    lines ? ASSERT_BEGIN_LINE : ASSERT_BEGIN_TEXT);
	default:
		return append_assert(p,
		    lines ? ASSERT_END_LINE : ASSERT_END_TEXT);
	}
}

static int
step(struct regex_parser *p)
{
	char c = p->s[p->at];
	int rc;

	switch (c) {
	case '(':
		return begin_group(p);
	case ')':
		return close_group(p);
	case '[':
		return regex_parser_bracket(p);
	case '.':
		return dot(p);
	case '\\':
		return backslash(p);
	case '*':
	case '+':
	case '?':
	case '|':
	case '^':
	case '$':
		return operator(p, c);
	case '{':
		rc = counted_repeat(p);
		if (rc <= 0)
			return rc;
		break;
	default:
		break;
	}
	return append_literal(p, regex_parser_take(p));
}

int
regex_parse(struct arena *a, const char *pattern, size_t len,
    struct budget *budget, struct regex_tree *ret, struct err *e)
{
	struct regex_parser p = { .arena = a,
		.budget = budget,
		.e = e,
		.s = pattern,
		.len = len,
		.tree = ret };

	*ret = (struct regex_tree){ 0 };
	if (len > REGEX_PATTERN_MAX)
		return regex_parser_too_big(&p);
	open_level(&p, 0, 0);
	while (p.at < len) {
		if (step(&p) != 0)
			return -1;
		if (budget_hit(budget) != BUDGET_OK)
			return regex_parser_too_big(&p);
	}
	if (p.depth > 0)
		return regex_parser_wrong(&p, "missing closing )", 0, len);
	ret->root = close_level(&p);
	return ret->root == NULL ? -1 : 0;
}
