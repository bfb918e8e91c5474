/* What is read comes back as it was, in lower case. */
#include <stdlib.h>
#include <strings.h>

#include "codec/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t *bytes = malloc(len / 2 + 1);
	char *text = malloc(HEX_SIZE(len / 2));

	if (hex_decode((const char *)p, len, bytes, len / 2) == 0) {
		hex_encode(bytes, len / 2, text);
		if (strncasecmp(text, (const char *)p, len) != 0)
			abort();
	}
	free(bytes);
	free(text);
	return 0;
}
