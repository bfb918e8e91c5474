/*
 * measurements/fwvol -- the firmware volumes that OVMF measures into PCR0
 *
 * OVMF's flash holds a volume with one file, an LZMA section that unpacks to
 * the volumes of its PEI and DXE phases (Platform Initialization specification
 * 1.8, volume 3). Tcg2Pei measures a version string, which is built into it,
 * and both unpacked volumes.
 *
 * The version is the one wide string in Tcg2Pei's code; where the string is
 * empty, as upstream has it, there is none to be found. What else counts for
 * the PCRs is told by the modules in the volumes.
 *
 * Memory: unpacked volumes go to the caller's buffer, which *ret_f borrows.
 */
#ifndef MEASUREMENTS_FWVOL_H
#define MEASUREMENTS_FWVOL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct fwvol {
	struct span pei, dxe;
	struct span version; /* UTF-16 with its NUL */
	/* What SMBIOS calls the firmware; empty when that was not found. */
	struct span vendor, date;
	bool secure_boot; /* a build with Secure Boot */
	bool shell;       /* one with the EFI shell */
	bool smm;         /* one that keeps variables in SMM */
};

/*
 * Unpack the volumes of the len bytes of firmware at p, with or without its
 * variable store. Returns 0, or -1: ERR_UNSUPPORTED for a firmware of another
 * make, ERR_SYNTAX for a damaged one, and as lzma_decode().
 */
int fwvol_unpack(const void *p, size_t len, struct buf *unpacked,
    struct fwvol *ret_f, struct err *e);

#endif
