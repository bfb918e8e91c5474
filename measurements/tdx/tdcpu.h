/*
 * measurements/tdcpu -- XFAM and ATTRIBUTES of a TD
 *
 * XFAM holds the extended features that the TD may use, as bits of XCR0 and of
 * IA32_XSS; QEMU takes them from the processor with -cpu host, so they follow
 * from its model, unless -cpu takes some away. ATTRIBUTES are set by the VMM;
 * QEMU's default is SEPT_VE_DISABLE alone (Intel TDX Module ABI, TD_PARAMS).
 * Trustee compares the first and reads the second.
 *
 * Memory: constant.
 */
#ifndef MEASUREMENTS_TDCPU_H
#define MEASUREMENTS_TDCPU_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define TDCPU_DEBUG (UINT64_C(1) << 0)
#define TDCPU_SEPT_VE_DISABLE (UINT64_C(1) << 28)
#define TDCPU_MIGRATABLE (UINT64_C(1) << 29)
#define TDCPU_PKS (UINT64_C(1) << 30)
#define TDCPU_KL (UINT64_C(1) << 31)
#define TDCPU_PERFMON (UINT64_C(1) << 63)

enum {
	TDCPU_TEXT = 160
};

/*
 * The XFAM of a TD with -cpu host on a processor of that model, such as
 * "sapphire-rapids". ERR_ARGUMENT, with the names there are.
 */
int tdcpu_xfam(const char *model, uint64_t *ret_xfam, struct err *e);

/*
 * What a TD module would refuse: without x87 and SSE, or AVX-512 or AMX in
 * part. ERR_ARGUMENT, naming the bits.
 */
int tdcpu_check_xfam(uint64_t xfam, struct err *e);

/* The features by name: "x87 sse avx pkru"; unknown ones as "bit 20". */
void tdcpu_xfam_text(uint64_t xfam, char ret_text[static TDCPU_TEXT]);

/*
 * What is questionable about the attributes, for people: the i-th warning, or
 * NULL when there are no more.
 */
const char *tdcpu_warning(uint64_t attributes, size_t i);

#endif
