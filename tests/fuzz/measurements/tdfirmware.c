/* A foreign firmware: its tag, its names, and what SMBIOS makes of them. */
#include "measurements/tdx/tdfirmware.h"
#include "measurements/format/smbiosovmf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct span none = span_of(NULL, 0);
	struct buf unpacked, table;
	struct tdfirmware f;
	struct span fv[FWVOL_VOLUMES];
	struct fwvol_names names;
	struct err e;

	buf_init(&unpacked, 1 << 18);
	for (int intel = 0; intel < 2; intel++) {
		buf_clear(&unpacked);
		tdfirmware_look(p, len, intel, &unpacked, &f, &e);
	}
	buf_clear(&unpacked);
	if (fwvol_volumes(p, len, &unpacked, fv, &e) == 0 &&
	    fwvol_names(&fv[1], &names)) {
		buf_init(&table, 4096);
		smbiosovmf_measured(&none, &names, &table, &e);
		buf_release(&table);
	}
	buf_release(&unpacked);
	return 0;
}
