#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sandbox/ccwpath.h"

enum {
	SET_MAX = 3,
	DIGITS_MAX = 4
};

#define SUBSYSTEM "0."

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
ccwpath_is(const char *s)
{
	return str_starts(s, SUBSYSTEM);
}

int
ccwpath_parse(const char *s, struct ccwpath *ret, struct err *e)
{
	const char *set = s + sizeof(SUBSYSTEM) - 1, *at;
	unsigned number = 0;

	if (!ccwpath_is(s) || set[0] < '0' || set[0] > '0' + SET_MAX ||
	    set[1] != '.')
		return err_set(e, ERR_SYNTAX,
		    "%s is not a CCW bus id such as '0.0.0005'", STR_QUOTED(s));
	for (at = set + 2; hex_digit(*at) >= 0; at++) {
		if (at - (set + 2) == DIGITS_MAX)
			break;
		number = number * 16 + (unsigned)hex_digit(*at);
	}
	if (at == set + 2 || *at != '\0')
		return err_set(e, ERR_SYNTAX,
		    "%s has no device number of one to four digits",
		    STR_QUOTED(s));
	ret->set = (uint8_t)(set[0] - '0');
	ret->number = (uint16_t)number;
	return 0;
}

int
ccwpath_resolve(const struct ccwpath *p, const char *root, char *dst,
    size_t size, struct err *e)
{
	char dir[512];

	if (str_format(dir, sizeof(dir), "%s/" SUBSYSTEM "%u.%04x", root,
		(unsigned)p->set, (unsigned)p->number) < 0 ||
	    strlen(dir) >= size)
		return err_set(e, ERR_LIMIT, "path %s", STR_QUOTED(root));
	if (access(dir, F_OK) < 0)
		return err_set(e, ERR_UNAVAILABLE, "no device at %s",
		    STR_QUOTED(dir));
	memcpy(dst, dir, strlen(dir) + 1);
	return 0;
}
