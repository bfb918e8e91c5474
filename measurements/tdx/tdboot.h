/*
 * measurements/tdboot -- the RTMRs of a direct boot under QEMU
 *
 * What OVMF and the Linux EFI stub measure when QEMU starts a TD with -kernel:
 *	RTMR0	TD HOB, variable store, fw_cfg items, Secure Boot variables,
 *		separator, ACPI blobs, SMBIOS, boot variables
 *	RTMR1	kernel, boot action, separator, the end of boot services
 *	RTMR2	the options of the kernel, its initrd
 * and what td-shim measures of its payload instead. By versions, in
 * tdprofile.h. Nothing is taken from the guest's own log.
 *
 * Where firmware starts a disk instead, RTMR0 has other boot options; its RTMR1
 * and RTMR2 are those of a boot with a TPM (measurements/vtpm/pcrboot.h).
 *
 * Assumed, since it cannot be seen here: a boot that does not fail and try
 * again, no Option ROMs, no boot menu, splash, extra PCI roots or memory slots
 * in QEMU's options, a kernel whose stub measures (Linux 6.9 and later).
 *
 * Memory: nothing is allocated; struct tdboot borrows everything.
 */
#ifndef MEASUREMENTS_TDBOOT_H
#define MEASUREMENTS_TDBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/fwvol.h"
#include "measurements/tdx/tdevents.h"
#include "measurements/tdx/tdprofile.h"
#include "measurements/tdx/tdvf.h"

/* The fw_cfg items that IntelTdxX64 measures since 202505, in its order. */
enum tdboot_item {
	TDBOOT_PCI_ROOTS,    /* etc/extra-pci-roots */
	TDBOOT_BOOT_MENU,    /* BootMenu, which has no name in fw_cfg */
	TDBOOT_MENU_WAIT,    /* etc/boot-menu-wait */
	TDBOOT_RESERVED_END, /* etc/reserved-memory-end */
	TDBOOT_MMIO64_MB,    /* opt/ovmf/X-PciMmio64Mb */
	TDBOOT_BOOTORDER,    /* bootorder */
	TDBOOT_ITEMS
};

struct tdboot {
	struct tdprofile profile;
	const struct tdvf *firmware;
	/* As the firmware reads it, after bzimage_patch() where QEMU does so;
	 * NULL when none is known, as the other pointers. */
	const struct span *kernel;
	const uint8_t *initrd_sha384; /* NULL when there is none */
	const char *cmdline;
	uint64_t memory; /* 0 when not known */
	const struct span *acpi_tables;
	const struct span *acpi_rsdp;   /* NULL: worked out */
	const struct span *acpi_loader; /* NULL: worked out */
	/* TDBOOT_ITEMS of them, empty where QEMU has none; NULL: those of a
	 * -kernel without anything that changes the order of booting. */
	const struct span *items;
	/* QEMU's etc/smbios/smbios-tables, and what the firmware calls itself;
	 * or the digest of the table as OVMF filters it, since 202505. */
	const struct span *smbios;
	const struct fwvol_names *names;
	const uint8_t *smbios_sha384;
	/* A boot without -kernel: the device path of the disk that is first in
	 * the order, all nodes. Then items have to be given. */
	const struct span *disk;
	/* And what is started from it; NULL: not known. Where Secure Boot is
	 * on, what lets it or the kernel pass is an event of RTMR0. */
	const struct span *image;
	bool shell; /* a build with the EFI shell */
	/* What a VMM hands to a td-shim, up to its end; NULL: not known. */
	const struct span *td_hob;
	/* A build with Secure Boot, whose SecureBoot variable exists. */
	bool secure_boot_build;
};

/* What QEMU's bootorder is for a -kernel and nothing else. */
struct span tdboot_bootorder(void);

/*
 * Add the events of one register to t. Returns 0, or -1 with t perhaps longer:
 *	ERR_NOT_FOUND	an input that the register depends on is not given
 *	ERR_UNSUPPORTED	something is measured that is not known here
 *	others		what the units of the inputs say
 */
int tdboot_rtmr0(const struct tdboot *b, struct tdevents *t, struct err *e);
int tdboot_rtmr1(const struct tdboot *b, struct tdevents *t, struct err *e);
int tdboot_rtmr2(const struct tdboot *b, struct tdevents *t, struct err *e);

/*
 * The RTMR0 of a td-shim: the list of memory that the VMM made, which differs
 * with the VMM and is to be given.
 */
int tdboot_shim_rtmr0(const struct tdboot *b, struct tdevents *t,
    struct err *e);

/*
 * The RTMR1 of a td-shim: the payload, here the kernel, and its parameters,
 * here the command line, each with zeros up to the size of its section.
 */
int tdboot_shim_rtmr1(const struct tdboot *b, struct tdevents *t,
    struct err *e);

#endif
