/*
 * image/forms -- a disk in the containers that clouds and hypervisors take
 *
 *	raw	the disk itself, with holes
 *	qcow2	version 3, clusters of 64 KiB, only those with data
 *	vhd	fixed: the disk and a footer of 512 bytes (Microsoft, "Virtual
 *		Hard Disk Image Format Specification" 1.0); the size in the
 *		footer is the disk's own, not one rounded to cylinders
 *	gcp	a tar archive with the sparse file disk.raw in the old GNU
 *		form; to be packed with gzip -n
 *
 * None holds a time; the one identifier that a VHD needs is given.
 *
 * Memory: a cluster at a time.
 */
#ifndef IMAGE_FORMS_H
#define IMAGE_FORMS_H

#include "image/disk.h"

enum {
	FORMS_ID_LEN = 16
};

/* What writes a disk to an empty file. Returns 0, or -1 with *e set. */
typedef int forms_fn(const struct disk *d,
    const uint8_t id[static FORMS_ID_LEN], int fd, struct err *e);

/*
 * The form of that name, and the bytes that a disk in it must be a multiple
 * of. ERR_ARGUMENT for a name that is none.
 */
int forms_find(const char *name, forms_fn **ret_write, uint64_t *ret_unit,
    struct err *e);

#endif
