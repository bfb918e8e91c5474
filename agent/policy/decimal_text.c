#include <string.h>

#include "policy/decimal_text.h"
#include "policy/number.h"

static size_t
digits(const char *s, size_t len, size_t i)
{
	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

struct value
decimal_text(struct heap *h, const char *s, size_t len)
{
	struct value v = number_parse(h, s, len);
	size_t i = 0, whole, part = 0, n = 0, end;
	char *t;

	if (value_defined(v) || budget_hit(h->budget) != BUDGET_OK)
		return v;
	if (i < len && (s[i] == '+' || s[i] == '-'))
		i++;
	whole = i;
	end = i = digits(s, len, i);
	if (i < len && s[i] == '.') {
		part = i + 1;
		i = digits(s, len, part);
	}
	if (i - whole - (part > 0) == 0)
		return value_undefined();
	t = heap_alloc(h, len + 4);
	if (t == NULL)
		return value_undefined();
	if (s[0] == '-')
		t[n++] = '-';
	while (whole < end && s[whole] == '0')
		whole++;
	if (whole == end)
		t[n++] = '0';
	memcpy(t + n, s + whole, end - whole);
	n += end - whole;
	if (part > 0 && i > part) {
		t[n++] = '.';
		memcpy(t + n, s + part, i - part);
		n += i - part;
	}
	/* The exponent, which has to be right as it is. */
	memcpy(t + n, s + i, len - i);
	return number_parse(h, t, n + len - i);
}
