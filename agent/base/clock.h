/*
 * base/clock -- deadlines and time stamps, in milliseconds
 *
 * A deadline is an absolute time of CLOCK_MONOTONIC, so that setting the
 * guest's date never moves it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* No deadline at all. */
#define CLOCK_NEVER INT64_MAX

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now(void);

/* The deadline ms from now; CLOCK_NEVER when ms is negative. */
int64_t clock_after(int64_t ms);

/* Milliseconds until deadline: 0 when passed, -1 for CLOCK_NEVER; for poll. */
int clock_left(int64_t deadline);

/* Microseconds since boot (CLOCK_BOOTTIME). */
int64_t clock_boot_us(void);

#endif
