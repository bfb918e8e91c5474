/*
 * image/disk -- a disk as pieces of data with zeros between them
 *
 * Pieces are added in ascending order and do not overlap; what is in none of
 * them is zero and stays a hole in a raw file.
 *
 * Memory: a disk borrows the pieces, or owns those of disk_room(); released by
 * disk_release(). Out of memory ends the program.
 * Limits: DISK_PIECES pieces.
 */
#ifndef IMAGE_DISK_H
#define IMAGE_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	DISK_SECTOR = 512,
	DISK_PIECES = 64
};

struct disk_piece {
	uint64_t at;
	const uint8_t *p;
	size_t len;
	uint8_t *owned; /* NULL when it is borrowed */
};

struct disk {
	uint64_t size;
	struct disk_piece pieces[DISK_PIECES];
	size_t n;
};

/* Borrow the len bytes at p as what is at that offset. */
void disk_add(struct disk *d, uint64_t at, const void *p, size_t len);

/* len zeros at that offset, for the caller to fill. */
uint8_t *disk_room(struct disk *d, uint64_t at, size_t len);

void disk_release(struct disk *d);

/* Copy len bytes from that offset to dst. Returns 0 when all are zero. */
int disk_read(const struct disk *d, uint64_t at, uint8_t *dst, size_t len);

/* Write all of it to the descriptor of an empty file. */
int disk_write_raw(const struct disk *d, int fd, struct err *e);

#endif
