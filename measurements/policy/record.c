#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/policy/record.h"

/* Take what begins with prefix off the front. */
static int
skip(const char **p, const char *end, const char *prefix)
{
	size_t len = strlen(prefix);

	if ((size_t)(end - *p) < len || memcmp(*p, prefix, len) != 0)
		return -1;
	*p += len;
	return 0;
}

/* A name in quotes. */
static int
take_name(const char **p, const char *end, char *ret)
{
	const char *quote;
	size_t len;

	if (skip(p, end, "\"") < 0)
		return -1;
	quote = memchr(*p, '"', (size_t)(end - *p));
	if (quote == NULL)
		return -1;
	len = (size_t)(quote - *p);
	if (len >= RECORD_NAME_MAX)
		return -1;
	memcpy(ret, *p, len);
	ret[len] = 0;
	*p = quote + 1;
	return 0;
}

static int
parse_line(const char *p, const char *end, struct record *r)
{
	char close = *p == '[' ? ']' : '}';

	while (end > p && end[-1] != close)
		end--;
	if (end == p)
		return -1;
	end--;
	if (close == ']') {
		if (skip(&p, end, "[\"ep\":") < 0)
			return -1;
	} else if (skip(&p, end, "{\"kind\":") < 0) {
		return -1;
	}
	if (take_name(&p, end, r->name) < 0 || skip(&p, end, ",") < 0)
		return -1;
	if (close == '}' && skip(&p, end, "\"request\":") < 0)
		return -1;
	r->json = p;
	r->len = (size_t)(end - p);
	return 0;
}

int
record_parse(const char *text, size_t len, struct record **ret, size_t *ret_n,
    struct err *e)
{
	const char *p = text, *end = text + len, *line_end;
	struct record *list;
	size_t n = 0, line = 0, lines = 1, i;

	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	list = must_alloc(lines, sizeof(*list));
	for (; p < end; p = line_end + 1) {
		line++;
		line_end = memchr(p, '\n', (size_t)(end - p));
		if (line_end == NULL)
			line_end = end;
		while (p < line_end && strchr(" \t\r", *p) != NULL)
			p++;
		if (p == line_end)
			continue;
		if (parse_line(p, line_end, &list[n]) < 0) {
			free(list);
			return err_set(e, ERR_SYNTAX,
			    "line %zu is no recorded request", line);
		}
		n++;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}
