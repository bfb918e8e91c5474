/*
 * image/fat32 -- a FAT32 file system of a few files, as an ESP needs it
 *
 * After Microsoft's "FAT: General Overview of On-Disk Format" 1.03. Two FATs,
 * 32 reserved sectors, files one after the other in the order in which they
 * were given, every time 1980-01-01, which is the first that FAT knows.
 *
 * Paths are absolute with components in 8.3 form: capitals, digits, '_', '-'.
 * Folders come into being with the first file in them and hold no more than
 * one cluster.
 *
 * Memory: the pieces belong to the disk, or are the caller's files.
 * Limits: FAT32_FILES files and as many folders.
 */
#ifndef IMAGE_FAT32_H
#define IMAGE_FAT32_H

#include "base/err.h"
#include "image/disk.h"

enum {
	FAT32_FILES = 16
};

struct fat32_file {
	const char *path; /* "/EFI/BOOT/BOOTX64.EFI" */
	const uint8_t *p;
	size_t len;
};

/*
 * The fewest bytes, whole sectors, that a FAT32 with these files needs: some
 * 33 MiB when they are small, since with fewer clusters it would be a FAT16.
 */
uint64_t fat32_size(const struct fat32_file *files, size_t n);

/*
 * Write it to the size bytes of the disk at that offset. Returns 0, or -1:
 *	ERR_ARGUMENT	a path that is not as above
 *	ERR_EXISTS	one that appears twice, as a file or a folder
 *	ERR_LIMIT	it does not fit, or too much in one folder
 */
int fat32_put(struct disk *d, uint64_t at, uint64_t size, uint32_t serial,
    const struct fat32_file *files, size_t n, struct err *e);

#endif
