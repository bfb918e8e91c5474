/*
 * measurements/mrtd -- the measurement that a TD is built with
 *
 * MRTD is one running SHA-384 (Intel TDX Module ABI, TDH.MEM.PAGE.ADD,
 * TDH.MR.EXTEND, TDH.MR.FINALIZE). Adding a page puts in 128 bytes,
 * "MEM.PAGE.ADD" and its address; extending puts in, for each 256 bytes,
 * 128 of "MR.EXTEND" and address, and the 256. VMMs differ in the order:
 *	single-pass	each page is extended right after it was added: Linux
 *			6.16 and later, QEMU 10.1 and later
 *	two-pass	all pages of a section are added, then all extended:
 *			the older stack of Intel and Ubuntu (QEMU 8)
 * Neither vCPUs nor memory nor the TD HOB count.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_MRTD_H
#define MEASUREMENTS_MRTD_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/tdx/tdvf.h"

enum mrtd_order {
	MRTD_SINGLE_PASS,
	MRTD_TWO_PASS,
	MRTD_N_ORDERS
};

enum {
	MRTD_LEN = SHA2_384_LEN
};

/* "single-pass" or "two-pass". */
const char *mrtd_order_name(enum mrtd_order order);

/*
 * The MRTD of a TD with this firmware. payload is what the VMM loads into a
 * td-shim's Payload section, NULL when not known: it counts only where the
 * section is measured and the image does not hold it. Returns 0, or -1 with
 * *ret_mrtd untouched:
 *	ERR_NOT_FOUND	the payload is needed and not given
 *	ERR_ARGUMENT	it is larger than its section
 */
int mrtd_digest(const struct tdvf *t, enum mrtd_order order,
    const struct span *payload, uint8_t ret_mrtd[static MRTD_LEN],
    struct err *e);

#endif
