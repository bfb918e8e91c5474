/*
 * measurements/devpath -- the device path of a disk, as firmware prints it
 *
 * PciRoot(0x0)/Pci(0x1,0x0), with a Pci() more for each bridge: what OVMF says
 * of a boot option on its console, for a virtio-blk disk.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_DEVPATH_H
#define MEASUREMENTS_DEVPATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	DEVPATH_PCI_MAX = 4,
	DEVPATH_SIZE = 12 + DEVPATH_PCI_MAX * 6 + 4
};

struct devpath {
	uint8_t b[DEVPATH_SIZE]; /* the nodes, with the one that ends them */
	size_t len;
};

/* Read the text. ERR_ARGUMENT for another. */
int devpath_parse(const char *s, struct devpath *ret_d, struct err *e);

#endif
