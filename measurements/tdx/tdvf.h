/*
 * measurements/tdvf -- what a TDX firmware says about its own launch
 *
 * A TDVF image carries a descriptor: GUID, 'TDVF', u32 length, u32 version,
 * u32 count, then count sections of 32 bytes (Intel TDX Virtual Firmware
 * Design Guide, 11; td-shim specification, "TDX metadata"). OVMF's GUID table
 * holds its distance from the end of the image; older td-shim images have its
 * offset 32 bytes before the end instead.
 *
 * The image is foreign. A struct tdvf obeys these rules, of which the first
 * six are QEMU's (target hw/i386/tdvf.c) and the rest the specifications':
 *	- addresses and sizes are whole pages, and end below 2^52
 *	- memory is at least as large as the data, which is inside the image
 *	- BFV and CFV have data; TD_HOB, TEMP_MEM and PERM_MEM have none
 *	- the length is that of the sections; the version is 1
 *	- there are two sections or more, of known types
 *	- no two sections overlap in memory
 *	- every BFV is measured and one of them holds the reset vector
 *	- CFV and Payload may be measured, what the VMM writes is not
 *	- PERM_MEM and nothing else has PAGE_AUG
 *	- at most one each of TD_HOB, Payload, PayloadParam, TD_INFO, TD_PARAMS;
 *	  a TD_HOB or a PERM_MEM; no PayloadParam without Payload; TD_INFO and
 *	  TD_PARAMS inside a BFV and without memory of their own
 *
 * Memory: nothing is allocated; struct tdvf borrows the image.
 */
#ifndef MEASUREMENTS_TDVF_H
#define MEASUREMENTS_TDVF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/limits.h"

enum {
	TDVF_PAGE = 4096
};

enum tdvf_type {
	TDVF_BFV,
	TDVF_CFV,
	TDVF_TD_HOB,
	TDVF_TEMP_MEM,
	TDVF_PERM_MEM,
	TDVF_PAYLOAD,
	TDVF_PAYLOAD_PARAM,
	TDVF_TD_INFO,
	TDVF_TD_PARAMS,
	TDVF_N_TYPES
};

enum tdvf_attribute {
	TDVF_MR_EXTEND = 1, /* the contents go into MRTD */
	TDVF_PAGE_AUG = 2   /* added after the launch, not at it */
};

struct tdvf_section {
	struct span data; /* in the image; empty for memory without data */
	uint64_t gpa;
	uint64_t size;
	enum tdvf_type type;
	uint32_t attributes;
};

/* The sections in the firmware's own order, which is measured. */
struct tdvf {
	struct tdvf_section s[LIMIT_TDVF_SECTIONS];
	size_t n;
};

/*
 * Make the attributes those that Cloud Hypervisor acts by: it extends MRTD with
 * a section whose attributes are MR_EXTEND and nothing else, and adds the pages
 * of every section (vmm/src/vm.rs, init_tdx_memory()).
 */
void tdvf_as_clh(struct tdvf *t);

/*
 * Read the metadata of the len bytes at p, which must outlive *ret_t. Returns
 * 0, or -1 with *e set, naming section, offset and rule, and *ret_t untouched:
 *	ERR_NOT_FOUND	the firmware has no TDX metadata
 *	ERR_LIMIT	more than LIMIT_FIRMWARE_SIZE, LIMIT_TDVF_SECTIONS or
 *			LIMIT_TDVF_MEMORY
 *	ERR_UNSUPPORTED	a version, type or attribute that is not known
 *	ERR_SYNTAX	any other breach
 */
int tdvf_parse(const void *p, size_t len, struct tdvf *ret_t, struct err *e);

/* The first section of that type, or NULL. */
const struct tdvf_section *tdvf_find(const struct tdvf *t, enum tdvf_type type);

/* The type as the specifications write it: "BFV", "TD_HOB". */
const char *tdvf_type_name(enum tdvf_type type);

/* True for a td-shim, which has sections that OVMF does not have. */
bool tdvf_is_shim(const struct tdvf *t);

#endif
