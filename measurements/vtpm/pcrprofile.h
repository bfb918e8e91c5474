/*
 * measurements/pcrprofile -- what versions of OVMF measure, and whose TPM it is
 *
 *	OVMF up to 202211	PlatformPei keeps data in the volume that PCR0
 *				measures, so that PCR0 depends on the memory and
 *				the processor of the machine
 *	OVMF with SMM		writes addresses into it, likewise
 *	OVMF 202302		measures QEMU's ACPI blobs into PCR1
 *	OVMF 202505		measures SMBIOS into PCR1; names its boot
 *options BootManagerMenuApp and EFI Firmware Setup
 *
 * Where another firmware than OVMF under QEMU makes the measurements, only
 * what does not depend on it, or is documented, is known:
 *	azure	confidential VMs: 8, 9, 11, 12, 13 (and 14 as zeros)
 *	gcp	the same, and 4, by the order of events that its logs show
 *	aws	NitroTPM: 4, 7 and 12, as Amazon's own tool computes them, and
 *		what the guest measures itself
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_PCRPROFILE_H
#define MEASUREMENTS_PCRPROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "measurements/format/guid.h"

enum pcrplatform {
	PCRPLATFORM_QEMU,
	PCRPLATFORM_AZURE,
	PCRPLATFORM_AWS,
	PCRPLATFORM_GCP,
	PCRPLATFORM_N
};

enum pcrprofile_feature {
	PCRPROFILE_CONSTANT_VOLUMES,
	PCRPROFILE_ACPI_EVENTS,
	PCRPROFILE_SMBIOS_EVENT,
	PCRPROFILE_N_FEATURES
};

/* An application of the firmware itself, as a boot option. */
struct pcrprofile_option {
	uint32_t attributes;
	const char *title;
	struct guid file;
};

/* The platform of that name. ERR_ARGUMENT for none. */
int pcrplatform_parse(const char *name, enum pcrplatform *ret_p, struct err *e);

const char *pcrplatform_name(enum pcrplatform p);

/* Is the PCR known there, if what it depends on is? */
bool pcrplatform_knows(enum pcrplatform p, int pcr);

/* ovmf is a stable tag as a number, 202511. */
bool pcrprofile_has(uint32_t ovmf, enum pcrprofile_feature f);

/* The options in front of those for devices; the shell comes behind them. */
size_t pcrprofile_options(uint32_t ovmf,
    const struct pcrprofile_option **ret_options);
const struct pcrprofile_option *pcrprofile_shell(uint32_t ovmf);

#endif
