/* Two command lines, with a NUL between them. */
#include <stdlib.h>
#include <string.h>

#include "measurements/explain/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char *a = malloc(len + 2);
	struct buf out;

	memcpy(a, p, len);
	a[len] = a[len + 1] = '\0';
	buf_init(&out, 16 * 1024 * 1024);
	words_diff(a, a + strlen(a) + 1, &out);
	if ((strcmp(a, a + strlen(a) + 1) == 0) != (out.len == 0))
		abort();
	buf_release(&out);
	free(a);
	return 0;
}
