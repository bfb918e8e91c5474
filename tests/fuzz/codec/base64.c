/* What is read is what would be written, to the last character. */
#include <stdlib.h>
#include <string.h>

#include "codec/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check(enum base64_form form, const char *s, size_t len)
{
	size_t size = BASE64_BYTES(len), n;
	uint8_t *bytes = malloc(size);
	char *text = malloc(BASE64_SIZE(size));

	if (base64_decode(form, s, len, bytes, size, &n) == 0 &&
	    (base64_encode(form, bytes, n, text) != len ||
		memcmp(text, s, len) != 0))
		abort();
	free(bytes);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const char nothing[1];
	const char *s = len > 0 ? (const char *)p : nothing;

	check(BASE64_STANDARD, s, len);
	check(BASE64_URL, s, len);
	return 0;
}
