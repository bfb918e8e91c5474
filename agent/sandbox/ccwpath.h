/*
 * sandbox/ccwpath -- where a runtime says that it plugged a device in, s390x
 *
 * Kata names a device of the channel subsystem by its bus id as the guest
 * sees it: "0.0.0005" is device number 5 (one to four hexadecimal digits) in
 * subchannel set 0, of 0 to 3. The host's own name for the first field, fe, is
 * not taken (kata fact sheet 5.6).
 *
 * Memory: none of these functions allocates.
 */
#ifndef SANDBOX_CCWPATH_H
#define SANDBOX_CCWPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct ccwpath {
	uint8_t set;
	uint16_t number;
};

/* Whether s is meant to be a bus id: it starts as no PCI path does. */
bool ccwpath_is(const char *s);

/* ERR_SYNTAX. */
int ccwpath_parse(const char *s, struct ccwpath *ret, struct err *e);

/*
 * The device's directory below root ("/sys/bus/ccw/devices"), as a path in
 * dst. ERR_UNAVAILABLE while it is not there.
 */
int ccwpath_resolve(const struct ccwpath *p, const char *root, char *dst,
    size_t size, struct err *e);

#endif
