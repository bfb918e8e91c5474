/*
 * measurements/tdreport -- the registers of a TD and where they come from
 *
 * hex	one register in lower case, a line feed, and nothing else
 * text	all of them for people, with events, inputs and versions
 * json	one object; a stable schema, keys always present and in this order:
 *
 *	target		"tdx"
 *	algorithm	"sha384"
 *	registers	{mrtd, rtmr0, rtmr1, rtmr2, rtmr3, mrconfigid}, each
 *			hexadecimal, or null with a text under unsupported
 *	unsupported	{register: why it is not known}
 *	depends		{register: [what it changes with]}
 *	mrtd_orders	{"single-pass", "two-pass"}: MRTD by the VMM's order
 *	inputs		{firmware, kernel, initrd, acpi_tables, acpi_rsdp,
 *			acpi_loader, initdata, aael, cmdline}; the files {path,
 *			size, sha256}, cmdline as in measurements/cli/report.h
 *	profile		{firmware, build, ovmf_version, qemu_version,
 *			mrtd_order, kernel_patched}
 *	memory		number, bytes
 *	events		[{register, type, digest, what}] in register order
 *	smbios_digest	hexadecimal
 *
 * A null says that it was not given or has no meaning here. New keys may come
 * at the end.
 *
 * Memory: the report borrows everything; output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_TDREPORT_H
#define MEASUREMENTS_TDREPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/cli/input.h"
#include "measurements/tdx/mrtd.h"
#include "measurements/tdx/tdevents.h"
#include "measurements/tdx/tdprofile.h"

enum tdreport_register {
	TDREPORT_MRTD,
	TDREPORT_RTMR0,
	TDREPORT_RTMR1,
	TDREPORT_RTMR2,
	TDREPORT_RTMR3,
	TDREPORT_MRCONFIGID,
	TDREPORT_N_REGISTERS
};

enum tdreport_input {
	TDREPORT_FIRMWARE,
	TDREPORT_KERNEL,
	TDREPORT_INITRD,
	TDREPORT_ACPI_TABLES,
	TDREPORT_ACPI_RSDP,
	TDREPORT_ACPI_LOADER,
	TDREPORT_INITDATA,
	TDREPORT_AAEL,
	TDREPORT_N_INPUTS
};

struct tdreport {
	struct {
		bool known;
		uint8_t value[TDEVENT_LEN];
		char why[200]; /* when it is not known */
	} registers[TDREPORT_N_REGISTERS];
	uint8_t mrtd[MRTD_N_ORDERS][MRTD_LEN];
	enum mrtd_order order;
	const struct input *inputs[TDREPORT_N_INPUTS]; /* NULL: not given */
	const char *cmdline;                           /* NULL: no kernel */
	uint8_t cmdline_sha256[SHA2_256_LEN];
	bool shim;
	const struct tdprofile *profile;
	const char *ovmf_version; /* as given; NULL when not */
	const char *qemu_version;
	uint64_t memory; /* 0: not given */
	const struct tdevents *events;
	const uint8_t *smbios_sha384; /* NULL: not given */
};

/* "mrtd", "rtmr0", ..., "mrconfigid". */
const char *tdreport_register_name(enum tdreport_register r);

/* The register of that name. ERR_ARGUMENT for no register. */
int tdreport_register_parse(const char *name, enum tdreport_register *ret_r,
    struct err *e);

/* Append one register. ERR_UNSUPPORTED when it is not known. */
int tdreport_hex(const struct tdreport *r, enum tdreport_register reg,
    struct buf *out, struct err *e);

void tdreport_text(const struct tdreport *r, struct buf *out);
void tdreport_json(const struct tdreport *r, struct buf *out);

#endif
