#include "measurements/format/initdata.h"

int
initdata_field(const void *p, size_t len, uint8_t *ret_field, size_t size,
    struct err *e)
{
	struct initdata d;

	if (initdata_read(p, len, &d, e) < 0)
		return err_wrap(e, "initdata");
	initdata_launch_field(&d, ret_field, size);
	initdata_release(&d);
	return 0;
}
