/* PCR 0, 1 and 7: what the platform is made of (see pcrboot.h). */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/format/acpiblob.h"
#include "measurements/format/authcode.h"
#include "measurements/format/efisig.h"
#include "measurements/format/smbios.h"
#include "measurements/vtpm/pcrboot.h"

enum {
	OPTION_MAX = 512,
	OPTIONS_MAX = 4,
	NODE_LEN = 4 + GUID_LEN,
	TPM_LOG_LEN = 64 * 1024, /* etc/tpm/log, which is measured as zeros */
	END_HANDLE = 0xfeff,
	TYPE_FIRMWARE = 0,
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

/* The ASCII form of a wide string, with its NUL. */
static void
add_narrow(struct buf *b, const struct span *wide)
{
	for (size_t i = 0; i + 1 < span_len(wide); i += 2)
		buf_u8(b, wide->p[i]);
}

/* The structure about the firmware, which OVMF adds where QEMU has none. */
static int
add_firmware_structure(const struct pcrboot *b, struct buf *table,
    struct err *e)
{
	static const uint8_t fixed[] = { TYPE_FIRMWARE, 26, 0, 0, 1, 2, 0x00,
		0xe8, 3, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x1c, 0, 0, 0xff, 0xff,
		0, 0 };
	const struct fwvol *f = b->firmware;

	if (need_firmware(b, e) < 0)
		return -1;
	if (span_len(&f->vendor) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "SMBIOS: the firmware's name was not found in it");
	buf_add(table, fixed, sizeof(fixed));
	add_narrow(table, &f->vendor);
	add_narrow(table, &f->version);
	add_narrow(table, &f->date);
	buf_u8(table, 0);
	return 0;
}

/* The table that OVMF makes of QEMU's. */
static int
make_smbios(const struct pcrboot *b, struct buf *table, struct err *e)
{
	static const uint8_t end[] = { TYPE_END, 4, END_HANDLE & 0xff,
		END_HANDLE >> 8, 0, 0 };
	struct span s = *b->smbios;
	bool has_firmware = false;
	struct smbios x;
	int rc;

	while ((rc = smbios_next(&s, &x, e)) > 0 && x.type != TYPE_END) {
		buf_add(table, x.bytes.p, span_len(&x.bytes));
		has_firmware = has_firmware || x.type == TYPE_FIRMWARE;
	}
	if (rc < 0 ||
	    (!has_firmware && add_firmware_structure(b, table, e) < 0))
		return -1;
	buf_add(table, end, sizeof(end));
	if (buf_bad(table))
		return err_set(e, ERR_LIMIT, "SMBIOS: more than %d bytes",
		    LIMIT_SMBIOS);
	return 0;
}

static int
add_smbios(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	struct buf table;
	size_t len = 0;
	int rc;

	if (!pcrprofile_has(b->ovmf, PCRPROFILE_SMBIOS_EVENT))
		return 0;
	if (b->smbios == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --smbios is given");
	buf_init(&table, LIMIT_SMBIOS);
	rc = make_smbios(b, &table, e);
	if (rc == 0)
		rc = smbios_filter(table.p, table.len, &len, e);
	if (rc == 0)
		pcrevents_add(t, 1, EVENT_HANDOFF_TABLES, table.p, len,
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

/* Is the entry of db what lets the image pass? */
static bool
lets_pass(const struct efisig *s, const struct authcode *a,
    const uint8_t *sha256)
{
	if (memcmp(&s->type, &efisig_x509, GUID_LEN) == 0)
		return a != NULL && authcode_leads_to(a, &s->data);
	return memcmp(&s->type, &efisig_sha256, GUID_LEN) == 0 &&
	       span_equals(&s->data, sha256, SHA2_256_LEN);
}

int
pcrplat_authority(const struct pcrboot *b, struct span *ret_entry,
    struct err *e)
{
	const struct span *image = &b->uki->image;
	uint8_t sha256[SHA2_256_LEN];
	struct efisig_iter it;
	struct authcode a;
	struct efisig s;
	struct span certs;
	bool is_signed;
	int rc;

	if (pe_certificates(image->p, span_len(image), &certs, e) < 0 ||
	    pe_hash(image->p, span_len(image), SHA2_256, sha256, e) < 0)
		return -1;
	is_signed = span_len(&certs) > 0;
	if (is_signed && authcode_parse(&certs, &a, e) < 0)
		return -1;
	efisig_init(&it, &b->vars->v[SBVARS_DB].data);
	while ((rc = efisig_next(&it, &s, e)) > 0) {
		if (!lets_pass(&s, is_signed ? &a : NULL, sha256))
			continue;
		*ret_entry = s.bytes;
		return 0;
	}
	if (rc < 0)
		return err_wrap(e, "db");
	return err_set(e, ERR_UNSUPPORTED,
	    "Secure Boot is on, and db lets the image not pass: it is %s",
	    is_signed ? "signed by another key" : "not signed");
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
	if (pcrplat_authority(b, &entry, e) < 0)
		return -1;
	for (int k = 0; k < PCREVENTS_BANKS; k++)
		sbvars_digest(&sbvars_security, "db", &entry,
		    pcrevents_alg((enum pcrevents_bank)k), d.b[k]);
	pcrevents_add_digest(t, 7, EVENT_VARIABLE_AUTHORITY, &d, "entry of db");
	return 0;
}
