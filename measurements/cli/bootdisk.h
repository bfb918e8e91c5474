/*
 * measurements/bootdisk -- what firmware starts: a UKI, by itself or on a disk
 *
 * A disk image is raw, with a GUID partition table; of its EFI system
 * partition \EFI\BOOT\BOOTX64.EFI is what firmware starts where nobody told it
 * otherwise.
 *
 * Memory: bootdisk_release() releases everything; the parts borrow from it.
 */
#ifndef MEASUREMENTS_BOOTDISK_H
#define MEASUREMENTS_BOOTDISK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/cli/input.h"
#include "measurements/format/gpt.h"
#include "measurements/format/uki.h"

struct bootdisk {
	struct input file;
	struct input_map bytes;
	bool has_gpt;
	struct gpt gpt;
	struct buf uki_bytes; /* of a disk */
	struct uki uki;
	bool extras; /* the ESP has files that a stub may pick up */
};

/* Nothing open; to be released. */
void bootdisk_init(struct bootdisk *d);

/*
 * Open a UKI, or with is_disk a disk. *d must not move afterwards. Returns 0,
 * or -1 with the path in *e.
 */
int bootdisk_open(struct bootdisk *d, const char *path, bool is_disk,
    struct err *e);

void bootdisk_release(struct bootdisk *d);

#endif
