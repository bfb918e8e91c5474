/* Foreign initdata: what is read has a digest and files that can be read. */
#include "initdata/initdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t field[INITDATA_MRCONFIGID];
	struct initdata d;
	struct err e;

	if (initdata_read(p, len, &d, &e) == 0) {
		initdata_launch_field(&d, field, sizeof(field));
		initdata_file(&d, INITDATA_POLICY);
		initdata_release(&d);
	}
	if (initdata_unpack(p, len, &d, &e) == 0)
		initdata_release(&d);
	return 0;
}
