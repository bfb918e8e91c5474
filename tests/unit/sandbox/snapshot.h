/*
 * What a sandbox role leaves behind: before is taken by a test when it likes,
 * and check_snapshot() wants the same mounts, cgroups and directories again.
 */
#ifndef TESTS_UNIT_SANDBOX_SNAPSHOT_H
#define TESTS_UNIT_SANDBOX_SNAPSHOT_H

#include "tests/unit/sandbox/request.h"

static char before[TEXT], after[TEXT];

/* Fail with the first line that differs. */
static inline void
check_snapshot(void)
{
	size_t i = 0, line = 0;

	take_snapshot(after);
	while (before[i] != '\0' && before[i] == after[i]) {
		if (before[i] == '\n')
			line = i + 1;
		i++;
	}
	if (before[i] == after[i])
		return;
	printf("# before: %.*s\n# after:  %.*s\n",
	    (int)strcspn(before + line, "\n"), before + line,
	    (int)strcspn(after + line, "\n"), after + line);
	tap_fail(__FILE__, __LINE__, "something is left behind");
}

/* Create must fail with that code and leave nothing. */
static inline void
create_fails(struct fixture *f, struct sample *s, enum err_code code,
    const char *part)
{
	char text[256];

	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s->m, text), code);
	if (strstr(text, part) == NULL)
		EQ_STR(text, part);
	check_snapshot();
}

#endif
