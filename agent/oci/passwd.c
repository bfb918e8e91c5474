#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "oci/passwd.h"

enum {
	FIELD_UID = 2,
	FIELD_HOME = 5,
	FIELDS = 7,
	UID_TEXT_MAX = 16
};

/* What stands before the next c, which is taken too; the rest without one. */
static struct span
take_until(struct span *s, uint8_t c)
{
	const uint8_t *at = memchr(s->p, c, span_len(s));
	struct span part;

	if (at == NULL)
		return span_take(s, span_len(s));
	part = span_take(s, (size_t)(at - s->p));
	span_skip(s, 1);
	return part;
}

static bool
is_uid(const struct span *s, uint32_t uid)
{
	char text[UID_TEXT_MAX];
	uint64_t v;
	size_t n = span_len(s);

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, s->p, n);
	text[n] = '\0';
	/* decimal only */
	return strspn(text, "0123456789") == n &&
	       str_u64(text, UINT32_MAX, &v) == 0 && v == uid;
}

int
passwd_home(struct span text, uint32_t uid, char ret[PATH_MAX])
{
	while (span_len(&text) > 0) {
		struct span line = take_until(&text, '\n');
		struct span field[FIELDS] = { 0 };
		struct span home;
		size_t n = 0;

		while (n < FIELDS && span_len(&line) > 0)
			field[n++] = take_until(&line, ':');
		if (n <= FIELD_HOME || !is_uid(&field[FIELD_UID], uid))
			continue;
		home = field[FIELD_HOME];
		if (span_len(&home) == 0 || span_len(&home) >= PATH_MAX ||
		    home.p[0] != '/' ||
		    memchr(home.p, '\0', span_len(&home)) != NULL)
			return -1;
		memcpy(ret, home.p, span_len(&home));
		ret[span_len(&home)] = '\0';
		return 0;
	}
	return -1;
}
