#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/ccwpath.h"
#include "sandbox/pcipath.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* What is accepted is no PCI path, and its normal form means the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char s[64], normal[32];
	struct ccwpath path, again;
	struct pcipath pci;
	struct err e;

	if (len >= sizeof(s))
		return 0;
	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	if (ccwpath_parse(s, &path, &e) < 0)
		return 0;
	if (path.set > 3 || !ccwpath_is(s) || pcipath_parse(s, &pci, &e) == 0)
		__builtin_trap();
	snprintf(normal, sizeof(normal), "0.%u.%04x", (unsigned)path.set,
	    (unsigned)path.number);
	if (ccwpath_parse(normal, &again, &e) < 0 || again.set != path.set ||
	    again.number != path.number)
		__builtin_trap();
	return 0;
}
