/*
 * measurements/fat -- finding a file in a FAT file system
 *
 * FAT12, FAT16 and FAT32 as Microsoft's "FAT: General Overview of On-Disk
 * Format" 1.03 has them, for the ESP of a disk image: names are matched by
 * their 8.3 form and without regard to case; long names alone do not count.
 *
 * The file system is foreign: chains of clusters end, stay on the disk, and
 * are no longer than the file system or LIMIT_FAT_STEPS.
 *
 * Memory: the file system is borrowed; contents go to the caller's buffer.
 */
#ifndef MEASUREMENTS_FAT_H
#define MEASUREMENTS_FAT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct fat {
	struct span data; /* clusters, from number 2 on */
	struct span table;
	struct span root; /* FAT12 and FAT16: the root folder */
	uint32_t root_cluster;
	uint32_t cluster_len;
	uint32_t n_clusters;
	int bits; /* 12, 16 or 32 */
};

/*
 * Read the file system in the volume. Returns 0, or -1 with *ret_f undefined:
 * ERR_SYNTAX, or ERR_UNSUPPORTED for sectors that do not have 512 bytes.
 */
int fat_open(const struct span *volume, struct fat *ret_f, struct err *e);

/*
 * Append the file at path, "/EFI/BOOT/BOOTX64.EFI", to b; NULL only looks for
 * it. Returns 1, 0 when there is none, or -1: ERR_SYNTAX for a damaged file
 * system, ERR_LIMIT beyond b's. A folder is found like a file of no bytes.
 */
int fat_read(const struct fat *f, const char *path, struct buf *b,
    struct err *e);

/* Does the folder at path hold another? 1, 0, or -1 with ERR_SYNTAX. */
int fat_has_folder(const struct fat *f, const char *path, struct err *e);

#endif
