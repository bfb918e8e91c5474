/* A foreign SMBIOS table: cleared within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "measurements/format/smbios.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	size_t n = 0;
	struct err e;

	if (len > 0)
		memcpy(copy, p, len);
	if (smbios_filter(copy, len, &n, &e) == 0 && n > len)
		abort();
	free(copy);
	return 0;
}
