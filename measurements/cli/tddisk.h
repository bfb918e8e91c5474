/*
 * measurements/tddisk -- RTMR1 and RTMR2 of a TD that boots a UKI
 *
 * The events are those of a boot with a TPM (measurements/vtpm/pcrboot.h),
 * merged in the order of time: PCR 2 to 6 are RTMR1, PCR 8 to 15 are RTMR2.
 * The differences: one separator for all of RTMR1, and that since OVMF 202411;
 * and what systemd's stub measures reaches a TD's registers only where it
 * knows their protocol, as from 254 on.
 *
 * Memory: none of these functions keeps anything.
 */
#ifndef MEASUREMENTS_TDDISK_H
#define MEASUREMENTS_TDDISK_H

#include "base/err.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/tdx/tdboot.h"

/*
 * Add the events of one register to t. Returns 0, or -1 with t perhaps longer;
 * errors as of pcrboot_events().
 */
int tddisk_rtmr1(const struct bootdisk *d, const struct tdboot *b,
    struct tdevents *t, struct err *e);
int tddisk_rtmr2(const struct bootdisk *d, const struct tdboot *b,
    struct tdevents *t, struct err *e);

#endif
