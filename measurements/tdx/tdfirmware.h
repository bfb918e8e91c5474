/*
 * measurements/tdfirmware -- which OVMF a firmware is, by its bytes
 *
 * What OVMF measures differs from one stable tag of edk2 to the next
 * (tdprofile.h), and the image does not say its tag. But the differences show
 * since 202502: as modules in the volume of the DXE phase, and as texts in
 * them. Older ones differ in nothing that shows, and are not told apart.
 *
 * Builds of other people may carry changes of their own; what is found here is
 * what edk2's own would do.
 *
 * Memory: the unpacked volumes go to the caller's buffer, which *ret_f borrows.
 */
#ifndef MEASUREMENTS_TDFIRMWARE_H
#define MEASUREMENTS_TDFIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/format/fwvol.h"
#include "measurements/tdx/tdprofile.h"

struct tdfirmware {
	uint32_t first;   /* the oldest tag that does the same */
	uint32_t last;    /* and the newest that is known; 0: all since */
	bool secure_boot; /* a build with Secure Boot */
	bool shell;       /* one with the EFI shell */
	bool has_names;
	struct fwvol_names names;
};

/*
 * Look at the len bytes at p, of which intel_tdx tells what
 * tdprofile_is_intel_tdx() found. Returns 0, or -1 with *ret_f untouched:
 *	ERR_NOT_FOUND	one before 202502: the tag has to be told
 *	ERR_UNSUPPORTED	not packed as OVMF is, or what no known tag does
 *	others		of fwvol_volumes()
 */
int tdfirmware_look(const void *p, size_t len, bool intel_tdx,
    struct buf *unpacked, struct tdfirmware *ret_f, struct err *e);

/* Does the profile fit what was found? */
bool tdfirmware_fits(const struct tdfirmware *f, const struct tdprofile *p);

#endif
