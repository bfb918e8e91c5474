/*
 * measurements/tdevents -- the events that a boot of a TD will log
 *
 * A list of what will extend the RTMRs, in the order of each register; events
 * of different registers stand in no order to each other.
 *
 * Memory: nothing is allocated; names are copied.
 */
#ifndef MEASUREMENTS_TDEVENTS_H
#define MEASUREMENTS_TDEVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "measurements/format/eventlog.h"
#include "measurements/format/limits.h"
#include "measurements/tdx/registers.h"

enum {
	TDEVENT_LEN = SHA2_384_LEN,
	TDEVENT_WHAT_SIZE = 48
};

struct tdevent {
	int rtmr;
	uint32_t type; /* as in eventlog.h */
	uint8_t digest[TDEVENT_LEN];
	char what[TDEVENT_WHAT_SIZE]; /* for people */
};

struct tdevents {
	struct tdevent e[LIMIT_TD_EVENTS];
	size_t n;
};

/*
 * Add an event with this digest. The list has room for every event that the
 * units here predict: running out of it is our own bug and is asserted.
 */
void tdevents_add_digest(struct tdevents *t, int rtmr, uint32_t type,
    const uint8_t digest[static TDEVENT_LEN], const char *what);

/* The same with the digest of the len bytes at p. */
void tdevents_add(struct tdevents *t, int rtmr, uint32_t type, const void *p,
    size_t len, const char *what);

/* The value of the register after its events. */
void tdevents_rtmr(const struct tdevents *t, int rtmr,
    uint8_t ret_rtmr[static TDEVENT_LEN]);

#endif
