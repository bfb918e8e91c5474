/*
 * measurements/vtreport -- the PCRs of a guest and where they come from
 *
 * hex	one register in lower case, a line feed, and nothing else
 * text	all of them for people, with events, inputs and versions
 * json	one object; a stable schema, keys always present and in this order:
 *
 *	target		"vtpm"
 *	platform	"qemu" | "azure" | "aws" | "gcp"
 *	banks		{sha256, sha384}, each {pcr0, ..., pcr15}: hexadecimal,
 *			or null with a text under unsupported
 *	unsupported	{register: why it is not known}
 *	depends		{register: [what it changes with]}
 *	references	the names that attestation policies compare, with their
 *			values: Trustee's default policy has tpm_pcr11, and for
 *			Azure snp_pcr11 and tdx_pcr11; other tools publish other
 *			PCRs under such names. For aws PCR4, PCR7 and PCR12 in
 *			SHA-384. Those that are not known are left out
 *	inputs		{firmware, vars, uki, disk, acpi_tables, acpi_rsdp,
 *			acpi_loader, smbios, initdata}: {path, size, sha256}
 *	profile		{ovmf_version, firmware_version, secure_boot, stub,
 *			disk_path}
 *	events		[{register, type, sha256, sha384, what}] in register
 *			order; a null digest: that bank is not extended
 *
 * A null says that it was not given or has no meaning here. New keys may come
 * at the end.
 *
 * Memory: the report borrows everything; output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_VTREPORT_H
#define MEASUREMENTS_VTREPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/cli/input.h"
#include "measurements/vtpm/pcrboot.h"

enum vtreport_input {
	VTREPORT_FIRMWARE,
	VTREPORT_VARS,
	VTREPORT_UKI,
	VTREPORT_DISK,
	VTREPORT_ACPI_TABLES,
	VTREPORT_ACPI_RSDP,
	VTREPORT_ACPI_LOADER,
	VTREPORT_SMBIOS,
	VTREPORT_INITDATA,
	VTREPORT_N_INPUTS
};

struct vtreport {
	struct {
		bool known;
		char why[200]; /* when it is not known */
	} pcrs[PCREVENTS_PCRS];
	const struct pcrboot *boot;
	const struct pcrevents *events;
	const struct input *inputs[VTREPORT_N_INPUTS]; /* NULL: not given */
	const char *ovmf_version; /* as given; NULL when not */
	const char *disk_path;
};

/* Append one register. ERR_UNSUPPORTED when it is not known. */
int vtreport_hex(const struct vtreport *r, int pcr, enum pcrevents_bank bank,
    struct buf *out, struct err *e);

void vtreport_text(const struct vtreport *r, struct buf *out);
void vtreport_json(const struct vtreport *r, struct buf *out);

#endif
