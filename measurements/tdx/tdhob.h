/*
 * measurements/tdhob -- the list by which QEMU tells a TD of its memory
 *
 * QEMU writes a HOB list (UEFI Platform Initialization 1.8, volume 3, 5) into
 * the firmware's TD_HOB section: a PHIT and one resource descriptor for each
 * range of RAM, ascending. What the firmware wants at launch (TD_HOB and
 * TEMP_MEM) is system memory, the rest is not accepted yet. OVMF measures the
 * list but for the header that ends it, as the first event of RTMR0.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_TDHOB_H
#define MEASUREMENTS_TDHOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "measurements/tdx/tdvf.h"

enum {
	TDHOB_PHIT = 56,
	TDHOB_RESOURCE = 48,
	/* Every section may cut one range into three, of which two are new. */
	TDHOB_RANGES = 2 + 2 * LIMIT_TDVF_SECTIONS,
	TDHOB_SIZE = TDHOB_PHIT + TDHOB_RANGES * TDHOB_RESOURCE
};

struct tdhob {
	uint8_t b[TDHOB_SIZE];
	size_t len;
};

/*
 * The list for a q35 machine with this many bytes of memory. Returns 0, or -1
 * with *ret_hob untouched:
 *	ERR_NOT_FOUND	the firmware has no TD_HOB
 *	ERR_ARGUMENT	memory that is not whole pages, or too little for the
 *			firmware, or more than LIMIT_TD_MEMORY
 *	ERR_LIMIT	a list that does not fit its section
 */
int tdhob_build(const struct tdvf *t, uint64_t memory, struct tdhob *ret_hob,
    struct err *e);

#endif
