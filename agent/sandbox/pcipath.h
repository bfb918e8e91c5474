/*
 * sandbox/pcipath -- where a runtime says that it plugged a device in
 *
 * Kata names a PCI device by the slots on the way to it: "02/00" is slot 0
 * behind the bridge in slot 2 of the root bus. Slots are two hexadecimal
 * digits up to 1f, each with an optional ".F" function from 0 to 7.
 *
 * Memory: none of these functions allocates.
 */
#ifndef SANDBOX_PCIPATH_H
#define SANDBOX_PCIPATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	PCIPATH_DEPTH_MAX = 8
};

struct pcipath {
	struct {
		uint8_t slot;
		uint8_t function;
	} at[PCIPATH_DEPTH_MAX];
	size_t n;
};

/* ERR_SYNTAX; ERR_LIMIT for more than PCIPATH_DEPTH_MAX slots. */
int pcipath_parse(const char *s, struct pcipath *ret, struct err *e);

/*
 * The device's directory below root ("/sys/devices/pci0000:00" of a machine
 * whose root bus is 0000:00), as a path in dst. ERR_UNAVAILABLE while a part
 * of it is not there.
 */
int pcipath_resolve(const struct pcipath *p, const char *root, char *dst,
    size_t size, struct err *e);

#endif
