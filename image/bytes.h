/*
 * image/bytes -- a checksum and the output file
 *
 * Fields of structures are written with measurements/format/le.h and be.h.
 *
 * Memory: none of these functions allocates.
 */
#ifndef IMAGE_BYTES_H
#define IMAGE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* The CRC-32 of ISO 3309, as GPT and gzip have it. */
uint32_t bytes_crc32(const void *p, size_t len);

/* Write b to the file at path, which goes away when that fails. */
int bytes_write_file(const char *path, const struct buf *b, struct err *e);

#endif
