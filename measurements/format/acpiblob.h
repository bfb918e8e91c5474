/*
 * measurements/acpiblob -- the ACPI blobs that QEMU hands to the firmware
 *
 * etc/table-loader tells the firmware what to do with etc/acpi/tables and
 * etc/acpi/rsdp: commands of 128 bytes, allocate, add pointer, add checksum
 * (QEMU, hw/acpi/bios-linker-loader.c). The blobs are measured as they are,
 * before any of it is done. They can be read from a QEMU that is started with
 * the same machine and devices and stopped at once. Where only the tables are
 * at hand, the other two follow from them for a machine without a TPM, vmgenid
 * or another blob of its own.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_ACPIBLOB_H
#define MEASUREMENTS_ACPIBLOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum {
	ACPIBLOB_RSDP = 20,
	ACPIBLOB_LOADER_MIN = 4096,
	ACPIBLOB_LOADER_MAX = 64 * 1024,
	ACPIBLOB_NAME_SIZE = 57
};

struct acpiblob {
	uint8_t rsdp[ACPIBLOB_RSDP];
	uint8_t loader[ACPIBLOB_LOADER_MAX];
	size_t loader_len;
};

/*
 * Work out rsdp and loader from the tables. ERR_SYNTAX when they are not what
 * QEMU makes: FACS, DSDT, FACP, others, RSDT, then zeros; ERR_LIMIT.
 */
int acpiblob_derive(const struct span *tables, struct acpiblob *ret_b,
    struct err *e);

/*
 * Take the next command off the loader. Returns 1 with the name of a file that
 * is allocated, 0 at the end, or -1 with ERR_SYNTAX.
 */
int acpiblob_next_file(struct span *loader,
    char ret_name[static ACPIBLOB_NAME_SIZE], struct err *e);

#endif
