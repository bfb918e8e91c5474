/* An address that is read has a path that ends, or a port that exists. */
#include <stdlib.h>
#include <string.h>

#include "net/vsock.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char *s = malloc(len + 1);
	struct vsock_address a;
	struct err e;

	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	if (vsock_parse(s, &a, &e) == 0) {
		if (a.family == VSOCK_FAMILY_UNIX &&
		    strcmp(a.path, s + strlen("unix://")) != 0)
			abort();
		if (a.family == VSOCK_FAMILY_VSOCK && a.port == UINT32_MAX)
			abort();
	}
	free(s);
	return 0;
}
