/*
 * measurements/ovmf -- what an OVMF image says about its own SEV launch
 *
 * OVMF ends in a reset vector of 32 bytes; before it stands a table of
 * entries, found from the end and read backwards, each "data, u16 length,
 * GUID" with the length counting all three. The entry next to the reset
 * vector is the footer and holds the length of the whole table (edk2,
 * OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm). One entry points at the SEV
 * metadata: header "ASEV", u32 length, u32 version, u32 count, then count
 * sections of u32 address, u32 size, u32 type (OvmfSevMetadata.asm).
 *
 * Images from before the table carry the SEV reset block alone in the
 * footer's place; QEMU still reads those, and so does this.
 *
 * The image is foreign: every offset and length is checked, an entry that
 * appears twice is refused, and sections must be whole pages below 4 GiB that
 * neither overlap each other nor the firmware.
 *
 * Memory: none of these functions allocates; struct ovmf borrows the image.
 */
#ifndef MEASUREMENTS_OVMF_H
#define MEASUREMENTS_OVMF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/guid.h"
#include "measurements/format/limits.h"

#define OVMF_FOUR_GIB (UINT64_C(1) << 32)

enum {
	OVMF_PAGE = 4096
};

struct ovmf_entry {
	struct guid guid;
	struct span data;
};

struct ovmf {
	struct span image;
	struct ovmf_entry entries[LIMIT_OVMF_ENTRIES];
	size_t n_entries;
};

/* Section types of edk2; others exist and are kept as they are. */
enum ovmf_section_type {
	OVMF_SEC_MEM = 1,
	OVMF_SECRETS = 2,
	OVMF_CPUID = 3,
	OVMF_SVSM_CAA = 4,
	OVMF_KERNEL_HASHES = 0x10
};

struct ovmf_section {
	uint32_t gpa;
	uint32_t size;
	uint32_t type;
};

/* The sections in the firmware's own order, which is measured. */
struct ovmf_sections {
	struct ovmf_section s[LIMIT_OVMF_SECTIONS];
	size_t n;
};

struct ovmf_area {
	uint32_t base;
	uint32_t size;
};

/* True when the len bytes at p end as an image with a footer table does. */
bool ovmf_has_table(const void *p, size_t len);

/*
 * Read the footer table of the len bytes at p, which must outlive *ret_o.
 * Returns 0, or -1 with *e set and *ret_o untouched:
 *	ERR_LIMIT	more than LIMIT_FIRMWARE_SIZE or LIMIT_OVMF_ENTRIES
 *	ERR_SYNTAX	not an OVMF image, or a damaged table
 */
int ovmf_parse(const void *p, size_t len, struct ovmf *ret_o, struct err *e);

/* The data of the entry named by g; false when there is none. */
bool ovmf_find(const struct ovmf *o, const struct guid *g,
    struct span *ret_data);

/* True for the section types that edk2 defines. */
bool ovmf_section_known(uint32_t type);

/*
 * The address at which vCPUs other than the first begin (SEV_INFO_BLOCK).
 * ERR_NOT_FOUND when the image has none: it cannot start under SEV-ES.
 */
int ovmf_reset_eip(const struct ovmf *o, uint32_t *ret_eip, struct err *e);

/*
 * Where the firmware expects the hashes of kernel, initrd and command line.
 * ERR_UNSUPPORTED when it has no such area (no entry, or a base of zero), or
 * one that is smaller than the table: it would boot any kernel.
 */
int ovmf_hashes_area(const struct ovmf *o, struct ovmf_area *ret_area,
    struct err *e);

/*
 * The SEV metadata. ERR_NOT_FOUND when the image has none: it was not built
 * for SEV-SNP. ERR_SYNTAX and ERR_UNSUPPORTED name the section and the rule.
 */
int ovmf_sections(const struct ovmf *o, struct ovmf_sections *ret_s,
    struct err *e);

/* The entry point of a Coconut SVSM image, as an offset into it. */
int ovmf_svsm_entry(const struct ovmf *o, uint32_t *ret_offset, struct err *e);

#endif
