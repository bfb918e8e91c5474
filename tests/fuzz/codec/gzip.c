/* Foreign gzip data never becomes more than the bound. */
#include <stdlib.h>

#include "codec/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf out;
	struct err e;

	buf_init(&out, 100000);
	gzip_read(p, len, &out, &e);
	if (out.len > 100000 || buf_bad(&out))
		abort();
	buf_release(&out);
	return 0;
}
