/*
 * A guest with a TPM 2.0 that boots a UKI: the PCRs in two banks. Registers of
 * the SHA-384 bank are called pcr0_sha384 and so on.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/cli/tee.h"
#include "measurements/format/edk2tag.h"
#include "measurements/format/initdata.h"
#include "measurements/vtpm/pcrboot.h"

enum {
	NAME_SIZE = 24,
	VERSION_SIZE = 64,
	MAX_DEPENDS = 8
};

/* What a register changes with; the list ends with NULL. */
static const char *const depends[PCREVENTS_PCRS][MAX_DEPENDS] = {
	[0] = { "firmware" },
	[1] = { "firmware", "ovmf_version", "disk_path", "acpi_tables",
	    "smbios", "systemd_stub" },
	[4] = { "disk", "uki", "secure_boot" },
	[5] = { "disk" },
	[7] = { "firmware", "vars", "disk", "uki" },
	[8] = { "initdata" },
	[9] = { "disk", "uki" },
	[11] = { "disk", "uki" },
	[12] = { "disk" },
	[13] = { "disk" },
};

struct tpm_state {
	struct bootdisk boot_disk;
	struct buf unpacked;
	struct fwvol firmware;
	char version[VERSION_SIZE];
	struct sbvars vars;
	bool secure_boot;
	struct devpath disk_path;
	uint8_t initdata[INITDATA_HOST_DATA];
	struct span spans[N_OPTIONS];
	struct pcrboot boot;
	struct pcrevents events;
	char names[PCREVENTS_BANKS][PCREVENTS_PCRS][NAME_SIZE];
};

static int
check(struct measure *m, struct err *e)
{
	struct tpm_state *st = m->state;
	const char *const *v = m->v;

	bootdisk_init(&st->boot_disk);
	buf_init(&st->unpacked, LIMIT_FIRMWARE_UNPACKED);
	if (v[OPT_UKI] && v[OPT_DISK])
		return err_set(e, ERR_ARGUMENT,
		    "--uki and --disk: only one of them is started");
	if (v[OPT_SB_STATE] && v[OPT_VARS])
		return err_set(e, ERR_ARGUMENT,
		    "--secure-boot and --vars, which tells it");
	if (v[OPT_SB_STATE] &&
	    options_switch(v, OPT_SB_STATE, &st->secure_boot, e) < 0)
		return -1;
	if (m->tee->bit != TEE_TPM)
		st->boot.platform = PCRPLATFORM_AZURE;
	else if (v[OPT_PLATFORM] &&
		 pcrplatform_parse(v[OPT_PLATFORM], &st->boot.platform, e) < 0)
		return -1;
	if (v[OPT_OVMF_VERSION] &&
	    edk2tag_parse(v[OPT_OVMF_VERSION], &st->boot.ovmf, e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (v[OPT_DISK_PATH] &&
	    devpath_parse(v[OPT_DISK_PATH], &st->disk_path, e) < 0)
		return err_wrap(e, "--disk-path");
	return 0;
}

/* The option's file, or NULL. */
static const struct span *
given(struct measure *m, enum option o)
{
	struct tpm_state *st = m->state;

	if (m->v[o] == NULL)
		return NULL;
	st->spans[o] = measure_bytes(m, o);
	return &st->spans[o];
}

static int
load_boot_disk(struct measure *m, struct err *e)
{
	struct tpm_state *st = m->state;
	bool is_disk = m->v[OPT_DISK] != NULL;
	const char *path = m->v[is_disk ? OPT_DISK : OPT_UKI];

	if (path == NULL)
		return 0;
	if (bootdisk_open(&st->boot_disk, path, is_disk, e) < 0)
		return -1;
	st->boot.uki = &st->boot_disk.uki;
	st->boot.gpt = is_disk ? &st->boot_disk.gpt : NULL;
	st->boot.extras = st->boot_disk.extras;
	return 0;
}

static int
load_firmware(struct measure *m, struct err *e)
{
	struct tpm_state *st = m->state;
	const struct span *s = given(m, OPT_FIRMWARE);
	size_t n = 0;

	if (s == NULL)
		return 0;
	if (fwvol_unpack(s->p, span_len(s), &st->unpacked, &st->firmware, e) <
	    0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_FIRMWARE]));
	st->boot.firmware = &st->firmware;
	for (; n + 1 < VERSION_SIZE && 2 * n < span_len(&st->firmware.version);
	     n++)
		st->version[n] = (char)st->firmware.version.p[2 * n];
	return 0;
}

/*
 * The store is the file for it, or the volume that a whole firmware begins
 * with; a firmware's code alone has none.
 */
static int
load_vars(struct measure *m, struct err *e)
{
	struct tpm_state *st = m->state;
	const struct span *store = given(m, OPT_VARS);
	bool build = st->boot.firmware && st->firmware.secure_boot;
	bool whole = store == NULL && !m->v[OPT_SB_STATE];

	if (whole)
		store = given(m, OPT_FIRMWARE);
	if (store == NULL)
		return 0;
	if (sbvars_read(store, build, &st->vars, e) == 0)
		st->boot.vars = &st->vars;
	else if (!whole || e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s",
		    STR_QUOTED(m->v[whole ? OPT_FIRMWARE : OPT_VARS]));
	return 0;
}

