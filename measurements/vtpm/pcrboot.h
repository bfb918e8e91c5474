/*
 * measurements/pcrboot -- the PCRs of a boot of a UKI from a disk
 *
 * What OVMF, the UKI's stub and Linux measure into PCR 0 to 15 of a TPM 2.0:
 *	0	version of the firmware, its two volumes
 *	1	ACPI and SMBIOS (by version), boot variables; SMBIOS by the stub
 *	2 3 6	a separator each
 *	4	the boot action, the UKI, the kernel where firmware loads it
 *	5	the partition table, the end of boot services
 *	7	Secure Boot: state, keys, and what let the UKI pass
 *	8	initdata, by the guest
 *	9	options and initrd of the kernel
 *	11	sections of the UKI, by the stub
 *	10 12 13 14 15	nothing: zeros
 * Nothing is taken from the guest's own log.
 *
 * Assumed, since it cannot be seen here: a first boot option that starts (with
 * QEMU a virtio-blk disk with bootindex=0, without it no other disk), no
 * Option ROMs, no files beside the UKI that its stub would pick up, no SMBIOS
 * OEM strings for it, no boot secret, a kernel whose stub measures (Linux 5.18
 * and later), and a guest that extends nothing but PCR8.
 *
 * Memory: nothing stays allocated; struct pcrboot borrows everything.
 */
#ifndef MEASUREMENTS_PCRBOOT_H
#define MEASUREMENTS_PCRBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/fwvol.h"
#include "measurements/format/gpt.h"
#include "measurements/format/sbvars.h"
#include "measurements/format/uki.h"
#include "measurements/vtpm/devpath.h"
#include "measurements/vtpm/pcrevents.h"
#include "measurements/vtpm/pcrprofile.h"

struct pcrboot {
	enum pcrplatform platform;
	uint32_t ovmf; /* 202511; 0 when not known */
	/* These are NULL when they are not known. */
	const struct fwvol *firmware;
	const struct sbvars *vars;
	const bool
	    *secure_boot; /* in place of vars, where they are elsewhere */
	const struct uki *uki;
	const struct gpt *gpt;
	const struct devpath *disk;
	const struct span *acpi_tables, *acpi_rsdp, *acpi_loader;
	const struct span *smbios; /* QEMU's etc/smbios/smbios-tables */
	const uint8_t *initdata;   /* what the guest extends PCR8 by */
	bool extras; /* the ESP has files that a stub may pick up */
};

/*
 * Add the events of one PCR to t. Returns 0, or -1 with t perhaps longer:
 *	ERR_NOT_FOUND	an input that the register depends on is not given
 *	ERR_UNSUPPORTED	something is measured that is not known here
 *	others		what the units of the inputs say
 */
int pcrboot_events(const struct pcrboot *b, int pcr, struct pcrevents *t,
    struct err *e);

/* For pcrboot_events(), the registers of the platform: 0, 1 and 7. */
int pcrplat_firmware(const struct pcrboot *b, struct pcrevents *t,
    struct err *e);
int pcrplat_config(const struct pcrboot *b, struct pcrevents *t, struct err *e);
int pcrplat_secure_boot(const struct pcrboot *b, struct pcrevents *t,
    struct err *e);

/*
 * The boot variables alone: BootOrder and each option in that order. pcr is
 * 1; a TD has them in RTMR0.
 */
int pcrplat_boot_options(const struct pcrboot *b, struct pcrevents *t,
    struct err *e);

#endif
