/*
 * measurements/platform -- what a QEMU hands to the firmware of a guest
 *
 * The ACPI blobs and the other items that firmware measures depend on the
 * version of QEMU, on the machine, and on every device. Here the very QEMU that
 * will run is asked for them, without a TEE and without a guest:
 *	- registers of the chipset are written as the firmware will write them,
 *	  since QEMU puts them into the tables (MCFG, FADT)
 *	- one 64-bit BAR is put where the firmware will put the lowest one
 *	  (pciwindow.h), or none
 *	- the items are read (fwcfg.h)
 * The tables so read were compared with what OVMF 2025.02 and SeaBIOS found,
 * and with what guests see.
 *
 * What a TEE changes besides: TDX has neither SMM nor PIC, which is said to
 * QEMU as smm=off,pic=off. QEMU 11.1 has no other difference in its tables;
 * some older trees with patches for TDX report all interrupts as edges, and for
 * those this reads the wrong tables.
 *
 * Memory: the blobs are heap; platform_release() frees them.
 */
#ifndef MEASUREMENTS_PLATFORM_H
#define MEASUREMENTS_PLATFORM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/qemu/pciwindow.h"

enum platform_firmware {
	PLATFORM_OVMF,     /* since 202305 */
	PLATFORM_OVMF_OLD, /* until 202302, with PCIEXBAR elsewhere */
	PLATFORM_SEABIOS,  /* puts no BAR above 4 GiB */
	PLATFORM_FIRMWARES
};

enum platform_blob {
	PLATFORM_TABLES,
	PLATFORM_RSDP,
	PLATFORM_LOADER,
	PLATFORM_SMBIOS,
	/* What OVMF's IntelTdxX64 measures of fw_cfg, in its order. */
	PLATFORM_PCI_ROOTS,
	PLATFORM_BOOT_MENU,
	PLATFORM_MENU_WAIT,
	PLATFORM_RESERVED_END,
	PLATFORM_MMIO64_MB,
	PLATFORM_BOOTORDER,
	PLATFORM_BLOBS
};

struct platform {
	struct buf blobs[PLATFORM_BLOBS]; /* empty: QEMU has no such item */
	uint64_t window;                  /* of 64-bit BARs; 0: none is there */
};

/* "ovmf", "ovmf-202302" or "seabios". ERR_ARGUMENT for another name. */
int platform_firmware_parse(const char *name, enum platform_firmware *ret_f,
    struct err *e);

/* QEMU's name of a blob: "etc/acpi/tables"; "BootMenu" for the nameless. */
const char *platform_blob_name(enum platform_blob b);

/* And of the file that it is kept in: "acpi-tables". */
const char *platform_blob_file(enum platform_blob b);

void platform_init(struct platform *p);
void platform_release(struct platform *p);

/*
 * Start argv, which has -qtest stdio and -S, and read all of it. bits is as in
 * pciwindow.h. Returns 0, or -1 with *e set; *p is to be released either way.
 */
int platform_dump(const char *const *argv, enum platform_firmware firmware,
    unsigned bits, struct platform *p, struct err *e);

#endif
