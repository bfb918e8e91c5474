/* A name that is taken leads below one of the three folders, never up. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oci/sysctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char *name = malloc(len + 1);
	char path[SYSCTL_NAME_MAX];
	struct err e;

	if (len > 0)
		memcpy(name, p, len);
	name[len] = '\0';
	if (sysctl_path(name, path, &e) == 0 &&
	    (strstr(path, "/.") != NULL || strstr(path, "//") != NULL ||
		!(str_starts(path, "net/") || str_starts(path, "kernel/") ||
		    str_starts(path, "fs/mqueue/"))))
		abort();
	free(name);
	return 0;
}
