#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/vtmeasure.h"
#include "measurements/cli/vtreport.h"
#include "measurements/format/edk2tag.h"
#include "measurements/format/initdata.h"

enum {
	OUT_MAX = 1024 * 1024
};

enum option {
	OPT_TARGET,
	OPT_PLATFORM,
	OPT_FIRMWARE,
	OPT_VARS,
	OPT_UKI,
	OPT_DISK,
	OPT_OVMF_VERSION,
	OPT_SECURE_BOOT,
	OPT_DISK_PATH,
	OPT_ACPI_TABLES,
	OPT_ACPI_RSDP,
	OPT_ACPI_LOADER,
	OPT_SMBIOS,
	OPT_INITDATA,
	OPT_BANK,
	OPT_REGISTER,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_TARGET] = { "target", "vtpm", "what is launched" },
	[OPT_PLATFORM] = { "platform", "NAME",
	    "whose TPM: qemu, azure, aws, gcp (qemu)" },
	[OPT_FIRMWARE] = { "firmware", "FILE", "OVMF, as a whole or its code" },
	[OPT_VARS] = { "vars", "FILE",
	    "its variable store, where that is a file of its own" },
	[OPT_UKI] = { "uki", "FILE",
	    "what is started, or a kernel with all built in" },
	[OPT_DISK] = { "disk", "FILE", "the raw disk that it is on, instead" },
	[OPT_OVMF_VERSION] = { "ovmf-version", "YYYYMM",
	    "stable tag of edk2 that the firmware is" },
	[OPT_SECURE_BOOT] = { "secure-boot", "on|off",
	    "where there is no variable store at hand" },
	[OPT_DISK_PATH] = { "disk-path", "PATH",
	    "the disk's, as PciRoot(0x0)/Pci(0x1,0x0)" },
	[OPT_ACPI_TABLES] = { "acpi-tables", "FILE", "QEMU's etc/acpi/tables" },
	[OPT_ACPI_RSDP] = { "acpi-rsdp", "FILE", "etc/acpi/rsdp" },
	[OPT_ACPI_LOADER] = { "acpi-loader", "FILE", "etc/table-loader" },
	[OPT_SMBIOS] = { "smbios", "FILE", "etc/smbios/smbios-tables" },
	[OPT_INITDATA] = { "initdata", "FILE", "initdata, for PCR 8" },
	[OPT_BANK] = { "bank", "NAME",
	    "for --format hex: sha256, sha384 (sha256)" },
	[OPT_REGISTER] = { "register", "NAME",
	    "the one for --format hex: pcr0, ..." },
	[OPT_FORMAT] = { "format", "text|json|hex", "of the output (text)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

/* Those that are read as they are; a UKI and a disk are mapped. */
static const struct {
	enum vtreport_input input;
	enum option option;
	size_t limit;
} files[] = {
	{ VTREPORT_FIRMWARE, OPT_FIRMWARE, LIMIT_FIRMWARE_SIZE },
	{ VTREPORT_VARS, OPT_VARS, LIMIT_FIRMWARE_SIZE },
	{ VTREPORT_ACPI_TABLES, OPT_ACPI_TABLES, LIMIT_ACPI },
	{ VTREPORT_ACPI_RSDP, OPT_ACPI_RSDP, LIMIT_ACPI },
	{ VTREPORT_ACPI_LOADER, OPT_ACPI_LOADER, LIMIT_ACPI },
	{ VTREPORT_SMBIOS, OPT_SMBIOS, LIMIT_SMBIOS },
	{ VTREPORT_INITDATA, OPT_INITDATA, LIMIT_INITDATA },
};

enum {
	N_FILES = sizeof(files) / sizeof(files[0])
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_HEX
};

struct vt {
	const char *v[N_OPTIONS];
	enum format format;
	int pcr;
	enum pcrevents_bank bank;
	bool secure_boot;
	struct input inputs[VTREPORT_N_INPUTS];
	struct buf bytes[VTREPORT_N_INPUTS];
	struct span spans[VTREPORT_N_INPUTS];
	struct bootdisk boot_disk;
	struct buf unpacked;
	struct fwvol firmware;
	struct sbvars vars;
	struct devpath disk_path;
	uint8_t initdata[INITDATA_HOST_DATA];
	struct pcrboot boot;
	struct pcrevents events;
	struct vtreport report;
};

/* Which of the words, separated by spaces, the option's value is; -1. */
static int
choose(const struct vt *vt, enum option o, const char *words, struct err *e)
{
	const char *value = vt->v[o], *at = words;
	size_t len = value ? strlen(value) : 0;

	if (value == NULL)
		return 0;
	for (int i = 0; *at != '\0'; i++) {
		size_t n = strcspn(at, " ");

		if (n == len && memcmp(at, value, n) == 0)
			return i;
		at += n + strspn(at + n, " ");
	}
	return err_set(e, ERR_ARGUMENT, "--%s %s: not one of %s",
	    options[o].name, STR_QUOTED(value), words);
}

static int
read_output(struct vt *vt, struct err *e)
{
	int format = choose(vt, OPT_FORMAT, "text json hex", e);
	int bank = choose(vt, OPT_BANK, "sha256 sha384", e);
	int pcr = choose(vt, OPT_REGISTER,
	    "pcr0 pcr1 pcr2 pcr3 pcr4 pcr5 pcr6 pcr7 pcr8 pcr9 pcr10 pcr11 "
	    "pcr12 pcr13 pcr14 pcr15",
	    e);

	if (format < 0 || bank < 0 || pcr < 0)
		return -1;
	vt->format = (enum format)format;
	vt->bank = (enum pcrevents_bank)bank;
	vt->pcr = pcr;
	if ((vt->format == FORMAT_HEX) != (vt->v[OPT_REGISTER] != NULL))
		return err_set(e, ERR_ARGUMENT,
		    "--format hex and --register go together");
	if (vt->v[OPT_BANK] && vt->format != FORMAT_HEX)
		return err_set(e, ERR_ARGUMENT, "--bank without --format hex");
	return 0;
}

static int
read_request(struct vt *vt, char **argv, struct err *e)
{
	int secure_boot;

	if (opt_parse(options, N_OPTIONS, argv, vt->v, e) < 0)
		return -1;
	if (vt->v[OPT_HELP] != NULL)
		return 0;
	if (vt->v[OPT_UKI] && vt->v[OPT_DISK])
		return err_set(e, ERR_ARGUMENT, "--uki and --disk");
	if (vt->v[OPT_SECURE_BOOT] && vt->v[OPT_VARS])
		return err_set(e, ERR_ARGUMENT,
		    "--secure-boot and --vars, which tells it");
	if (vt->v[OPT_PLATFORM] &&
	    pcrplatform_parse(vt->v[OPT_PLATFORM], &vt->boot.platform, e) < 0)
		return -1;
	if (vt->v[OPT_OVMF_VERSION] &&
	    edk2tag_parse(vt->v[OPT_OVMF_VERSION], &vt->boot.ovmf, e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (vt->v[OPT_DISK_PATH] &&
	    devpath_parse(vt->v[OPT_DISK_PATH], &vt->disk_path, e) < 0)
		return err_wrap(e, "--disk-path");
	secure_boot = choose(vt, OPT_SECURE_BOOT, "off on", e);
	if (secure_boot < 0)
		return -1;
	vt->secure_boot = secure_boot == 1;
	return read_output(vt, e);
}

static int
load_boot_disk(struct vt *vt, struct err *e)
{
	bool is_disk = vt->v[OPT_DISK] != NULL;
	const char *path = is_disk ? vt->v[OPT_DISK] : vt->v[OPT_UKI];

	if (path == NULL)
		return 0;
	if (bootdisk_open(&vt->boot_disk, path, is_disk, e) < 0)
		return -1;
	vt->report.inputs[is_disk ? VTREPORT_DISK : VTREPORT_UKI] =
	    &vt->boot_disk.file;
	vt->boot.uki = &vt->boot_disk.uki;
	vt->boot.gpt = is_disk ? &vt->boot_disk.gpt : NULL;
	vt->boot.extras = vt->boot_disk.extras;
	return 0;
}

static const struct span *
given(const struct vt *vt, enum vtreport_input i)
{
	return vt->report.inputs[i] ? &vt->spans[i] : NULL;
}

/*
 * The store is the file for it, or the volume that a whole firmware begins
 * with; a firmware's code alone has none.
 */
static int
load_vars(struct vt *vt, struct err *e)
{
	const struct span *store = given(vt, VTREPORT_VARS);
	bool build = vt->boot.firmware && vt->boot.firmware->secure_boot;
	bool whole = store == NULL && given(vt, VTREPORT_FIRMWARE) &&
		     !vt->v[OPT_SECURE_BOOT];

	if (whole)
		store = given(vt, VTREPORT_FIRMWARE);
	if (store == NULL)
		return 0;
	if (sbvars_read(store, build, &vt->vars, e) == 0)
		vt->boot.vars = &vt->vars;
	else if (!whole || e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s",
		    STR_QUOTED(vt->v[whole ? OPT_FIRMWARE : OPT_VARS]));
	return 0;
}

static int
load_firmware(struct vt *vt, struct err *e)
{
	const struct span *s = given(vt, VTREPORT_FIRMWARE);

	if (s == NULL)
		return 0;
	if (fwvol_unpack(s->p, span_len(s), &vt->unpacked, &vt->firmware, e) <
	    0)
		return err_wrap(e, "%s", STR_QUOTED(vt->v[OPT_FIRMWARE]));
	vt->boot.firmware = &vt->firmware;
	return 0;
}

static int
load_inputs(struct vt *vt, struct err *e)
{
	const struct span *initdata;

	for (int i = 0; i < N_FILES; i++) {
		enum vtreport_input in = files[i].input;
		const char *path = vt->v[files[i].option];

		if (path == NULL)
			continue;
		if (input_read(path, &vt->bytes[in], &vt->inputs[in], e) < 0)
			return -1;
		vt->spans[in] = span_of(vt->bytes[in].p, vt->bytes[in].len);
		vt->report.inputs[in] = &vt->inputs[in];
	}
	if (load_boot_disk(vt, e) < 0 || load_firmware(vt, e) < 0 ||
	    load_vars(vt, e) < 0)
		return -1;
	vt->boot.acpi_tables = given(vt, VTREPORT_ACPI_TABLES);
	vt->boot.acpi_rsdp = given(vt, VTREPORT_ACPI_RSDP);
	vt->boot.acpi_loader = given(vt, VTREPORT_ACPI_LOADER);
	vt->boot.smbios = given(vt, VTREPORT_SMBIOS);
	vt->boot.secure_boot = vt->v[OPT_SECURE_BOOT] ? &vt->secure_boot : NULL;
	vt->boot.disk = vt->v[OPT_DISK_PATH] ? &vt->disk_path : NULL;
	initdata = given(vt, VTREPORT_INITDATA);
	if (initdata == NULL)
		return 0;
	vt->boot.initdata = vt->initdata;
	return initdata_field(initdata->p, span_len(initdata), vt->initdata,
	    INITDATA_HOST_DATA, e);
}

/* What is not given or not known leaves a register so; all else is an error. */
static int
measure(struct vt *vt, struct err *e)
{
	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		int rc = pcrboot_events(&vt->boot, i, &vt->events, e);

		vt->report.pcrs[i].known = rc == 0;
		if (rc == 0)
			continue;
		if (e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
			return err_wrap(e, "pcr%d", i);
		if (str_copy(vt->report.pcrs[i].why,
			sizeof(vt->report.pcrs[i].why), e->msg) < 0)
			vt->report.pcrs[i].why[0] = '\0';
	}
	return 0;
}

static int
run(struct vt *vt, struct buf *out, struct err *e)
{
	struct vtreport *r = &vt->report;

	if (load_inputs(vt, e) < 0 || measure(vt, e) < 0)
		return -1;
	r->boot = &vt->boot;
	r->events = &vt->events;
	r->ovmf_version = vt->v[OPT_OVMF_VERSION];
	r->disk_path = vt->v[OPT_DISK_PATH];
	if (vt->format == FORMAT_HEX) {
		if (vtreport_hex(r, vt->pcr, vt->bank, out, e) < 0)
			return -1;
	} else if (vt->format == FORMAT_JSON) {
		vtreport_json(r, out);
	} else {
		vtreport_text(r, out);
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
	    "usage: husk measure --target vtpm [--disk FILE] [option ...]\n\n"
	    "Print the PCRs of a guest with a TPM 2.0 that boots a UKI from "
	    "exactly these\ninputs. (Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out, "\nExit codes: 0 done, 2 wrong usage or input, or a "
			 "register that is not known.\n");
}

static void
release(struct vt *vt)
{
	for (int i = 0; i < VTREPORT_N_INPUTS; i++)
		buf_release(&vt->bytes[i]);
	buf_release(&vt->unpacked);
	bootdisk_release(&vt->boot_disk);
}

int
vtmeasure_main(int argc, char **argv)
{
	struct vt vt;
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	memset(&vt, 0, sizeof(vt));
	for (int i = 0; i < N_FILES; i++)
		buf_init(&vt.bytes[files[i].input], files[i].limit);
	buf_init(&vt.unpacked, LIMIT_FIRMWARE_UNPACKED);
	bootdisk_init(&vt.boot_disk);
	buf_init(&out, OUT_MAX);
	rc = read_request(&vt, argv + 1, &e);
	if (rc == 0 && vt.v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(&vt, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk measure: %s\n", e.msg);
	buf_release(&out);
	release(&vt);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
