#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sandbox/uevent.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Every string of an accepted message lies within it. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const char *s = (const char *)p;
	struct uevent u;
	struct err e;

	if (uevent_parse(s, len, &u, &e) < 0)
		return 0;
	if (u.action < s || u.action + strlen(u.action) >= s + len ||
	    u.devpath < s || u.devpath + strlen(u.devpath) >= s + len)
		__builtin_trap();
	return 0;
}