static int
prepare(struct measure *m, struct err *e)
{
	struct tpm_state *st = m->state;
	const struct span *initdata = given(m, OPT_INITDATA);

	if (load_boot_disk(m, e) < 0 || load_firmware(m, e) < 0 ||
	    load_vars(m, e) < 0)
		return -1;
	st->boot.acpi_tables = given(m, OPT_ACPI_TABLES);
	st->boot.acpi_rsdp = given(m, OPT_ACPI_RSDP);
	st->boot.acpi_loader = given(m, OPT_ACPI_LOADER);
	st->boot.smbios = given(m, OPT_SMBIOS);
	st->boot.secure_boot = m->v[OPT_SB_STATE] ? &st->secure_boot : NULL;
	st->boot.disk = m->v[OPT_DISK_PATH] ? &st->disk_path : NULL;
	if (initdata == NULL)
		return 0;
	st->boot.initdata = st->initdata;
	return initdata_field(initdata->p, span_len(initdata), st->initdata,
	    INITDATA_HOST_DATA, e);
}

static void
add_params(const struct measure *m, struct refset *r)
{
	const struct tpm_state *st = m->state;
	const struct pcrboot *b = &st->boot;

	refset_add_string(r, "platform", pcrplatform_name(b->platform));
	refset_add_string(r, "ovmf_version", m->v[OPT_OVMF_VERSION]);
	if (b->firmware != NULL)
		refset_add_string(r, "firmware_version", st->version);
	if (b->vars != NULL || b->secure_boot != NULL)
		refset_add_bool(r, "secure_boot",
		    b->vars ? b->vars->on : *b->secure_boot);
	if (b->uki != NULL)
		refset_add_string(r, "systemd_stub",
		    b->uki->stub ? b->uki->stub_name : "none");
	refset_add_string(r, "disk_path", m->v[OPT_DISK_PATH]);
}

static void
add_events(const struct tpm_state *st, enum pcrevents_bank bank,
    const struct refset_register *reg, struct refset *r)
{
	for (size_t i = 0; i < st->events.n; i++) {
		const struct pcrevent *ev = &st->events.e[i];

		if (bank != PCREVENTS_SHA256 && ev->sha256_only)
			continue;
		refset_add_event(r, reg, eventlog_type_name(ev->type), NULL,
		    ev->digest.b[bank], ev->what);
	}
}

static int
add_register(struct tpm_state *st, enum pcrevents_bank bank, int pcr,
    struct refset *r, struct err *e)
{
	enum sha2_algorithm alg = pcrevents_alg(bank);
	char *name = st->names[bank][pcr];
	uint8_t value[SHA2_384_LEN];
	struct refset_register *reg;
	int rc;

	snprintf(name, NAME_SIZE, "pcr%d%s", pcr,
	    bank == PCREVENTS_SHA256 ? "" : "_sha384");
	reg = refset_add_register(r, name, sha2_name(alg), sha2_len(alg));
	for (int i = 0; i < MAX_DEPENDS && depends[pcr][i] != NULL; i++)
		refset_depend(reg, depends[pcr][i]);
	st->events.n = 0;
	rc = pcrboot_events(&st->boot, pcr, &st->events, e);
	if (rc < 0 && e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s", name);
	if (rc < 0) {
		refset_register_unknown(reg, e->msg);
		return 0;
	}
	pcrevents_value(&st->events, pcr, bank, value);
	refset_register_set(reg, value);
	add_events(st, bank, reg, r);
	return 0;
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	struct tpm_state *st = m->state;

	(void)s;
	ret_r->primary = "pcr11";
	add_params(m, ret_r);
	for (int bank = 0; bank < PCREVENTS_BANKS; bank++)
		for (int pcr = 0; pcr < PCREVENTS_PCRS; pcr++)
			if (add_register(st, (enum pcrevents_bank)bank, pcr,
				ret_r, e) < 0)
				return -1;
	return 0;
}

static void
release(struct measure *m)
{
	struct tpm_state *st = m->state;

	bootdisk_release(&st->boot_disk);
	buf_release(&st->unpacked);
}

#define TPM(n, t, b)                                                           \
	{                                                                      \
		.name = n, .title = t, .bit = b,                               \
		.state_size = sizeof(struct tpm_state), .check = check,        \
		.prepare = prepare, .measure = measure, .release = release,    \
	}

const struct tee tee_tpm = TPM("tpm", "PCRs of a guest with a TPM", TEE_TPM);
const struct tee tee_az_snp =
    TPM("az-snp-vtpm", "PCRs of an Azure guest on SEV-SNP", TEE_AZ_SNP);
const struct tee tee_az_tdx =
    TPM("az-tdx-vtpm", "PCRs of an Azure guest on TDX", TEE_AZ_TDX);
