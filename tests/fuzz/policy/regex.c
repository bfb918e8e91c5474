/*
 * A pattern up to the first NUL, and text: whatever compiles finds the same
 * with both machines, in bounded time, and at the borders of characters.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	PAIRS = 8
};

static void
check(struct regex *re, const char *s, size_t len, struct budget *budget)
{
	int64_t pair[2 * PAIRS];
	int match = regex_match(re, s, len, budget);
	int found = regex_find(re, s, len, 0, pair, PAIRS, budget);

	if (budget_hit(budget) != BUDGET_OK)
		return;
	if (match != found)
		abort();
	for (int i = 0; found == 1 && i < PAIRS; i++) {
		int64_t from = pair[2 * i], to = pair[2 * i + 1];

		if (from > to || to > (int64_t)len || (from < 0 && to >= 0))
			abort();
		if (from >= 0 && !value_is_utf8(s + from, (size_t)(to - from)))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const uint8_t *nul = len > 0 ? memchr(p, 0, len) : NULL;
	size_t n = nul == NULL ? len : (size_t)(nul - p);
	size_t rest = nul == NULL ? len : n + 1;
	const char *pattern = (const char *)p;
	struct budget budget;
	struct regex *re;
	struct err e;

	if (!value_is_utf8(pattern, n) ||
	    !value_is_utf8(pattern + rest, len - rest))
		return 0;
	budget_init(&budget, 2000000, 10);
	if (regex_compile(pattern, n, &budget, &re, &e) != 0)
		return 0;
	check(re, pattern + rest, len - rest, &budget);
	regex_free(re);
	return 0;
}
