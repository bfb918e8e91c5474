#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "measurements/verify/findings.h"

/* Foreign text must not reach a terminal as more than text. */
static void
make_printable(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

void
findings_add(struct findings *fs, enum finding_result result, const char *name,
    const char *fmt, ...)
{
	struct finding *f = &fs->f[fs->n];
	va_list ap;

	assert(fs->n < FINDINGS_MAX);
	fs->n++;
	f->result = result;
	snprintf(f->name, sizeof(f->name), "%s", name);
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	make_printable(f->name);
	make_printable(f->text);
}

void
findings_check(struct findings *fs, bool ok, const char *name,
    const char *passed, const char *failed)
{
	findings_add(fs, ok ? FINDING_PASSED : FINDING_FAILED, name, "%s",
	    ok ? passed : failed);
}

size_t
findings_count(const struct findings *fs, enum finding_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < fs->n; i++)
		n += fs->f[i].result == result;
	return n;
}

bool
findings_good(const struct findings *fs)
{
	return findings_count(fs, FINDING_FAILED) == 0 &&
	       findings_count(fs, FINDING_PASSED) > 0;
}
