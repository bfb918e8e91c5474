#include <string.h>

#include "policy/regex_ast.h"
#include "policy/unicode.h"

bool
regex_class_add(struct arena *a, struct regex_class *k, uint32_t lo,
    uint32_t hi)
{
	struct regex_range *last = k->n > 0 ? &k->r[k->n - 1] : NULL;

	if (last != NULL && lo >= last->lo && lo <= last->hi + 1) {
		if (hi > last->hi)
			last->hi = hi;
		return true;
	}
	if (k->n == k->cap) {
		size_t cap = k->cap == 0 ? 4 : k->cap * 2;
		struct regex_range *r = arena_array(a, cap, sizeof(*r));

		if (r == NULL)
			return false;
		if (k->n > 0)
			memcpy(r, k->r, k->n * sizeof(*r));
		k->r = r;
		k->cap = cap;
	}
	k->r[k->n++] = (struct regex_range){ lo, hi };
	return true;
}

bool
regex_class_add_fold(struct arena *a, struct regex_class *k, uint32_t lo,
    uint32_t hi)
{
	if (!regex_class_add(a, k, lo, hi))
		return false;
	for (uint32_t c = unicode_next_cased(lo); c <= hi && c < UNICODE_MAX;
	     c = unicode_next_cased(c + 1))
		for (uint32_t f = unicode_fold(c); f != c; f = unicode_fold(f))
			if ((f < lo || f > hi) && !regex_class_add(a, k, f, f))
				return false;
	return true;
}

static void
sift_down(struct regex_range *r, size_t i, size_t n)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		struct regex_range t = r[i];

		if (child + 1 < n && r[child + 1].lo > r[child].lo)
			child++;
		if (r[child].lo <= t.lo)
			return;
		r[i] = r[child];
		r[child] = t;
	}
}

static void
sort_ranges(struct regex_range *r, size_t n)
{
	size_t sorted = 1;

	while (sorted < n && r[sorted - 1].lo <= r[sorted].lo)
		sorted++;
	if (sorted >= n)
		return;
	for (size_t i = n / 2; i-- > 0;)
		sift_down(r, i, n);
	for (size_t end = n; end-- > 1;) {
		struct regex_range t = r[0];

		r[0] = r[end];
		r[end] = t;
		sift_down(r, 0, end);
	}
}

void
regex_class_clean(struct regex_class *k)
{
	size_t kept = 0;

	sort_ranges(k->r, k->n);
	for (size_t i = 0; i < k->n; i++) {
		struct regex_range *last = kept > 0 ? &k->r[kept - 1] : NULL;

		if (last != NULL && k->r[i].lo <= last->hi + 1) {
			if (k->r[i].hi > last->hi)
				last->hi = k->r[i].hi;
			continue;
		}
		k->r[kept++] = k->r[i];
	}
	k->n = kept;
}

bool
regex_class_add_class(struct arena *a, struct regex_class *k,
    const struct regex_class *other, bool negated)
{
	uint32_t next = 0;

	for (size_t i = 0; i < other->n; i++) {
		const struct regex_range *r = &other->r[i];

		if (!negated && !regex_class_add(a, k, r->lo, r->hi))
			return false;
		if (negated && r->lo > next &&
		    !regex_class_add(a, k, next, r->lo - 1))
			return false;
		next = r->hi + 1;
	}
	return !negated || next > UNICODE_MAX ||
	       regex_class_add(a, k, next, UNICODE_MAX);
}

bool
regex_class_negate(struct arena *a, struct regex_class *k)
{
	struct regex_class not = { 0 };

	if (!regex_class_add_class(a, &not, k, true))
		return false;
	*k = not ;
	return true;
}

/* A set as pairs of characters, lowest first. */
static bool
add_pairs(struct arena *a, const char *pairs, size_t len,
    struct regex_class *ret)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		if (!regex_class_add(a, ret, (unsigned char)pairs[i],
			(unsigned char)pairs[i + 1]))
			return false;
	return true;
}

int
regex_class_perl(struct arena *a, char c, struct regex_class *ret)
{
	const char *pairs = c == 'd'   ? "09"
			    : c == 's' ? "\t\n\f\r  "
			    : c == 'w' ? "09AZ__az"
				       : NULL;

	*ret = (struct regex_class){ 0 };
	if (pairs == NULL)
		return 0;
	return add_pairs(a, pairs, strlen(pairs), ret) ? 1 : -1;
}

int
regex_class_posix(struct arena *a, const char *name, size_t len,
    struct regex_class *ret)
{
	static const struct {
		const char *name;
		const char *pairs;
		size_t len;
	} classes[] = {
		{ "alnum", "09AZaz", 6 },
		{ "alpha", "AZaz", 4 },
		{ "ascii", "\0\x7f", 2 },
		{ "blank", "\t\t  ", 4 },
		{ "cntrl", "\0\x1f\x7f\x7f", 4 },
		{ "digit", "09", 2 },
		{ "graph", "!~", 2 },
		{ "lower", "az", 2 },
		{ "print", " ~", 2 },
		{ "punct", "!/:@[`{~", 8 },
		{ "space", "\t\r  ", 4 },
		{ "upper", "AZ", 2 },
		{ "word", "09AZ__az", 8 },
		{ "xdigit", "09AFaf", 6 },
	};

	*ret = (struct regex_class){ 0 };
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strlen(classes[i].name) == len &&
		    memcmp(classes[i].name, name, len) == 0)
			return add_pairs(a, classes[i].pairs, classes[i].len,
				   ret)
				   ? 1
				   : -1;
	return 0;
}

int
regex_class_unicode(struct arena *a, const char *name, size_t len, bool fold,
    struct regex_class *ret)
{
	struct unicode_class k;
	uint32_t lo, hi;

	*ret = (struct regex_class){ 0 };
	if (!unicode_class(name, len, &k))
		return 0;
	while (unicode_class_next(&k, &lo, &hi)) {
		bool ok = fold ? regex_class_add_fold(a, ret, lo, hi)
			       : regex_class_add(a, ret, lo, hi);

		if (!ok)
			return -1;
	}
	regex_class_clean(ret);
	return 1;
}
