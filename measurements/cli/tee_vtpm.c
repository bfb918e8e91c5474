/*
 * The PCRs of a guest with a TPM 2.0 that boots a UKI: a register for each in
 * SHA-256, "pcr11", and in SHA-384, "pcr11_sha384".
 */
#include <string.h>

#include "base/str.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/cli/tee.h"
#include "measurements/format/edk2tag.h"
#include "measurements/format/initdata.h"
#include "measurements/format/limits.h"
#include "measurements/vtpm/pcrboot.h"

enum {
	VERSION_SIZE = 64,
	MAX_DEPENDS = 8
};

static const char *const names[PCREVENTS_BANKS][PCREVENTS_PCRS] = {
	[PCREVENTS_SHA256] = { "pcr0", "pcr1", "pcr2", "pcr3", "pcr4", "pcr5",
	    "pcr6", "pcr7", "pcr8", "pcr9", "pcr10", "pcr11", "pcr12", "pcr13",
	    "pcr14", "pcr15" },
	[PCREVENTS_SHA384] = { "pcr0_sha384", "pcr1_sha384", "pcr2_sha384",
	    "pcr3_sha384", "pcr4_sha384", "pcr5_sha384", "pcr6_sha384",
	    "pcr7_sha384", "pcr8_sha384", "pcr9_sha384", "pcr10_sha384",
	    "pcr11_sha384", "pcr12_sha384", "pcr13_sha384", "pcr14_sha384",
	    "pcr15_sha384" },
};

/* What a register changes with; the list ends with NULL. */
static const char *const depends[PCREVENTS_PCRS][MAX_DEPENDS] = {
	[0] = { "firmware" },
	[1] = { "firmware", "ovmf_version", "disk_path", "acpi_tables",
	    "smbios", "stub" },
	[4] = { "uki", "secure_boot" },
	[5] = { "disk" },
	[7] = { "firmware", "vars", "uki" },
	[8] = { "initdata" },
	[9] = { "uki" },
	[11] = { "uki" },
	[12] = { "disk" },
	[13] = { "disk" },
};

/* By what name Trustee's policies know the guest (out/trustee.c). */
static const char *const trustee_names[PCRPLATFORM_N] = {
	[PCRPLATFORM_QEMU] = "tpm",
	[PCRPLATFORM_AZURE] = "az-vtpm",
	[PCRPLATFORM_AWS] = "aws-nitrotpm",
	[PCRPLATFORM_GCP] = "tpm",
};

struct vtpm_state {
	bool secure_boot;
	struct bootdisk boot_disk;
	struct buf unpacked;
	struct fwvol firmware;
	struct sbvars vars;
	struct devpath disk_path;
	struct span acpi_tables, acpi_rsdp, acpi_loader, smbios;
	uint8_t initdata[INITDATA_HOST_DATA];
	struct pcrboot boot;
	struct pcrevents events;
	bool known[PCREVENTS_PCRS];
	char why[PCREVENTS_PCRS][REFSET_TEXT];
	char version[VERSION_SIZE];
};

static int
check(struct measure *m, struct err *e)
{
	struct vtpm_state *st = m->state;
	const char *const *v = m->v;

	buf_init(&st->unpacked, LIMIT_FIRMWARE_UNPACKED);
	bootdisk_init(&st->boot_disk);
	if (v[OPT_UKI] && v[OPT_DISK])
		return err_set(e, ERR_ARGUMENT, "--uki and --disk");
	if (v[OPT_SECURE_BOOT] && v[OPT_VARS])
		return err_set(e, ERR_ARGUMENT,
		    "--secure-boot and --vars, which tells it");
	if (v[OPT_PLATFORM] &&
	    pcrplatform_parse(v[OPT_PLATFORM], &st->boot.platform, e) < 0)
		return -1;
	if (v[OPT_OVMF_VERSION] &&
	    edk2tag_parse(v[OPT_OVMF_VERSION], &st->boot.ovmf, e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (v[OPT_DISK_PATH] &&
	    devpath_parse(v[OPT_DISK_PATH], &st->disk_path, e) < 0)
		return err_wrap(e, "--disk-path");
	return v[OPT_SECURE_BOOT]
		   ? options_switch(v, OPT_SECURE_BOOT, &st->secure_boot, e)
		   : 0;
}

static int
load_boot_disk(struct measure *m, struct err *e)
{
	struct vtpm_state *st = m->state;
	enum option o = m->v[OPT_DISK] ? OPT_DISK : OPT_UKI;

	if (m->v[o] == NULL)
		return 0;
	if (bootdisk_open(&st->boot_disk, m->v[o], o == OPT_DISK, e) < 0)
		return -1;
	m->files[o].in = st->boot_disk.file;
	st->boot.uki = &st->boot_disk.uki;
	st->boot.gpt = o == OPT_DISK ? &st->boot_disk.gpt : NULL;
	st->boot.extras = st->boot_disk.extras;
	return 0;
}

/* The bytes of a file that was given, kept at *keep; or NULL. */
static const struct span *
given(const struct measure *m, enum option o, struct span *keep)
{
	*keep = measure_bytes(m, o);
	return m->v[o] ? keep : NULL;
}

/* The version that the firmware has built in, as ASCII. */
static void
read_version(struct vtpm_state *st)
{
	const struct span *v = &st->firmware.version;
	size_t n = 0;

	for (; n + 1 < VERSION_SIZE && 2 * n < span_len(v); n++)
		st->version[n] = (char)v->p[2 * n];
	st->version[n] = '\0';
}

static int
load_firmware(struct measure *m, struct err *e)
{
	struct vtpm_state *st = m->state;
	struct span s = measure_bytes(m, OPT_FIRMWARE);

	if (m->v[OPT_FIRMWARE] == NULL)
		return 0;
	if (fwvol_unpack(s.p, span_len(&s), &st->unpacked, &st->firmware, e) <
	    0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_FIRMWARE]));
	st->boot.firmware = &st->firmware;
	read_version(st);
	return 0;
}

