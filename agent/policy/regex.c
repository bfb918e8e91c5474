#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/regex_prog.h"

struct entry {
	struct regex *re;
	char *pattern;
	size_t len;
	uint64_t hash;
	uint64_t used; /* when, by the cache's count */
};

struct regex_cache {
	struct entry entries[REGEX_CACHE_ENTRIES];
	size_t n;
	uint64_t count;
	size_t bytes;
	struct entry *last; /* whose machine may have grown since */
	size_t last_bytes;
};

void
regex_free(struct regex *re)
{
	if (re == NULL)
		return;
	regex_dfa_free(re->dfa);
	free(re->inst);
	free(re->branch);
	free(re->prefix);
	free(re->names);
	free(re);
}

/* The names with their numbers in one block, since the tree goes. */
static void
keep_names(struct regex *re, const struct regex_tree *tree)
{
	size_t len = 1, at = 0;

	for (const struct regex_name *n = tree->names; n != NULL; n = n->next)
		len += 3 + n->len;
	re->names = must_alloc(len, 1);
	for (const struct regex_name *n = tree->names; n != NULL; n = n->next) {
		re->names[at++] = (char)n->n;
		re->names[at++] = (char)(n->len >> 8);
		re->names[at++] = (char)(n->len & 0xff);
		memcpy(re->names + at, n->s, n->len);
		at += n->len;
	}
	re->names[at] = 0;
	re->bytes += len;
}

int
regex_compile(const char *pattern, size_t len, struct budget *budget,
    struct regex **ret, struct err *e)
{
	struct regex_tree tree;
	struct regex *re;
	struct arena a;
	int rc = -1;

	if (budget_charge(budget, 16 + len) != 0)
		return err_set(e, ERR_LIMIT, "regular expression: %s",
		    budget_name(budget_hit(budget)));
	arena_init(&a, REGEX_TREE_MAX);
	re = must_alloc(1, sizeof(*re));
	memset(re, 0, sizeof(*re));
	if (regex_parse(&a, pattern, len, budget, &tree, e) == 0) {
		rc = regex_build(&tree, budget, re);
		if (rc == 0)
			keep_names(re, &tree);
		else
			err_set(e, ERR_LIMIT, "regular expression: %s",
			    budget_name(budget_hit(budget)));
	}
	arena_release(&a);
	if (rc != 0) {
		regex_free(re);
		return -1;
	}
	*ret = re;
	return 0;
}

size_t
regex_groups(const struct regex *re)
{
	return re->groups;
}

int
regex_group_named(const struct regex *re, const char *name, size_t len,
    int after)
{
	const unsigned char *s = (const unsigned char *)re->names;
	int found = -1;

	/* The last one comes first. */
	while (*s != 0) {
		size_t n = (size_t)s[1] << 8 | s[2];

		if (n == len && memcmp(s + 3, name, n) == 0 && *s > after)
			found = *s;
		s += 3 + n;
	}
	return found;
}

/* The first place at or after from where the prefix stands, or len + 1. */
static size_t
find_prefix(const struct regex *re, const char *s, size_t len, size_t from)
{
	const char *at;

	if (re->prefix_len == 0)
		return from;
	if (re->anchored) {
		if (from == 0 && len >= re->prefix_len &&
		    memcmp(s, re->prefix, re->prefix_len) == 0)
			return 0;
		return len + 1;
	}
	at = memmem(s + from, len - from, re->prefix, re->prefix_len);
	return at == NULL ? len + 1 : (size_t)(at - s);
}

int
regex_match(struct regex *re, const char *s, size_t len, struct budget *budget)
{
	size_t at = find_prefix(re, s, len, 0);

	if (budget_charge_bytes(budget, at) != 0)
		return -1;
	if (at > len)
		return 0;
	if (re->whole && !re->whole_end)
		return 1;
	if (re->whole && re->anchored)
		return len == re->prefix_len;
	return regex_dfa_match(re, s, len, at, budget);
}

int
regex_find(struct regex *re, const char *s, size_t len, size_t from,
    int64_t *ret, size_t n_pairs, struct budget *budget)
{
	size_t at = find_prefix(re, s, len, from);
	int rc;

	if (budget_charge_bytes(budget, at - from) != 0)
		return -1;
	if (at > len || (re->anchored && from > 0))
		return 0;
	rc = regex_dfa_match(re, s, len, at, budget);
	if (rc != 1)
		return rc;
	return regex_pike_find(re, s, len, at, ret, n_pairs, budget);
}

struct regex_cache *
regex_cache_new(void)
{
	struct regex_cache *c = must_alloc(1, sizeof(*c));

	memset(c, 0, sizeof(*c));
	return c;
}

static void
drop(struct regex_cache *c, struct entry *x)
{
	c->bytes -= x->re->bytes + x->len;
	regex_free(x->re);
	free(x->pattern);
	*x = c->entries[--c->n];
}

void
regex_cache_free(struct regex_cache *c)
{
	if (c == NULL)
		return;
	while (c->n > 0)
		drop(c, &c->entries[c->n - 1]);
	free(c);
}

size_t
regex_cache_bytes(const struct regex_cache *c)
{
	return c->bytes;
}

static struct entry *
oldest(struct regex_cache *c)
{
	struct entry *x = &c->entries[0];

	for (size_t i = 1; i < c->n; i++)
		if (c->entries[i].used < x->used)
			x = &c->entries[i];
	return x;
}

int
regex_cache_get(struct regex_cache *c, const struct heap *h,
    struct value pattern, struct regex **ret, struct err *e)
{
	const struct string *s = pattern.u.s;
	uint64_t hash = value_hash(h, pattern);
	struct entry *x;
	struct regex *re;

	/* The program handed out last has grown while it ran. */
	if (c->last != NULL)
		c->bytes += c->last->re->bytes - c->last_bytes;
	c->last = NULL;
	for (size_t i = 0; i < c->n; i++) {
		x = &c->entries[i];
		if (x->hash != hash || x->len != s->len ||
		    memcmp(x->pattern, s->s, s->len) != 0)
			continue;
		x->used = ++c->count;
		c->last = x;
		c->last_bytes = x->re->bytes;
		*ret = x->re;
		return 0;
	}
	if (regex_compile(s->s, s->len, h->budget, &re, e) != 0)
		return -1;
	while (c->n > 0 && (c->n == REGEX_CACHE_ENTRIES ||
			       c->bytes > REGEX_CACHE_BYTES_MAX))
		drop(c, oldest(c));
	x = &c->entries[c->n++];
	*x = (struct entry){ .re = re,
		.len = s->len,
		.hash = hash,
		.used = ++c->count };
	x->pattern = must_alloc(s->len + 1, 1);
	memcpy(x->pattern, s->s, s->len);
	c->bytes += re->bytes + s->len;
	c->last = x;
	c->last_bytes = re->bytes;
	*ret = re;
	return 0;
}
