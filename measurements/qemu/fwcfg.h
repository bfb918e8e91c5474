/*
 * measurements/fwcfg -- the items that a QEMU offers to its firmware
 *
 * Read by DMA (QEMU, docs/specs/fw_cfg.rst) through qtest.h. QEMU makes ACPI
 * tables anew when an item is selected, so what they depend on in the chipset
 * has to be written before.
 *
 * Memory: contents go to the caller's buffer; nothing else is allocated.
 */
#ifndef MEASUREMENTS_FWCFG_H
#define MEASUREMENTS_FWCFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "measurements/qemu/qtest.h"

enum {
	FWCFG_FILES = 256,
	FWCFG_NAME = 56,
	FWCFG_BYTES = 4 * 1024 * 1024,
	/* Items without a name, by their selector. */
	FWCFG_BOOT_MENU = 0x0e,
	FWCFG_BOOT_MENU_LEN = 2
};

struct fwcfg_file {
	char name[FWCFG_NAME + 1];
	uint32_t size;
	uint16_t selector;
};

struct fwcfg {
	struct fwcfg_file f[FWCFG_FILES];
	size_t n;
};

/* The named items. ERR_LIMIT beyond FWCFG_FILES, or as of qtest.h. */
int fwcfg_list(struct qtest *q, struct fwcfg *ret_c, struct err *e);

/* NULL when there is none of that name. */
const struct fwcfg_file *fwcfg_find(const struct fwcfg *c, const char *name);

/* len bytes of an item, appended to b. ERR_LIMIT beyond FWCFG_BYTES. */
int fwcfg_read(struct qtest *q, uint16_t selector, uint32_t len, struct buf *b,
    struct err *e);

#endif
