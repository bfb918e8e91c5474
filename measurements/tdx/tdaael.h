/*
 * measurements/tdaael -- the RTMR3 that a guest's own log leads to
 *
 * RTMR3 is left to the guest: its agent extends it at run time and writes down
 * what it did, as events of a CC log (CoCo's AAEL, or a CCEL that goes on).
 *
 * Memory: nothing is allocated.
 */
#ifndef MEASUREMENTS_TDAAEL_H
#define MEASUREMENTS_TDAAEL_H

#include <stddef.h>

#include "base/err.h"
#include "measurements/tdx/tdevents.h"

/*
 * Add the events for RTMR3 of the log in the len bytes at p. Returns 0, or -1
 * with t perhaps longer: ERR_ARGUMENT for a TPM's log, ERR_LIMIT beyond
 * LIMIT_TD_EVENTS, ERR_SYNTAX for an event without a SHA-384, and as
 * eventlog.h.
 */
int tdaael_events(const void *p, size_t len, struct tdevents *t, struct err *e);

#endif
