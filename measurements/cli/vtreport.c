#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/json_out.h"
#include "measurements/cli/report.h"
#include "measurements/cli/vtreport.h"

enum {
	NAME_SIZE = 16,
	VERSION_SIZE = 64
};

static const struct {
	const char *key;
	const char *label;
} input_names[VTREPORT_N_INPUTS] = {
	[VTREPORT_FIRMWARE] = { "firmware", "firmware" },
	[VTREPORT_VARS] = { "vars", "variable store" },
	[VTREPORT_UKI] = { "uki", "UKI" },
	[VTREPORT_DISK] = { "disk", "disk" },
	[VTREPORT_ACPI_TABLES] = { "acpi_tables", "ACPI tables" },
	[VTREPORT_ACPI_RSDP] = { "acpi_rsdp", "ACPI RSDP" },
	[VTREPORT_ACPI_LOADER] = { "acpi_loader", "ACPI loader" },
	[VTREPORT_SMBIOS] = { "smbios", "SMBIOS" },
	[VTREPORT_INITDATA] = { "initdata", "initdata" },
};

/* What a register changes with; the list ends with NULL. */
enum {
	MAX_DEPENDS = 8
};

static const char *const depends[PCREVENTS_PCRS][MAX_DEPENDS] = {
	[0] = { "firmware" },
	[1] = { "firmware", "ovmf_version", "disk_path", "acpi", "smbios",
	    "stub" },
	[4] = { "uki", "secure_boot" },
	[5] = { "disk" },
	[7] = { "firmware", "vars", "uki" },
	[8] = { "initdata" },
	[9] = { "uki" },
	[11] = { "uki" },
	[12] = { "disk" },
	[13] = { "disk" },
};

/* The names under which policies know PCRs, for a platform. */
static const struct {
	const char *name;
	enum pcrplatform platform;
	int pcr;
	enum pcrevents_bank bank;
} references[] = {
	{ "tpm_pcr11", PCRPLATFORM_QEMU, 11, PCREVENTS_SHA256 },
	{ "snp_pcr03", PCRPLATFORM_AZURE, 3, PCREVENTS_SHA256 },
	{ "snp_pcr08", PCRPLATFORM_AZURE, 8, PCREVENTS_SHA256 },
	{ "snp_pcr09", PCRPLATFORM_AZURE, 9, PCREVENTS_SHA256 },
	{ "snp_pcr11", PCRPLATFORM_AZURE, 11, PCREVENTS_SHA256 },
	{ "snp_pcr12", PCRPLATFORM_AZURE, 12, PCREVENTS_SHA256 },
	{ "tdx_pcr03", PCRPLATFORM_AZURE, 3, PCREVENTS_SHA256 },
	{ "tdx_pcr08", PCRPLATFORM_AZURE, 8, PCREVENTS_SHA256 },
	{ "tdx_pcr09", PCRPLATFORM_AZURE, 9, PCREVENTS_SHA256 },
	{ "tdx_pcr11", PCRPLATFORM_AZURE, 11, PCREVENTS_SHA256 },
	{ "tdx_pcr12", PCRPLATFORM_AZURE, 12, PCREVENTS_SHA256 },
	{ "PCR4", PCRPLATFORM_AWS, 4, PCREVENTS_SHA384 },
	{ "PCR7", PCRPLATFORM_AWS, 7, PCREVENTS_SHA384 },
	{ "PCR12", PCRPLATFORM_AWS, 12, PCREVENTS_SHA384 },
	{ "tpm_pcr11", PCRPLATFORM_GCP, 11, PCREVENTS_SHA256 },
};

static void
pcr_name(int pcr, char name[static NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "pcr%d", pcr);
}

static void
put_value(struct buf *out, const struct vtreport *r, int pcr,
    enum pcrevents_bank bank)
{
	char hex[HEX_SIZE(SHA2_384_LEN)];
	uint8_t value[SHA2_384_LEN];

	pcrevents_value(r->events, pcr, bank, value);
	hex_encode(value, sha2_len(pcrevents_alg(bank)), hex);
	buf_printf(out, "%s\n", hex);
}

int
vtreport_hex(const struct vtreport *r, int pcr, enum pcrevents_bank bank,
    struct buf *out, struct err *e)
{
	if (!r->pcrs[pcr].known)
		return err_set(e, ERR_UNSUPPORTED, "unsupported: pcr%d: %s",
		    pcr, r->pcrs[pcr].why);
	put_value(out, r, pcr, bank);
	return 0;
}

/* The version that the firmware has built in, as ASCII. */
static const char *
firmware_version(const struct vtreport *r, char s[static VERSION_SIZE])
{
	const struct fwvol *f = r->boot->firmware;
	size_t n = 0;

	if (f == NULL)
		return NULL;
	for (; n + 1 < VERSION_SIZE && 2 * n < span_len(&f->version); n++)
		s[n] = (char)f->version.p[2 * n];
	s[n] = '\0';
	return s;
}

static const char *
secure_boot(const struct vtreport *r)
{
	const struct pcrboot *b = r->boot;

	if (b->vars == NULL && b->secure_boot == NULL)
		return NULL;
	return (b->vars ? b->vars->on : *b->secure_boot) ? "on" : "off";
}

static const char *
stub(const struct vtreport *r)
{
	if (r->boot->uki == NULL)
		return NULL;
	return r->boot->uki->stub ? r->boot->uki->stub_name : "none";
}

