/* A path that is taken stays below the mount; files are read to their end. */
#include <stdlib.h>
#include <string.h>

#include "oci/cgroup.h"
#include "oci/cgroup_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char *text = malloc(len + 1);
	char path[PATH_MAX], again[PATH_MAX];
	struct err e;

	if (len > 0)
		memcpy(text, p, len);
	text[len] = '\0';
	if (cgroup_path(text, "id", path, &e) == 0) {
		if (path[0] == '/' || path[0] == '.' ||
		    strstr(path, "/.") != NULL || strstr(path, "//") != NULL ||
		    cgroup_path(path, "id", again, &e) < 0 ||
		    strcmp(path, again) != 0)
			abort();
	}
	cgroup_file_key(span_of(p, len), "usage_usec", 0);
	free(text);
	return 0;
}
