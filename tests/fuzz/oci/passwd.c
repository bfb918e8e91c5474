/* Whatever the file holds, a home is an absolute path. */
#include <stdlib.h>
#include <string.h>

#include "oci/passwd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char home[PATH_MAX];

	for (uint32_t uid = 0; uid < 3; uid++) {
		if (passwd_home(span_of(p, len), uid, home) == 0 &&
		    (home[0] != '/' || strlen(home) >= PATH_MAX))
			abort();
	}
	return 0;
}
