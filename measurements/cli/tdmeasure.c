#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "initdata/initdata.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/tdmeasure.h"
#include "measurements/cli/tdreport.h"
#include "measurements/format/bzimage.h"
#include "measurements/format/limits.h"
#include "measurements/tdx/tdboot.h"

enum {
	OUT_MAX = 1024 * 1024
};

enum option {
	OPT_TARGET,
	OPT_FIRMWARE,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_CMDLINE,
	OPT_MEMORY,
	OPT_OVMF_VERSION,
	OPT_QEMU_VERSION,
	OPT_MRTD_ORDER,
	OPT_SECURE_BOOT,
	OPT_ACPI_TABLES,
	OPT_ACPI_RSDP,
	OPT_ACPI_LOADER,
	OPT_SMBIOS_DIGEST,
	OPT_INITDATA,
	OPT_AAEL,
	OPT_REGISTER,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_TARGET] = { "target", "tdx", "what is launched" },
	[OPT_FIRMWARE] = { "firmware", "FILE",
	    "OVMF with its variable store, or td-shim" },
	[OPT_KERNEL] = { "kernel", "FILE", "QEMU's -kernel" },
	[OPT_INITRD] = { "initrd", "FILE", "QEMU's -initrd" },
	[OPT_CMDLINE] = { "cmdline", "TEXT",
	    "QEMU's -append, exactly; empty when absent" },
	[OPT_MEMORY] = { "memory", "SIZE",
	    "QEMU's -m: bytes, or a number with K, M, G or T" },
	[OPT_OVMF_VERSION] = { "ovmf-version", "YYYYMM",
	    "stable tag of edk2 that the firmware is" },
	[OPT_QEMU_VERSION] = { "qemu-version", "N.N", "such as 10.1" },
	[OPT_MRTD_ORDER] = { "mrtd-order", "ORDER",
	    "single-pass, two-pass (single-pass)" },
	[OPT_SECURE_BOOT] = { "secure-boot-build", NULL,
	    "the firmware has Secure Boot, even without keys" },
	[OPT_ACPI_TABLES] = { "acpi-tables", "FILE", "QEMU's etc/acpi/tables" },
	[OPT_ACPI_RSDP] = { "acpi-rsdp", "FILE",
	    "etc/acpi/rsdp, else from the tables" },
	[OPT_ACPI_LOADER] = { "acpi-loader", "FILE",
	    "etc/table-loader, else from the tables" },
	[OPT_SMBIOS_DIGEST] = { "smbios-digest", "HEX",
	    "SHA-384 of the SMBIOS table that OVMF measures" },
	[OPT_INITDATA] = { "initdata", "FILE", "initdata, for MRCONFIGID" },
	[OPT_AAEL] = { "aael", "FILE", "event log whose RTMR3 events count" },
	[OPT_REGISTER] = { "register", "NAME",
	    "the one for --format hex: mrtd, rtmr0, ..." },
	[OPT_FORMAT] = { "format", "text|json|hex", "of the output (text)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

static const enum option input_options[TDREPORT_N_INPUTS] = {
	[TDREPORT_FIRMWARE] = OPT_FIRMWARE,
	[TDREPORT_KERNEL] = OPT_KERNEL,
	[TDREPORT_INITRD] = OPT_INITRD,
	[TDREPORT_ACPI_TABLES] = OPT_ACPI_TABLES,
	[TDREPORT_ACPI_RSDP] = OPT_ACPI_RSDP,
	[TDREPORT_ACPI_LOADER] = OPT_ACPI_LOADER,
	[TDREPORT_INITDATA] = OPT_INITDATA,
	[TDREPORT_AAEL] = OPT_AAEL,
};

/* How much of an input is held; 0 for one that is only hashed. */
static const size_t input_limits[TDREPORT_N_INPUTS] = {
	[TDREPORT_FIRMWARE] = LIMIT_FIRMWARE_SIZE,
	[TDREPORT_KERNEL] = LIMIT_KERNEL,
	[TDREPORT_ACPI_TABLES] = LIMIT_ACPI,
	[TDREPORT_ACPI_RSDP] = LIMIT_ACPI,
	[TDREPORT_ACPI_LOADER] = LIMIT_ACPI,
	[TDREPORT_INITDATA] = LIMIT_INITDATA,
	[TDREPORT_AAEL] = LIMIT_EVENT_LOG,
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_HEX
};

struct td {
	const char *v[N_OPTIONS];
	enum format format;
	enum tdreport_register reg;
	enum mrtd_order order;
	uint64_t memory;
	struct tdprofile profile;
	struct input inputs[TDREPORT_N_INPUTS];
	struct buf bytes[TDREPORT_N_INPUTS];
	uint8_t initrd_sha384[TDEVENT_LEN];
	uint8_t smbios_sha384[TDEVENT_LEN];
	struct tdvf tdvf;
	struct tdevents events;
	struct tdreport report;
};

static int
read_size(const char *s, uint64_t *ret_size, struct err *e)
{
	static const char units[] = "KMGT";
	size_t len = strlen(s);
	const char *unit = len ? strchr(units, s[len - 1]) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	char number[24];
	uint64_t v;

	if (unit != NULL)
		len--;
	if (len > 0 && len < sizeof(number)) {
		memcpy(number, s, len);
		number[len] = '\0';
		if (str_u64(number, LIMIT_TD_MEMORY >> shift, &v) == 0 &&
		    v > 0) {
			*ret_size = v << shift;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "--memory %s: not a size, such as 2G or 2147483648", STR_QUOTED(s));
}

static int
read_format(struct td *td, struct err *e)
{
	static const char *const formats[] = { "text", "json", "hex" };
	const char *name = td->v[OPT_FORMAT];

	td->format = FORMAT_TEXT;
	for (int i = 0; name != NULL && i <= 3; i++) {
		if (i == 3)
			return err_set(e, ERR_ARGUMENT,
			    "format %s: not one of text, json, hex",
			    STR_QUOTED(name));
		if (!str_eq(name, formats[i]))
			continue;
		td->format = (enum format)i;
		break;
	}
	if ((td->format == FORMAT_HEX) != (td->v[OPT_REGISTER] != NULL))
		return err_set(e, ERR_ARGUMENT,
		    "--format hex and --register go together");
	return td->v[OPT_REGISTER]
		   ? tdreport_register_parse(td->v[OPT_REGISTER], &td->reg, e)
		   : 0;
}

static int
read_versions(struct td *td, struct err *e)
{
	const char *order = td->v[OPT_MRTD_ORDER];

	td->order = MRTD_SINGLE_PASS;
	if (order != NULL && str_eq(order, mrtd_order_name(MRTD_TWO_PASS)))
		td->order = MRTD_TWO_PASS;
	else if (order != NULL &&
		 !str_eq(order, mrtd_order_name(MRTD_SINGLE_PASS)))
		return err_set(e, ERR_ARGUMENT,
		    "order %s: not one of single-pass, two-pass",
		    STR_QUOTED(order));
	if (td->v[OPT_OVMF_VERSION] &&
	    tdprofile_ovmf_parse(td->v[OPT_OVMF_VERSION], &td->profile.ovmf,
		e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (td->v[OPT_QEMU_VERSION] &&
	    tdprofile_qemu_parse(td->v[OPT_QEMU_VERSION], &td->profile.qemu,
		e) < 0)
		return err_wrap(e, "--qemu-version");
	if (td->v[OPT_SMBIOS_DIGEST] && hex_decode(td->v[OPT_SMBIOS_DIGEST],
					    strlen(td->v[OPT_SMBIOS_DIGEST]),
					    td->smbios_sha384, TDEVENT_LEN) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--smbios-digest: not %d hexadecimal digits",
		    2 * TDEVENT_LEN);
	if (td->v[OPT_MEMORY])
		return read_size(td->v[OPT_MEMORY], &td->memory, e);
	return 0;
}

static int
read_request(struct td *td, char **argv, struct err *e)
{
	static const enum option needs[][2] = {
		{ OPT_INITRD, OPT_KERNEL },
		{ OPT_CMDLINE, OPT_KERNEL },
		{ OPT_ACPI_RSDP, OPT_ACPI_TABLES },
		{ OPT_ACPI_LOADER, OPT_ACPI_TABLES },
	};

	if (opt_parse(options, N_OPTIONS, argv, td->v, e) < 0)
		return -1;
	if (td->v[OPT_HELP] != NULL)
		return 0;
	if (td->v[OPT_FIRMWARE] == NULL)
		return err_set(e, ERR_ARGUMENT, "--firmware is missing");
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (td->v[needs[i][0]] && !td->v[needs[i][1]])
			return err_set(e, ERR_ARGUMENT, "--%s without --%s",
			    options[needs[i][0]].name,
			    options[needs[i][1]].name);
	if (td->v[OPT_CMDLINE] && strlen(td->v[OPT_CMDLINE]) >= LIMIT_CMDLINE)
		return err_set(e, ERR_LIMIT,
		    "the command line has more than %d bytes", LIMIT_CMDLINE);
	return read_format(td, e) < 0 ? -1 : read_versions(td, e);
}

static int
load_inputs(struct td *td, struct err *e)
{
	for (int i = 0; i < TDREPORT_N_INPUTS; i++) {
		const char *path = td->v[input_options[i]];
		int rc = 0;

		if (path == NULL)
			continue;
		if (input_limits[i] == 0)
			rc = input_hash_as(path, SHA2_384, &td->inputs[i],
			    td->initrd_sha384, e);
		else
			rc = input_read(path, &td->bytes[i], &td->inputs[i], e);
		if (rc < 0)
			return -1;
		td->report.inputs[i] = &td->inputs[i];
	}
	if (tdvf_parse(td->bytes[TDREPORT_FIRMWARE].p,
		td->bytes[TDREPORT_FIRMWARE].len, &td->tdvf, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(td->v[OPT_FIRMWARE]));
	td->profile.intel_tdx = tdprofile_is_intel_tdx(&td->tdvf);
	return 0;
}

/*
 * The verdict on a register: rc and e are what its computation said. What is
 * not given or not known leaves it unknown; anything else is an error.
 */
static int
conclude(struct td *td, enum tdreport_register reg, int rc, struct err *e)
{
	td->report.registers[reg].known = rc == 0;
	if (rc == 0)
		return 0;
	if (e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s", tdreport_register_name(reg));
	if (str_copy(td->report.registers[reg].why,
		sizeof(td->report.registers[reg].why), e->msg) < 0)
		td->report.registers[reg].why[0] = '\0';
	return 0;
}

static struct span
bytes(const struct td *td, enum tdreport_input i)
{
	return span_of(td->bytes[i].p, td->bytes[i].len);
}

static int
measure_mrtd(struct td *td, struct err *e)
{
	struct span kernel = bytes(td, TDREPORT_KERNEL);
	int rc = 0;

	for (int i = 0; i < MRTD_N_ORDERS; i++)
		if (mrtd_digest(&td->tdvf, (enum mrtd_order)i,
			td->v[OPT_KERNEL] ? &kernel : NULL, td->report.mrtd[i],
			e) < 0)
			rc = -1;
	memcpy(td->report.registers[TDREPORT_MRTD].value,
	    td->report.mrtd[td->order], MRTD_LEN);
	return conclude(td, TDREPORT_MRTD, rc, e);
}

/* QEMU's changes, made in our copy of the kernel. */
static int
patch_kernel(struct td *td, struct err *e)
{
	const struct bzimage_boot b = {
		.cmdline = td->v[OPT_CMDLINE] ? td->v[OPT_CMDLINE] : "",
		.initrd_len = td->inputs[TDREPORT_INITRD].size,
		.memory = td->memory,
	};

	if (!td->v[OPT_KERNEL] || !tdprofile_patches_kernel(&td->profile))
		return 0;
	if (b.initrd_len > 0 && b.memory == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "no memory size is given, by which this QEMU places the "
		    "initrd");
	return bzimage_patch(td->bytes[TDREPORT_KERNEL].p,
	    td->bytes[TDREPORT_KERNEL].len, &b, e);
}

static int
need_version(const struct td *td, enum option o, struct err *e)
{
	if (td->v[o] != NULL)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --%s is given", options[o].name);
}

static int
rtmr0(struct td *td, const struct tdboot *b, struct err *e)
{
	if (tdvf_is_shim(&td->tdvf))
		return err_set(e, ERR_UNSUPPORTED,
		    "the TD HOB that a VMM makes for a td-shim");
	if (need_version(td, OPT_OVMF_VERSION, e) < 0)
		return -1;
	return tdboot_rtmr0(b, &td->events, e);
}

static int
rtmr1(struct td *td, const struct tdboot *b, struct err *e)
{
	if (tdvf_is_shim(&td->tdvf))
		return tdboot_shim_rtmr1(b, &td->events, e);
	if (need_version(td, OPT_OVMF_VERSION, e) < 0 ||
	    need_version(td, OPT_QEMU_VERSION, e) < 0 ||
	    patch_kernel(td, e) < 0)
		return -1;
	return tdboot_rtmr1(b, &td->events, e);
}

static int
rtmr2(struct td *td, const struct tdboot *b, struct err *e)
{
	if (tdvf_is_shim(&td->tdvf))
		return 0; /* left to the payload: zeros at its start */
	if (need_version(td, OPT_OVMF_VERSION, e) < 0)
		return -1;
	return tdboot_rtmr2(b, &td->events, e);
}

/* RTMR3 is the guest's own: zeros, or what the log of its agent leads to. */
static int
rtmr3(struct td *td, const struct tdboot *b, struct err *e)
{
	const struct buf *log_bytes = &td->bytes[TDREPORT_AAEL];
	const struct event_digest *d;
	struct eventlog log;
	struct event ev;
	int rc;

	(void)b;
	if (td->v[OPT_AAEL] == NULL)
		return 0;
	if (eventlog_open(log_bytes->p, log_bytes->len, &log, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(td->v[OPT_AAEL]));
	if (log.kind != EVENTLOG_CC)
		return err_set(e, ERR_ARGUMENT, "%s: a TPM's log, not a TD's",
		    STR_QUOTED(td->v[OPT_AAEL]));
	while ((rc = eventlog_next(&log, &ev, e)) > 0) {
		if (ev.index != REGISTERS_RTMRS || ev.type == EVENT_NO_ACTION)
			continue;
		d = event_digest_find(&ev, EVENTLOG_SHA384);
		if (d == NULL)
			return err_set(e, ERR_SYNTAX,
			    "%s: the event at offset 0x%zx has no sha384 "
			    "digest",
			    STR_QUOTED(td->v[OPT_AAEL]), ev.offset);
		if (td->events.n == LIMIT_TD_EVENTS)
			return err_set(e, ERR_LIMIT,
			    "%s: too many events for RTMR3",
			    STR_QUOTED(td->v[OPT_AAEL]));
		tdevents_add_digest(&td->events, 3, ev.type, d->bytes.p,
		    "event of the guest");
	}
	return rc;
}

static int
measure_rtmrs(struct td *td, struct err *e)
{
	static int (*const fns[REGISTERS_RTMRS])(struct td * td,
	    const struct tdboot *b,
	    struct err *e) = { rtmr0, rtmr1, rtmr2, rtmr3 };
	struct span kernel = bytes(td, TDREPORT_KERNEL);
	struct span tables = bytes(td, TDREPORT_ACPI_TABLES);
	struct span rsdp = bytes(td, TDREPORT_ACPI_RSDP);
	struct span loader = bytes(td, TDREPORT_ACPI_LOADER);
	const struct tdboot b = {
		.profile = td->profile,
		.firmware = &td->tdvf,
		.kernel = td->v[OPT_KERNEL] ? &kernel : NULL,
		.initrd_sha384 = td->inputs[TDREPORT_INITRD].size > 0
				     ? td->initrd_sha384
				     : NULL,
		.cmdline = td->v[OPT_CMDLINE],
		.memory = td->memory,
		.acpi_tables = td->v[OPT_ACPI_TABLES] ? &tables : NULL,
		.acpi_rsdp = td->v[OPT_ACPI_RSDP] ? &rsdp : NULL,
		.acpi_loader = td->v[OPT_ACPI_LOADER] ? &loader : NULL,
		.smbios_sha384 =
		    td->v[OPT_SMBIOS_DIGEST] ? td->smbios_sha384 : NULL,
		.secure_boot_build = td->v[OPT_SECURE_BOOT] != NULL,
	};

	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		int rc = fns[i](td, &b, e), reg = TDREPORT_RTMR0 + i;

		if (rc == 0)
			tdevents_rtmr(&td->events, i,
			    td->report.registers[reg].value);
		if (conclude(td, (enum tdreport_register)reg, rc, e) < 0)
			return -1;
	}
	return 0;
}

static int
measure_mrconfigid(struct td *td, struct err *e)
{
	const struct buf *b = &td->bytes[TDREPORT_INITDATA];
	struct initdata d;
	int rc = 0;

	/* Without initdata the VMM leaves it as zeros. */
	if (td->v[OPT_INITDATA] != NULL)
		rc = initdata_read(b->p, b->len, &d, e);
	if (rc < 0)
		err_wrap(e, "initdata");
	else if (td->v[OPT_INITDATA] != NULL) {
		initdata_field(&d,
		    td->report.registers[TDREPORT_MRCONFIGID].value,
		    INITDATA_MRCONFIGID);
		initdata_release(&d);
	}
	return conclude(td, TDREPORT_MRCONFIGID, rc, e);
}

static int
run(struct td *td, struct buf *out, struct err *e)
{
	struct tdreport *r = &td->report;

	/* MRTD first: patch_kernel() changes the bytes. */
	if (load_inputs(td, e) < 0 || measure_mrtd(td, e) < 0 ||
	    measure_rtmrs(td, e) < 0 || measure_mrconfigid(td, e) < 0)
		return -1;
	r->order = td->order;
	r->shim = tdvf_is_shim(&td->tdvf);
	r->profile = &td->profile;
	r->ovmf_version = td->v[OPT_OVMF_VERSION];
	r->qemu_version = td->v[OPT_QEMU_VERSION];
	r->memory = td->memory;
	r->events = &td->events;
	r->smbios_sha384 = td->v[OPT_SMBIOS_DIGEST] ? td->smbios_sha384 : NULL;
	if (td->v[OPT_KERNEL] != NULL) {
		r->cmdline = td->v[OPT_CMDLINE] ? td->v[OPT_CMDLINE] : "";
		sha2_digest(SHA2_256, r->cmdline, strlen(r->cmdline) + 1,
		    r->cmdline_sha256);
	}
	if (td->format == FORMAT_HEX) {
		if (tdreport_hex(r, td->reg, out, e) < 0)
			return -1;
	} else if (td->format == FORMAT_JSON) {
		tdreport_json(r, out);
	} else {
		tdreport_text(r, out);
	}
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT,
		    "the result has more than %d bytes", OUT_MAX);
	return 0;
}

static void
help(struct buf *out)
{
	buf_add_str(out,
	    "usage: husk measure --target tdx --firmware FILE [option ...]\n\n"
	    "Print the registers that a TD started from exactly these inputs "
	    "will report.\n(Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out, "\nExit codes: 0 done, 2 wrong usage or input, or a "
			 "register that is not known.\n");
}

static void
release(struct td *td)
{
	for (int i = 0; i < TDREPORT_N_INPUTS; i++)
		buf_release(&td->bytes[i]);
}

int
tdmeasure_main(int argc, char **argv)
{
	struct td td;
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	memset(&td, 0, sizeof(td));
	for (int i = 0; i < TDREPORT_N_INPUTS; i++)
		buf_init(&td.bytes[i], input_limits[i]);
	buf_init(&out, OUT_MAX);
	rc = read_request(&td, argv + 1, &e);
	if (rc == 0 && td.v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(&td, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk measure: %s\n", e.msg);
	buf_release(&out);
	release(&td);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
