#include <string.h>

#include "policy/unicode.h"
#include "policy/unicode_tables.h"
#include "policy/utf8.h"

/* In the order of the numbers in unicode_category_runs. */
static const char category_names[][3] = { "Cn", "Cc", "Cf", "Co", "Cs", "Ll",
	"Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No", "Pc", "Pd",
	"Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp",
	"Zs" };

enum {
	CATEGORIES = sizeof(category_names) / sizeof(category_names[0])
};

static uint32_t
read_run(const uint8_t **p)
{
	uint32_t v = 0;
	int shift = 0;

	for (; (**p & 0x80) != 0; ++*p, shift += 7)
		v |= (uint32_t)(**p & 0x7f) << shift;
	return v | (uint32_t) * (*p)++ << shift;
}

static const char *
category_of(uint32_t c)
{
	size_t lo = 0, hi = unicode_marks_n;
	const uint8_t *p;
	uint32_t at, run;

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (unicode_marks[mid].c <= c)
			lo = mid;
		else
			hi = mid;
	}
	p = unicode_category_runs + unicode_marks[lo].offset;
	at = unicode_marks[lo].c;
	do {
		run = read_run(&p);
		at += run >> UNICODE_CATEGORY_BITS;
	} while (at <= c && at <= UNICODE_MAX);
	return category_names[run & ((1 << UNICODE_CATEGORY_BITS) - 1)];
}

bool
unicode_is_print(uint32_t c)
{
	if (c < 0x7f)
		return c >= 0x20;
	return strchr("LMNPS", category_of(c)[0]) != NULL;
}

bool
unicode_is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool
unicode_is_digit(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9';
	return strcmp(category_of(c), "Nd") == 0;
}

bool
unicode_is_name(const char *s, size_t len, size_t *ret_n)
{
	uint32_t c = utf8_decode(s, ret_n);

	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') ||
		       ((c | 32) >= 'a' && (c | 32) <= 'z');
	return *ret_n <= len &&
	       (category_of(c)[0] == 'L' || unicode_is_digit(c));
}

/* The first case range that ends at c or beyond. */
static const struct unicode_case *
case_from(uint32_t c)
{
	size_t lo = 0, hi = unicode_cases_n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (unicode_cases[mid].hi < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < unicode_cases_n ? &unicode_cases[lo] : NULL;
}

static uint32_t
map_case(uint32_t c, bool upper)
{
	const struct unicode_case *k = case_from(c);
	int32_t delta;

	if (k == NULL || c < k->lo)
		return c;
	delta = upper ? k->upper : k->lower;
	if (delta == UNICODE_ALTERNATE)
		return k->lo + (((c - k->lo) & ~(uint32_t)1) | !upper);
	return (uint32_t)((int32_t)c + delta);
}

uint32_t
unicode_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	return map_case(c, false);
}

uint32_t
unicode_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z' ? c - 32 : c;
	return map_case(c, true);
}

uint32_t
unicode_fold(uint32_t c)
{
	size_t lo = 0, hi = unicode_orbits_n;
	uint32_t lower;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (unicode_orbits[mid].c == c)
			return unicode_orbits[mid].next;
		if (unicode_orbits[mid].c < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	lower = unicode_lower(c);
	return lower != c ? lower : unicode_upper(c);
}

uint32_t
unicode_next_cased(uint32_t c)
{
	const struct unicode_case *k = case_from(c);

	if (k == NULL)
		return UNICODE_MAX;
	return c > k->lo ? c : k->lo;
}

static bool
category_class(const char *name, size_t len, struct unicode_class *ret)
{
	for (uint32_t i = 1; i < CATEGORIES && len <= 2; i++)
		if (memcmp(category_names[i], name, len) == 0)
			ret->categories |= (uint64_t)1 << i;
	ret->p = unicode_category_runs;
	ret->end = ret->p + unicode_category_runs_len;
	ret->bits = UNICODE_CATEGORY_BITS;
	return len > 0 && ret->categories != 0;
}

static bool
script_class(const char *name, size_t len, struct unicode_class *ret)
{
	const char *s = unicode_script_names;

	ret->p = unicode_script_runs;
	ret->end = ret->p + unicode_script_runs_len;
	ret->bits = UNICODE_SCRIPT_BITS;
	for (ret->script = 1; *s != '\0'; ret->script++) {
		size_t n = strlen(s);

		if (n == len && memcmp(s, name, n) == 0)
			return true;
		s += n + 1;
	}
	return false;
}

bool
unicode_class(const char *name, size_t len, struct unicode_class *ret)
{
	*ret = (struct unicode_class){ 0 };
	if (len == 3 && memcmp(name, "Any", 3) == 0) {
		category_class("C", 1, ret);
		ret->categories = UINT64_MAX;
		return true;
	}
	return category_class(name, len, ret) || script_class(name, len, ret);
}

static bool
run_in_class(const struct unicode_class *k, uint32_t id)
{
	if (k->categories != 0)
		return (k->categories >> id & 1) != 0;
	return id == k->script;
}

bool
unicode_class_next(struct unicode_class *k, uint32_t *ret_lo, uint32_t *ret_hi)
{
	bool found = false;

	while (k->p < k->end) {
		const uint8_t *before = k->p;
		uint32_t run = read_run(&k->p), len = run >> k->bits;

		if (run_in_class(k, run & (((uint32_t)1 << k->bits) - 1))) {
			if (!found)
				*ret_lo = k->at;
			*ret_hi = k->at + len - 1;
			found = true;
		} else if (found) {
			k->p = before;
			return true;
		}
		k->at += len;
	}
	return found;
}
