/* Foreign firmware: its packed volumes, and the stream in them by itself. */
#include "measurements/format/fwvol.h"
#include "measurements/format/lzma.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span s = span_of(p, len);
	struct fwvol f;
	struct buf b;
	struct err e;

	buf_init(&b, 1 << 18);
	fwvol_unpack(p, len, &b, &f, &e);
	buf_release(&b);
	buf_init(&b, 1 << 18);
	lzma_decode(&s, &b, &e);
	buf_release(&b);
	return 0;
}
