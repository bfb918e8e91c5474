#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/ccwpath.h"
#include "sandbox/pcipath.h"
#include "sandbox/scsipath.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* What is accepted is in its normal form, and nothing else takes it. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char s[64], normal[32];
	struct scsipath path;
	struct ccwpath ccw;
	struct pcipath pci;
	struct err e;

	if (len >= sizeof(s))
		return 0;
	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	if (scsipath_parse(s, &path, &e) < 0)
		return 0;
	if (!scsipath_is(s) || ccwpath_is(s) ||
	    ccwpath_parse(s, &ccw, &e) == 0 || pcipath_parse(s, &pci, &e) == 0)
		__builtin_trap();
	snprintf(normal, sizeof(normal), "%u:%u", (unsigned)path.id,
	    (unsigned)path.lun);
	if (strcmp(s, normal) != 0)
		__builtin_trap();
	return 0;
}
