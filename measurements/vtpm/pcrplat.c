/* PCR 0, 1 and 7: what the platform is made of (see pcrboot.h). */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/format/acpiblob.h"
#include "measurements/format/sbpass.h"
#include "measurements/format/smbios.h"
#include "measurements/format/smbiosovmf.h"
#include "measurements/vtpm/pcrboot.h"

enum {
	OPTION_MAX = 512,
	OPTIONS_MAX = 4,
	NODE_LEN = 4 + GUID_LEN,
	TPM_LOG_LEN = 64 * 1024, /* etc/tpm/log, which is measured as zeros */
	TYPE_SYSTEM = 1,
	TYPE_BOARD = 2,
	TYPE_OEM_STRINGS = 11,
	TYPE_END = 127,
	WAKE_UP = 0x18
};

static const struct guid dxefv_guid =
    GUID(0x7cb8bdc9, 0xf8eb, 0x4f34, 0xaaea, 0x3ee4af6516a1);
/* Marks an option that the firmware made for a device. */
static const struct guid auto_created =
    GUID(0x8108ac4e, 0x9f11, 0x4d59, 0x850e, 0xe21a522c59b2);

static int
need_version(const struct pcrboot *b, struct err *e)
{
	if (b->ovmf != 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --ovmf-version is given");
}

static int
need_firmware(const struct pcrboot *b, struct err *e)
{
	if (b->firmware != NULL)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --firmware is given");
}

int
pcrplat_firmware(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	const struct fwvol *f = b->firmware;

	if (need_firmware(b, e) < 0 || need_version(b, e) < 0)
		return -1;
	if (!pcrprofile_has(b->ovmf, PCRPROFILE_CONSTANT_VOLUMES))
		return err_set(e, ERR_UNSUPPORTED,
		    "OVMF before 202302 measures data of PlatformPei, which "
		    "depend on memory and processor");
	if (f->smm)
		return err_set(e, ERR_UNSUPPORTED,
		    "a build with SMM writes addresses of the machine into the "
		    "volume that it measures");
	pcrevents_add(t, 0, EVENT_S_CRTM_VERSION, f->version.p,
	    span_len(&f->version), "firmware version");
	pcrevents_add(t, 0, EVENT_PLATFORM_FIRMWARE_BLOB, f->pei.p,
	    span_len(&f->pei), "PEI volume");
	pcrevents_add(t, 0, EVENT_PLATFORM_FIRMWARE_BLOB, f->dxe.p,
	    span_len(&f->dxe), "DXE volume");
	pcrevents_add_separator(t, 0);
	return 0;
}

static int
add_acpi_blob(const struct pcrboot *b, const char *name, struct pcrevents *t,
    struct err *e)
{
	static const uint8_t log[TPM_LOG_LEN];
	struct span blob;

	if (str_eq(name, "etc/acpi/rsdp"))
		blob = *b->acpi_rsdp;
	else if (str_eq(name, "etc/acpi/tables"))
		blob = *b->acpi_tables;
	else if (str_eq(name, "etc/tpm/log"))
		blob = span_of(log, sizeof(log));
	else
		return err_set(e, ERR_UNSUPPORTED, "ACPI blob %s",
		    STR_QUOTED(name));
	pcrevents_add(t, 1, EVENT_PLATFORM_CONFIG_FLAGS, blob.p,
	    span_len(&blob), name);
	return 0;
}

static int
add_acpi(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	char name[ACPIBLOB_NAME_SIZE];
	struct span loader;
	int rc;

	if (!pcrprofile_has(b->ovmf, PCRPROFILE_ACPI_EVENTS))
		return 0;
	if (b->acpi_tables == NULL || b->acpi_rsdp == NULL ||
	    b->acpi_loader == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "no --acpi-tables, --acpi-rsdp and --acpi-loader are "
		    "given");
	loader = *b->acpi_loader;
	pcrevents_add(t, 1, EVENT_PLATFORM_CONFIG_FLAGS, loader.p,
	    span_len(&loader), "etc/table-loader");
	while ((rc = acpiblob_next_file(&loader, name, e)) > 0)
		if (add_acpi_blob(b, name, t, e) < 0)
			return -1;
	return rc;
}

static int
add_smbios(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	const struct fwvol *f = b->firmware;
	struct fwvol_names names;
	struct buf table;
	int rc;

	if (!pcrprofile_has(b->ovmf, PCRPROFILE_SMBIOS_EVENT))
		return 0;
	if (b->smbios == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --smbios is given");
	if (need_firmware(b, e) < 0)
		return -1;
	names = (struct fwvol_names){ f->vendor, f->version, f->date };
	buf_init(&table, LIMIT_SMBIOS);
	rc = smbiosovmf_measured(b->smbios,
	    span_len(&names.vendor) > 0 ? &names : NULL, &table, e);
	if (rc == 0)
		pcrevents_add(t, 1, EVENT_HANDOFF_TABLES, table.p, table.len,
		    "SMBIOS");
	buf_release(&table);
	return rc;
}

static void
add_wide(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		buf_le16(b, (unsigned char)*s);
	buf_le16(b, 0);
}

static void
add_node(struct buf *b, uint8_t subtype, const struct guid *g)
{
	buf_u8(b, 4);
	buf_u8(b, subtype);
	buf_le16(b, NODE_LEN);
	buf_add(b, g->b, GUID_LEN);
}

/* EFI_LOAD_OPTION of an application in the firmware's own volume. */
static void
put_application(struct buf *b, const struct pcrprofile_option *o)
{
	buf_le32(b, o->attributes);
	buf_le16(b, 2 * NODE_LEN + 4);
	add_wide(b, o->title);
	add_node(b, 7, &dxefv_guid);
	add_node(b, 6, &o->file);
	buf_add(b, "\x7f\xff\x04", 4);
}

static void
put_disk(struct buf *b, const struct devpath *d)
{
	buf_le32(b, 1);
	buf_le16(b, (uint16_t)d->len);
	add_wide(b, "UEFI Misc Device");
	buf_add(b, d->b, d->len);
	buf_add(b, auto_created.b, GUID_LEN);
}

int
pcrplat_boot_options(const struct pcrboot *b, struct pcrevents *t,
    struct err *e)
{
	static const char *const names[OPTIONS_MAX] = { "Boot0000", "Boot0001",
		"Boot0002", "Boot0003" };
	const struct pcrprofile_option *own;
	size_t n_own = pcrprofile_options(b->ovmf, &own), n = n_own + 1;
	uint8_t order[2 * OPTIONS_MAX] = { (uint8_t)n_own };
	struct buf option;

	if (need_firmware(b, e) < 0)
		return -1;
	if (b->disk == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --disk-path is given");
	n += b->firmware->shell;
	/* The disk is first, by bootindex; the others keep their order. */
	for (size_t i = 1; i < n; i++)
		order[2 * i] = (uint8_t)(i <= n_own ? i - 1 : i);
	pcrevents_add(t, 1, EVENT_VARIABLE_BOOT, order, 2 * n, "BootOrder");
	buf_init(&option, OPTION_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t k = order[2 * i];

		buf_clear(&option);
		if (k == n_own)
			put_disk(&option, b->disk);
		else
			put_application(&option,
			    k < n_own ? &own[k] : pcrprofile_shell(b->ovmf));
		pcrevents_add(t, 1, EVENT_VARIABLE_BOOT, option.p, option.len,
		    names[k]);
	}
	buf_release(&option);
	return 0;
}

/* What newer stubs measure of SMBIOS themselves, in the table's order. */
static int
add_stub_smbios(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	uint8_t copy[1024];
	struct smbios x;
	struct span s;
	int rc;

	if (b->uki == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --uki or --disk is given");
	if (!b->uki->measures_smbios)
		return 0;
	if (b->smbios == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --smbios is given");
	s = *b->smbios;
	while ((rc = smbios_next(&s, &x, e)) > 0 && x.type != TYPE_END) {
		size_t len = span_len(&x.bytes);

		if (x.type != TYPE_SYSTEM && x.type != TYPE_BOARD &&
		    x.type != TYPE_OEM_STRINGS)
			continue;
		if (len > sizeof(copy))
			return err_set(e, ERR_LIMIT,
			    "SMBIOS: a structure of %zu bytes", len);
		memcpy(copy, x.bytes.p, len);
		if (x.type == TYPE_SYSTEM && x.len > WAKE_UP)
			copy[WAKE_UP] = 0;
		pcrevents_add(t, 1, EVENT_TAG, copy, len,
		    "SMBIOS structure, by the stub");
	}
	return rc < 0 ? -1 : 0;
}

int
pcrplat_config(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	if (need_version(b, e) < 0 || need_firmware(b, e) < 0 ||
	    add_acpi(b, t, e) < 0)
		return -1;
	/*
	 * Both listen for ReadyToBoot, and who came last hears it first: with
	 * variables in SMM, Tcg2Dxe has to wait for them.
	 */
	if (!b->firmware->smm && add_smbios(b, t, e) < 0)
		return -1;
	if (pcrplat_boot_options(b, t, e) < 0)
		return -1;
	pcrevents_add_separator(t, 1);
	if (b->firmware->smm && add_smbios(b, t, e) < 0)
		return -1;
	return add_stub_smbios(b, t, e);
}

int
pcrplat_secure_boot(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	struct pcrdigest d;
	struct span entry;

	if (b->vars == NULL)
		return err_set(e, ERR_NOT_FOUND, "no variable store is given");
	for (size_t i = 0; i < b->vars->n; i++) {
		const struct sbvar *v = &b->vars->v[i];

		for (int k = 0; k < PCREVENTS_BANKS; k++)
			sbvars_digest(v->vendor, v->name, &v->data,
			    pcrevents_alg((enum pcrevents_bank)k), d.b[k]);
		pcrevents_add_digest(t, 7, EVENT_VARIABLE_DRIVER_CONFIG, &d,
		    v->name);
	}
	pcrevents_add_separator(t, 7);
	if (!b->vars->on)
		return 0;
	if (b->uki == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --uki or --disk is given");
	if (sbpass_find(b->vars, &b->uki->image, &entry, e) < 0)
		return -1;
	for (int k = 0; k < PCREVENTS_BANKS; k++)
		sbvars_digest(&sbvars_security, "db", &entry,
		    pcrevents_alg((enum pcrevents_bank)k), d.b[k]);
	pcrevents_add_digest(t, 7, EVENT_VARIABLE_AUTHORITY, &d, "entry of db");
	return 0;
}
