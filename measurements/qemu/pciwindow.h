/*
 * measurements/pciwindow -- where OVMF puts the 64-bit BARs of PCI devices
 *
 * QEMU tells of a window above 4 GiB in the DSDT that begins at the lowest
 * 64-bit BAR, so the tables depend on where the firmware puts that one: at the
 * base of its own window (edk2, OvmfPkg/Library/PlatformInitLib, MemDetect.c,
 * since 202211). Of the processor only the width of its addresses counts, as
 * OVMF uses it: at most 46 bits where it keeps to four levels of page tables,
 * as it does below 1 TiB of memory.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_PCIWINDOW_H
#define MEASUREMENTS_PCIWINDOW_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum {
	/* What a TD has on every processor so far. */
	PCIWINDOW_BITS = 46,
	PCIWINDOW_BITS_MIN = 36,
	PCIWINDOW_BITS_MAX = 52,
	/* A width that OVMF does not believe: 32 GiB above the memory. */
	PCIWINDOW_CLASSIC = 0
};

struct pciwindow {
	unsigned bits;         /* or PCIWINDOW_CLASSIC */
	struct span e820;      /* QEMU's etc/e820 */
	uint64_t reserved_end; /* etc/reserved-memory-end, or 0 */
};

/* The base of the window. ERR_SYNTAX for an e820 that is none. */
int pciwindow_base(const struct pciwindow *w, uint64_t *ret_base,
    struct err *e);

#endif
