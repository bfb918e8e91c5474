/* A foreign kernel: its PE hash, as it is and as QEMU changes it. */
#include <stdlib.h>
#include <string.h>

#include "measurements/format/bzimage.h"
#include "measurements/format/pe.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct bzimage_boot b = { "vga=0x317", 4096, UINT64_C(2) << 30 };
	uint8_t digest[SHA2_384_LEN], *copy;
	struct err e;

	pe_hash(p, len, SHA2_384, digest, &e);
	copy = malloc(len ? len : 1);
	if (len > 0)
		memcpy(copy, p, len);
	if (bzimage_patch(copy, len, &b, &e) < 0 && len > 0 &&
	    memcmp(copy, p, len) != 0)
		abort();
	free(copy);
	return 0;
}
