/* Foreign initdata. */
#include "measurements/format/initdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t field[INITDATA_MRCONFIGID];
	struct err e;

	initdata_field(p, len, field, sizeof(field), &e);
	return 0;
}
