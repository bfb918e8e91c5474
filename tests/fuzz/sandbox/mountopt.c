#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sandbox/guestpath.h"
#include "sandbox/mountopt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Lines are options; the data never outgrows its buffer. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static char s[8192];
	static struct mountopt o;
	char *list[SANDBOX_OPTIONS_MAX];
	size_t n = 0;
	unsigned mode;
	struct err e;

	if (len >= sizeof(s))
		return 0;
	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	(void)guestpath_ok(s);
	for (char *at = strtok(s, "\n"); at != NULL && n < SANDBOX_OPTIONS_MAX;
	     at = strtok(NULL, "\n"))
		list[n++] = at;
	if (mountopt_parse(n, list, &o, &e) < 0)
		return 0;
	if (strlen(o.data) > SANDBOX_MOUNT_DATA_MAX)
		__builtin_trap();
	if (mountopt_mode(&o, 0, &mode, &e) == 0 && mode > 07777)
		__builtin_trap();
	return 0;
}
