#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sandbox/pcipath.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* An accepted path stays within what PCI has. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char s[256];
	struct pcipath path;
	struct err e;

	if (len >= sizeof(s))
		return 0;
	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	if (pcipath_parse(s, &path, &e) < 0)
		return 0;
	if (path.n == 0 || path.n > PCIPATH_DEPTH_MAX)
		__builtin_trap();
	for (size_t i = 0; i < path.n; i++) {
		if (path.at[i].slot > 31 || path.at[i].function > 7)
			__builtin_trap();
	}
	return 0;
}
