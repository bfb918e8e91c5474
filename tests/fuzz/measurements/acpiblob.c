/* Foreign ACPI blobs: the loader made from tables, and the bytes as one. */
#include <stdlib.h>

#include "measurements/format/acpiblob.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct acpiblob b;
	struct span s = span_of(p, len);
	char name[ACPIBLOB_NAME_SIZE];
	struct err e;
	int n = 0;

	if (acpiblob_derive(&s, &b, &e) == 0) {
		struct span loader = span_of(b.loader, b.loader_len);

		while (acpiblob_next_file(&loader, name, &e) > 0)
			n++;
		if (n != 2 || b.loader_len > sizeof(b.loader))
			abort();
	}
	while (acpiblob_next_file(&s, name, &e) > 0)
		;
	return 0;
}
