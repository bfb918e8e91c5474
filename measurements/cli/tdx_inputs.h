/*
 * measurements/tdx_inputs -- what RTMR0 depends on besides the options' files
 *
 * The items that `husk acpi-dump` wrote for a shape, and what the firmware
 * itself says of its edk2 tag and its names.
 *
 * Memory: owned by the struct; tdx_inputs_release() frees it. What was read for
 * a shape lasts until the next is read, its paths until the release.
 */
#ifndef MEASUREMENTS_TDX_INPUTS_H
#define MEASUREMENTS_TDX_INPUTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "measurements/cli/input.h"
#include "measurements/cli/shape.h"
#include "measurements/out/refset.h"
#include "measurements/qemu/platform.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdfirmware.h"

struct tdx_inputs {
	/* Of the firmware. */
	bool looked;           /* firmware tells of it */
	char why[REFSET_TEXT]; /* or why it does not */
	struct tdfirmware firmware;
	struct buf unpacked;
	/* Of the shape; paths are NULL where there is no such item. */
	struct buf blobs[PLATFORM_BLOBS];
	struct input in[PLATFORM_BLOBS];
	struct span acpi[3], smbios, items[TDBOOT_ITEMS];
	struct arena paths;
};

void tdx_inputs_init(struct tdx_inputs *t);
void tdx_inputs_release(struct tdx_inputs *t);

/* Look at the firmware; what cannot be told is no error. */
void tdx_inputs_look(struct tdx_inputs *t, const struct input_map *firmware,
    bool intel_tdx);

/*
 * Read the shape's folder in dir. direct is for a boot with -kernel, whose
 * order of booting is known where the dump was made without one. ERR_NOT_FOUND
 * when there are no tables: they are of other shapes.
 */
int tdx_inputs_read(struct tdx_inputs *t, const char *dir,
    const struct shape *s, bool direct, struct err *e);

/* Let b have what was read. */
void tdx_inputs_lend(const struct tdx_inputs *t, struct tdboot *b);

/* The files of the shape into a set. */
void tdx_inputs_describe(const struct tdx_inputs *t, struct refset *r);

#endif
