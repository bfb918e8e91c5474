/*
 * image/gpt -- a GUID partition table (UEFI 2.10, chapter 5)
 *
 * Protective MBR in sector 0, the header in 1, 128 entries of 128 bytes from 2
 * on, and both once more at the end of the disk.
 *
 * Memory: the pieces belong to the disk.
 */
#ifndef IMAGE_GPT_H
#define IMAGE_GPT_H

#include "image/disk.h"

enum {
	GPT_GUID_LEN = 16,
	GPT_NAME_MAX = 36,
	/* Sectors before the first and behind the last usable one. */
	GPT_HEAD = 34,
	GPT_TAIL = 33
};

struct gpt_partition {
	uint8_t type[GPT_GUID_LEN];
	uint8_t guid[GPT_GUID_LEN];
	uint64_t first, last; /* sectors, both within */
	const char *name;     /* ASCII, at most GPT_NAME_MAX */
};

/*
 * Read a GUID in its written form into the bytes of a table. Returns 0, or -1
 * when it is none.
 */
int gpt_guid(const char *s, uint8_t ret_guid[static GPT_GUID_LEN]);

/* The part of a table at the start of the disk, and the one at its end. */
void gpt_put_head(struct disk *d, const uint8_t guid[static GPT_GUID_LEN],
    const struct gpt_partition *p, size_t n);
void gpt_put_tail(struct disk *d, const uint8_t guid[static GPT_GUID_LEN],
    const struct gpt_partition *p, size_t n);

#endif
