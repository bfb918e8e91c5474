/*
 * measurements/gpt -- a disk's GUID partition table, as firmware measures it
 *
 * The event EV_EFI_GPT_EVENT is over UEFI_GPT_DATA (TCG PC Client Platform
 * Firmware Profile 1.06, 10.2.6): the 92 bytes of the header in sector 1, the
 * number of entries in use as u64, and those entries in their order.
 *
 * The table is foreign: its checksums must hold, as firmware wants it, and
 * every entry lies on the disk.
 *
 * Memory: nothing is allocated; the disk is borrowed.
 */
#ifndef MEASUREMENTS_GPT_H
#define MEASUREMENTS_GPT_H

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/guid.h"
#include "measurements/format/limits.h"

enum {
	GPT_SECTOR = 512,
	GPT_HEADER_LEN = 92
};

struct gpt_entry {
	struct guid type;
	struct span bytes; /* the entry */
	struct span data;  /* the partition */
};

struct gpt {
	struct span header;
	struct gpt_entry e[LIMIT_GPT_ENTRIES]; /* those in use */
	size_t n;
};

/* The EFI system partition's type. */
extern const struct guid gpt_esp;

/*
 * Read the table of the len bytes of a disk at p. Returns 0, or -1 with *ret_g
 * undefined:
 *	ERR_SYNTAX	no table, or one that firmware would not take
 *	ERR_UNSUPPORTED	a header or entries of another size
 *	ERR_LIMIT	more than LIMIT_GPT_ENTRIES
 */
int gpt_parse(const void *p, size_t len, struct gpt *ret_g, struct err *e);

/* The digest that the event extends. */
void gpt_digest(const struct gpt *g, enum sha2_algorithm alg,
    uint8_t *ret_digest);

#endif
