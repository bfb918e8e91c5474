/*
 * measurements/hashes -- the table by which OVMF checks kernel, initrd and
 * command line
 *
 * QEMU writes it into guest memory before launch (kernel-hashes=on) and it is
 * measured there; the firmware then refuses blobs that differ. Layout: header
 * {GUID, u16 length} and three entries {GUID, u16 length, SHA-256} in the
 * order command line, initrd, kernel; zeros up to a multiple of 16 (QEMU,
 * target/i386/sev.c, PaddedSevHashTable).
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_HASHES_H
#define MEASUREMENTS_HASHES_H

#include <stdint.h>

#include "base/err.h"
#include "crypto/sha2.h"

enum {
	HASHES_TABLE_LEN = 176,
	HASHES_PAGE_LEN = 4096
};

struct hashes {
	uint8_t cmdline[SHA2_256_LEN]; /* of the text and its NUL */
	uint8_t initrd[SHA2_256_LEN];  /* of no bytes when there is none */
	uint8_t kernel[SHA2_256_LEN];  /* of the file */
};

/* The table as it lies in memory. */
void hashes_table(const struct hashes *h,
    uint8_t ret_table[static HASHES_TABLE_LEN]);

/*
 * The page that SEV-SNP measures: zeros but for the table at offset.
 * Returns 0, or -1 with ERR_SYNTAX when the table does not fit there.
 */
int hashes_page(const struct hashes *h, uint32_t offset,
    uint8_t ret_page[static HASHES_PAGE_LEN], struct err *e);

#endif