static void
text_events(const struct vtreport *r, struct buf *out)
{
	char hex[HEX_SIZE(SHA2_256_LEN)];

	buf_add_str(out, "Events (sha256)\n");
	for (size_t i = 0; i < r->events->n; i++) {
		const struct pcrevent *ev = &r->events->e[i];

		if (!r->pcrs[ev->pcr].known)
			continue;
		hex_encode(ev->digest.b[PCREVENTS_SHA256], SHA2_256_LEN, hex);
		buf_printf(out, "  pcr%-2d %s\n    %s\n", ev->pcr, ev->what,
		    hex);
	}
}

static void
text_value(struct buf *out, const char *label, const char *value)
{
	buf_printf(out, "  %-15s %s\n", label, value ? value : "not given");
}

void
vtreport_text(const struct vtreport *r, struct buf *out)
{
	char version[VERSION_SIZE];

	for (int bank = 0; bank < PCREVENTS_BANKS; bank++) {
		enum sha2_algorithm alg =
		    pcrevents_alg((enum pcrevents_bank)bank);

		buf_printf(out, "PCRs (%s)\n", sha2_name(alg));
		for (int i = 0; i < PCREVENTS_PCRS; i++) {
			buf_printf(out, "  pcr%-2d ", i);
			if (r->pcrs[i].known)
				put_value(out, r, i, (enum pcrevents_bank)bank);
			else
				buf_printf(out, "unsupported: %s\n",
				    r->pcrs[i].why);
		}
	}
	text_events(r, out);
	buf_add_str(out, "They depend on\n");
	for (int i = 0; i < VTREPORT_N_INPUTS; i++)
		report_text_input(out, input_names[i].label, r->inputs[i],
		    "not given");
	text_value(out, "platform", pcrplatform_name(r->boot->platform));
	text_value(out, "OVMF version", r->ovmf_version);
	text_value(out, "version string", firmware_version(r, version));
	text_value(out, "Secure Boot", secure_boot(r));
	text_value(out, "systemd-stub", stub(r));
	text_value(out, "disk path", r->disk_path);
}

static void
json_value(const struct vtreport *r, struct json_out *j, const char *key,
    int pcr, enum pcrevents_bank bank)
{
	uint8_t value[SHA2_384_LEN];

	pcrevents_value(r->events, pcr, bank, value);
	json_out_hex(j, key, value, sha2_len(pcrevents_alg(bank)));
}

static void
json_banks(const struct vtreport *r, struct json_out *j)
{
	char name[NAME_SIZE];

	json_out_object(j, "banks");
	for (int bank = 0; bank < PCREVENTS_BANKS; bank++) {
		json_out_object(j,
		    sha2_name(pcrevents_alg((enum pcrevents_bank)bank)));
		for (int i = 0; i < PCREVENTS_PCRS; i++) {
			pcr_name(i, name);
			if (r->pcrs[i].known)
				json_value(r, j, name, i,
				    (enum pcrevents_bank)bank);
			else
				json_out_null(j, name);
		}
		json_out_end(j);
	}
	json_out_end(j);
}

static void
json_reasons(const struct vtreport *r, struct json_out *j)
{
	char name[NAME_SIZE];

	json_out_object(j, "unsupported");
	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		pcr_name(i, name);
		if (!r->pcrs[i].known)
			json_out_string(j, name, r->pcrs[i].why);
	}
	json_out_end(j);
	json_out_object(j, "depends");
	for (int i = 0; i < PCREVENTS_PCRS; i++) {
		pcr_name(i, name);
		json_out_array(j, name);
		for (int k = 0; k < MAX_DEPENDS && depends[i][k]; k++)
			json_out_string(j, NULL, depends[i][k]);
		json_out_end(j);
	}
	json_out_end(j);
}

static void
json_references(const struct vtreport *r, struct json_out *j)
{
	json_out_object(j, "references");
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		if (references[i].platform == r->boot->platform &&
		    r->pcrs[references[i].pcr].known)
			json_value(r, j, references[i].name, references[i].pcr,
			    references[i].bank);
	json_out_end(j);
}

static void
json_events(const struct vtreport *r, struct json_out *j)
{
	char name[NAME_SIZE];

	json_out_array(j, "events");
	for (size_t i = 0; i < r->events->n; i++) {
		const struct pcrevent *ev = &r->events->e[i];

		if (!r->pcrs[ev->pcr].known)
			continue;
		pcr_name(ev->pcr, name);
		json_out_object(j, NULL);
		json_out_string(j, "register", name);
		json_out_string(j, "type", eventlog_type_name(ev->type));
		json_out_hex(j, "sha256", ev->digest.b[PCREVENTS_SHA256],
		    SHA2_256_LEN);
		if (ev->sha256_only)
			json_out_null(j, "sha384");
		else
			json_out_hex(j, "sha384",
			    ev->digest.b[PCREVENTS_SHA384], SHA2_384_LEN);
		json_out_string(j, "what", ev->what);
		json_out_end(j);
	}
	json_out_end(j);
}

void
vtreport_json(const struct vtreport *r, struct buf *out)
{
	char version[VERSION_SIZE];
	struct json_out j;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_string(&j, "target", "vtpm");
	json_out_string(&j, "platform", pcrplatform_name(r->boot->platform));
	json_banks(r, &j);
	json_reasons(r, &j);
	json_references(r, &j);
	json_out_object(&j, "inputs");
	for (int i = 0; i < VTREPORT_N_INPUTS; i++)
		report_json_input(&j, input_names[i].key, r->inputs[i]);
	json_out_end(&j);
	json_out_object(&j, "profile");
	json_out_string(&j, "ovmf_version", r->ovmf_version);
	json_out_string(&j, "firmware_version", firmware_version(r, version));
	json_out_string(&j, "secure_boot", secure_boot(r));
	json_out_string(&j, "stub", stub(r));
	json_out_string(&j, "disk_path", r->disk_path);
	json_out_end(&j);
	json_events(r, &j);
	json_out_end(&j);
}