/*
 * The store is the file for it, or the volume that a whole firmware begins
 * with; a firmware's code alone has none.
 */
static int
load_vars(struct measure *m, struct err *e)
{
	struct vtpm_state *st = m->state;
	enum option o = m->v[OPT_VARS] ? OPT_VARS : OPT_FIRMWARE;
	struct span store = measure_bytes(m, o);

	if (m->v[o] == NULL || (o == OPT_FIRMWARE && m->v[OPT_SECURE_BOOT]))
		return 0;
	if (sbvars_read(&store, st->firmware.secure_boot, &st->vars, e) == 0)
		st->boot.vars = &st->vars;
	else if (o == OPT_VARS || e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s", STR_QUOTED(m->v[o]));
	return 0;
}

/* What is not given or not known leaves a register so; all else is an error. */
static int
predict(struct vtpm_state *st, struct err *e)
{
	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		int rc = pcrboot_events(&st->boot, i, &st->events, e);

		st->known[i] = rc == 0;
		if (rc == 0)
			continue;
		if (e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
			return err_wrap(e, "pcr%d", i);
		if (str_copy(st->why[i], sizeof(st->why[i]), e->msg) < 0)
			memcpy(st->why[i], e->msg, sizeof(st->why[i]) - 1);
	}
	return 0;
}

static int
prepare(struct measure *m, struct err *e)
{
	struct vtpm_state *st = m->state;
	struct pcrboot *b = &st->boot;
	struct span initdata = measure_bytes(m, OPT_INITDATA);

	if (load_boot_disk(m, e) < 0 || load_firmware(m, e) < 0 ||
	    load_vars(m, e) < 0)
		return -1;
	b->acpi_tables = given(m, OPT_ACPI_TABLES, &st->acpi_tables);
	b->acpi_rsdp = given(m, OPT_ACPI_RSDP, &st->acpi_rsdp);
	b->acpi_loader = given(m, OPT_ACPI_LOADER, &st->acpi_loader);
	b->smbios = given(m, OPT_SMBIOS, &st->smbios);
	b->secure_boot = m->v[OPT_SECURE_BOOT] ? &st->secure_boot : NULL;
	b->disk = m->v[OPT_DISK_PATH] ? &st->disk_path : NULL;
	if (m->v[OPT_INITDATA] != NULL) {
		b->initdata = st->initdata;
		if (initdata_field(initdata.p, span_len(&initdata),
			st->initdata, INITDATA_HOST_DATA, e) < 0)
			return err_wrap(e, "%s",
			    STR_QUOTED(m->v[OPT_INITDATA]));
	}
	return predict(st, e);
}

static void
add_params(const struct measure *m, struct refset *r)
{
	const struct vtpm_state *st = m->state;
	const struct pcrboot *b = &st->boot;

	refset_add_string(r, "platform", pcrplatform_name(b->platform));
	refset_add_string(r, "ovmf_version", m->v[OPT_OVMF_VERSION]);
	if (b->firmware != NULL)
		refset_add_string(r, "firmware_version", st->version);
	if (b->vars != NULL || b->secure_boot != NULL)
		refset_add_string(r, "secure_boot",
		    (b->vars ? b->vars->on : *b->secure_boot) ? "on" : "off");
	if (b->uki != NULL)
		refset_add_string(r, "stub",
		    b->uki->stub ? b->uki->stub_name : "none");
	refset_add_string(r, "disk_path", m->v[OPT_DISK_PATH]);
}

static void
add_bank(const struct measure *m, enum pcrevents_bank bank, struct refset *r)
{
	const struct vtpm_state *st = m->state;
	enum sha2_algorithm alg = pcrevents_alg(bank);
	struct refset_register *regs[PCREVENTS_PCRS];
	uint8_t value[SHA2_LEN_MAX];

	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		regs[i] = refset_add_register(r, names[bank][i], sha2_name(alg),
		    sha2_len(alg));
		for (int k = 0; k < MAX_DEPENDS && depends[i][k]; k++)
			refset_depend(regs[i], depends[i][k]);
		pcrevents_value(&st->events, i, bank, value);
		if (st->known[i])
			refset_register_set(regs[i], value);
		else
			refset_register_unknown(regs[i], st->why[i]);
	}
	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		for (size_t k = 0; k < st->events.n; k++) {
			const struct pcrevent *ev = &st->events.e[k];

			if (ev->pcr == i && st->known[i] &&
			    (bank == PCREVENTS_SHA256 || !ev->sha256_only))
				refset_add_event(r, regs[i],
				    eventlog_type_name(ev->type), NULL,
				    ev->digest.b[bank], ev->what);
		}
	}
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	const struct vtpm_state *st = m->state;

	(void)s;
	(void)e;
	ret_r->trustee = trustee_names[st->boot.platform];
	add_params(m, ret_r);
	for (int i = 0; i < PCREVENTS_BANKS; i++)
		add_bank(m, (enum pcrevents_bank)i, ret_r);
	return 0;
}

static void
release(struct measure *m)
{
	struct vtpm_state *st = m->state;

	buf_release(&st->unpacked);
	bootdisk_release(&st->boot_disk);
}

const struct tee tee_vtpm = {
	.name = "vtpm",
	.title = "PCRs of a guest with a TPM 2.0",
	.bit = TEE_VTPM,
	.state_size = sizeof(struct vtpm_state),
	.check = check,
	.prepare = prepare,
	.measure = measure,
	.release = release,
};
