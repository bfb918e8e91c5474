/* A foreign private key file, and an ID auth structure. */
#include <stdlib.h>
#include <string.h>

#include "measurements/sev/idblock.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t block[IDBLOCK_LEN] = { 0 };
	struct eckey k, again;
	struct idauth a;
	struct err e;

	for (int c = 0; c < ECKEY_N_CURVES; c++) {
		if (eckey_parse((enum eckey_curve)c, p, len, &k, &e) < 0)
			continue;
		if (eckey_init((enum eckey_curve)c, k.d, &again, &e) < 0 ||
		    memcmp(&k, &again, sizeof(k)) != 0)
			abort();
	}
	idauth_verify(block, p, len, &a, &e);
	return 0;
}
