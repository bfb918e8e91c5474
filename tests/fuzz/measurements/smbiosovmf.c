/* QEMU's SMBIOS table from a file: what OVMF makes of it, within its bounds. */
#include <stdlib.h>

#include "measurements/format/limits.h"
#include "measurements/format/smbiosovmf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint8_t text[] = "A\0B\0C\0\0";
	const struct fwvol_names names = { { text, text + 8, false },
		{ NULL, NULL, false }, { NULL, NULL, false } };
	struct span s = span_of(p, len);
	struct err e;
	struct buf b;

	buf_init(&b, LIMIT_SMBIOS);
	if (smbiosovmf_measured(&s, &names, &b, &e) == 0 &&
	    (b.len < 6 || b.p[b.len - 6] != 127))
		abort();
	buf_release(&b);
	return 0;
}
