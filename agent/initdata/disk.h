/*
 * initdata/disk -- the block device that brings initdata into the guest
 *
 * Kata 4.1 writes an image and attaches it before the guest starts:
 *	"initdata"	8 bytes
 *	length		u64, little endian, of what follows
 *	gzip(TOML)	padded with zeros to a multiple of 512
 * The Go runtime makes it a virtio-blk disk with the serial "initdata"; the
 * Rust runtime a SCSI disk that only its first bytes tell.
 *
 * The kernel has probed all disks that were there at its start before it
 * starts PID 1 (kernel_init() waits for asynchronous probes), so one look is
 * enough: a guest without initdata waits for nothing.
 *
 * Memory: the image's gzip data go to the caller's buffer.
 */
#ifndef INITDATA_DISK_H
#define INITDATA_DISK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	DISK_HEADER = 16,
	DISK_SECTOR = 512,
	DISK_NAMES_MAX = 256, /* disks looked at */
	DISK_NAME_MAX = 31
};

#define DISK_MAGIC "initdata"
#define DISK_SERIAL "initdata"

/*
 * The length that a header gives. Returns 0, or -1: ERR_NOT_FOUND when it is
 * not that of such an image, ERR_LIMIT for more than INITDATA_GZIP_MAX.
 */
int disk_header(const uint8_t header[DISK_HEADER], uint64_t *ret_len,
    struct err *e);

/* Append the image of the len bytes of gzip data at p to b. */
void disk_image(const void *p, size_t len, struct buf *b);

/*
 * Find the disk among those that sys ("/sys/block") lists, and open it in dev
 * ("/dev"). Returns a descriptor and its name; -1 with ERR_NOT_FOUND when no
 * disk has the serial or the magic; -1 with another error when one should be
 * the disk and cannot be used, or several claim to be.
 */
int disk_find(const char *sys, const char *dev,
    char ret_name[DISK_NAME_MAX + 1], struct err *e);

/* Append the gzip data of the image that begins at fd's first byte to b. */
int disk_read(int fd, struct buf *b, struct err *e);

#endif
