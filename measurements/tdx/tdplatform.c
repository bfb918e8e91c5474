/* RTMR0: what the platform is made of (see tdboot.h). */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/format/acpiblob.h"
#include "measurements/format/limits.h"
#include "measurements/format/sbpass.h"
#include "measurements/format/smbiosovmf.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdhob.h"

enum {
	RTMR0 = 0,
	NODE_FV = 0x06, /* media device path: PIWG file, PIWG volume */
	NODE_FV_VOLUME = 0x07,
	NODE_LEN = 4 + GUID_LEN,
	OPTION_MAX = 256,
	OPTIONS_MAX = 4
};

static const struct guid dxefv_guid =
    GUID(0x7cb8bdc9, 0xf8eb, 0x4f34, 0xaaea, 0x3ee4af6516a1);

/* What tells OVMF that it made an option by itself. */
static const struct guid auto_created =
    GUID(0x8108ac4e, 0x9f11, 0x4d59, 0x850e, 0xe21a522c59b2);

/* fw_cfg items: the size that one must have to be read, and its event. */
static const struct {
	size_t size; /* 0: any */
	const char *what;
} items[TDBOOT_ITEMS] = {
	[TDBOOT_PCI_ROOTS] = { 8, "fw_cfg etc/extra-pci-roots" },
	[TDBOOT_BOOT_MENU] = { 2, "fw_cfg BootMenu" },
	[TDBOOT_MENU_WAIT] = { 2, "fw_cfg etc/boot-menu-wait" },
	[TDBOOT_RESERVED_END] = { 8, "fw_cfg etc/reserved-memory-end" },
	[TDBOOT_MMIO64_MB] = { 0, "fw_cfg opt/ovmf/X-PciMmio64Mb" },
	[TDBOOT_BOOTORDER] = { 0, "fw_cfg bootorder" },
};

/* What QEMU offers for -kernel. */
static const char boot_menu[2];
static const char bootorder[] = "/rom@genroms/linuxboot_dma.bin"; /* with NUL */

struct span
tdboot_bootorder(void)
{
	return span_of(bootorder, sizeof(bootorder));
}

static void
add_separator(struct tdevents *t)
{
	tdevents_add(t, RTMR0, EVENT_SEPARATOR, "\0\0\0\0", 4, "separator");
}

static int
add_memory(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	struct tdhob hob;

	if (b->memory == 0)
		return err_set(e, ERR_NOT_FOUND, "no memory size is given");
	if (tdhob_build(b->firmware, b->memory, &hob, e) < 0)
		return -1;
	tdevents_add(t, RTMR0, EVENT_HANDOFF_TABLES2, hob.b, hob.len, "TD HOB");
	return 0;
}

static void
add_variable(struct tdevents *t, uint32_t type, const struct guid *vendor,
    const char *name, const struct span *data, const char *what)
{
	uint8_t digest[TDEVENT_LEN];

	sbvars_digest(vendor, name, data, SHA2_384, digest);
	tdevents_add_digest(t, RTMR0, type, digest, what);
}

static void
add_keys(const struct sbvars *vars, struct tdevents *t)
{
	for (size_t i = 0; i < vars->n; i++) {
		const struct sbvar *v = &vars->v[i];

		add_variable(t, EVENT_VARIABLE_DRIVER_CONFIG, v->vendor,
		    v->name, &v->data, v->name);
	}
}

/*
 * What lets the image pass, where Secure Boot is on. OVMF has a loader of its
 * own for kernels that do not (X86QemuLoadImageLib; not in a TD since 202511):
 * the boot that it makes is none that is predicted here.
 */
static int
add_authority(const struct tdboot *b, const struct sbvars *vars,
    struct tdevents *t, struct err *e)
{
	const struct span *image = b->disk ? b->image : b->kernel;
	struct span entry;

	if (!vars->on)
		return 0;
	if (image == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "Secure Boot is on in this variable store, and what it is "
		    "to let pass is not given");
	if (b->disk == NULL && tdprofile_patches_kernel(&b->profile))
		return err_set(e, ERR_UNSUPPORTED,
		    "Secure Boot is on in this variable store, and this QEMU "
		    "changes the kernel, so that no signature of it holds");
	if (sbpass_find(vars, image, &entry, e) < 0)
		return -1;
	add_variable(t, EVENT_VARIABLE_AUTHORITY, &sbvars_security, "db",
	    &entry, "entry of db");
	return 0;
}

static void
add_items(const struct tdboot *b, struct tdevents *t)
{
	const struct span usual[TDBOOT_ITEMS] = {
		[TDBOOT_BOOT_MENU] = span_of(boot_menu, sizeof(boot_menu)),
		[TDBOOT_BOOTORDER] = tdboot_bootorder(),
	};
	const struct span *given = b->items ? b->items : usual;

	for (int i = 0; i < TDBOOT_ITEMS; i++) {
		size_t len = span_len(&given[i]);

		if (len > 0 && (items[i].size == 0 || items[i].size == len))
			tdevents_add(t, RTMR0, EVENT_PLATFORM_CONFIG_FLAGS,
			    given[i].p, len, items[i].what);
	}
}

static int
add_smbios(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	struct buf table;
	int rc;

	if (b->smbios_sha384 != NULL) {
		tdevents_add_digest(t, RTMR0, EVENT_HANDOFF_TABLES2,
		    b->smbios_sha384, "SMBIOS");
		return 0;
	}
	if (b->smbios == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "SMBIOS, which OVMF measures since 202505, is not given");
	buf_init(&table, LIMIT_SMBIOS);
	rc = smbiosovmf_measured(b->smbios, b->names, &table, e);
	if (rc == 0)
		tdevents_add(t, RTMR0, EVENT_HANDOFF_TABLES2, table.p,
		    table.len, "SMBIOS");
	buf_release(&table);
	return rc;
}

static int
add_acpi(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	struct span loader, rsdp;
	char name[ACPIBLOB_NAME_SIZE];
	struct acpiblob made;
	int rc;

	if (b->acpi_tables == NULL)
		return err_set(e, ERR_NOT_FOUND, "no ACPI tables are given");
	if ((b->acpi_rsdp == NULL || b->acpi_loader == NULL) &&
	    acpiblob_derive(b->acpi_tables, &made, e) < 0)
		return -1;
	rsdp = b->acpi_rsdp ? *b->acpi_rsdp
			    : span_of(made.rsdp, sizeof(made.rsdp));
	loader = b->acpi_loader ? *b->acpi_loader
				: span_of(made.loader, made.loader_len);
	tdevents_add(t, RTMR0, EVENT_PLATFORM_CONFIG_FLAGS, loader.p,
	    span_len(&loader), "ACPI etc/table-loader");
	while ((rc = acpiblob_next_file(&loader, name, e)) > 0) {
		const struct span *blob = b->acpi_tables;

		if (str_eq(name, "etc/acpi/rsdp"))
			blob = &rsdp;
		else if (!str_eq(name, "etc/acpi/tables"))
			return err_set(e, ERR_UNSUPPORTED, "ACPI blob %s",
			    STR_QUOTED(name));
		tdevents_add(t, RTMR0, EVENT_PLATFORM_CONFIG_FLAGS, blob->p,
		    span_len(blob),
		    blob == &rsdp ? "ACPI etc/acpi/rsdp"
				  : "ACPI etc/acpi/tables");
	}
	return rc;
}

static void
put_node(struct buf *b, uint8_t subtype, const struct guid *g)
{
	buf_u8(b, 4);
	buf_u8(b, subtype);
	buf_le16(b, NODE_LEN);
	buf_add(b, g->b, GUID_LEN);
}

static void
put_title(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		buf_le16(b, (unsigned char)*s);
	buf_le16(b, 0);
}

/* EFI_LOAD_OPTION of an application in the firmware's own volume. */
static void
put_application(struct buf *b, const struct tdprofile_option *o)
{
	buf_le32(b, o->attributes);
	buf_le16(b, 2 * NODE_LEN + 4);
	put_title(b, o->title);
	put_node(b, NODE_FV_VOLUME, &dxefv_guid);
	put_node(b, NODE_FV, &o->file);
	buf_add(b, "\x7f\xff\x04", 4);
}

/* And that of a disk, as OVMF makes it by itself. */
static void
put_disk(struct buf *b, const struct span *path)
{
	buf_le32(b, 1);
	buf_le16(b, (uint16_t)span_len(path));
	put_title(b, "UEFI Misc Device");
	buf_add(b, path->p, span_len(path));
	buf_add(b, auto_created.b, GUID_LEN);
}

/*
 * The numbers are given in the order of finding them: our own, the disk, the
 * shell. The disk is first in the order of booting, by its bootindex.
 */
static void
add_boot_options(const struct tdboot *b, struct tdevents *t)
{
	static const char *const names[OPTIONS_MAX] = { "Boot0000", "Boot0001",
		"Boot0002", "Boot0003" };
	const struct tdprofile_option *own;
	size_t n_own = tdprofile_options(&b->profile, &own), n = n_own;
	uint8_t order[2 * OPTIONS_MAX] = { 0 };
	struct buf option;

	if (b->disk != NULL)
		n += 1 + b->shell;
	for (size_t i = 0; i < n; i++)
		order[2 * i] = (uint8_t)(b->disk == NULL ? i
					 : i == 0        ? n_own
					 : i <= n_own    ? i - 1
							 : i);
	if (n > 0)
		tdevents_add(t, RTMR0, EVENT_VARIABLE_BOOT, order, 2 * n,
		    "BootOrder");
	buf_init(&option, OPTION_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t k = order[2 * i];

		buf_clear(&option);
		if (k < n_own)
			put_application(&option, &own[k]);
		else if (k == n_own)
			put_disk(&option, b->disk);
		else
			put_application(&option, tdprofile_shell(&b->profile));
		tdevents_add(t, RTMR0, EVENT_VARIABLE_BOOT, option.p,
		    option.len, names[k]);
	}
	buf_release(&option);
}

int
tdboot_shim_rtmr0(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	if (b->td_hob == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "the TD HOB that a VMM makes for a td-shim is not given");
	tdevents_add(t, RTMR0, EVENT_HANDOFF_TABLES2, b->td_hob->p,
	    span_len(b->td_hob), "TD HOB");
	add_separator(t);
	return 0;
}

int
tdboot_rtmr0(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	const struct tdvf_section *cfv = tdvf_find(b->firmware, TDVF_CFV);
	struct sbvars vars;

	if (cfv == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "a firmware without a variable store");
	if (b->disk != NULL &&
	    tdprofile_has(&b->profile, TDPROFILE_FW_CFG_EVENTS) &&
	    (!b->items || span_len(&b->items[TDBOOT_BOOTORDER]) == 0))
		return err_set(e, ERR_NOT_FOUND,
		    "the order of booting that QEMU tells is not given");
	if (sbvars_read(&cfv->data, b->secure_boot_build, &vars, e) < 0 ||
	    add_memory(b, t, e) < 0)
		return -1;
	tdevents_add(t, RTMR0, EVENT_PLATFORM_FIRMWARE_BLOB2, cfv->data.p,
	    span_len(&cfv->data), "variable store");
	if (tdprofile_has(&b->profile, TDPROFILE_FW_CFG_EVENTS))
		add_items(b, t);
	add_keys(&vars, t);
	add_separator(t);
	if (add_acpi(b, t, e) < 0)
		return -1;
	/* A kernel is loaded before ReadyToBoot, what a disk has after it. */
	if (b->disk == NULL && add_authority(b, &vars, t, e) < 0)
		return -1;
	if (tdprofile_has(&b->profile, TDPROFILE_SMBIOS_EVENT) &&
	    add_smbios(b, t, e) < 0)
		return -1;
	add_boot_options(b, t);
	if (!tdprofile_has(&b->profile, TDPROFILE_SEPARATOR_IN_RTMR1))
		add_separator(t);
	return b->disk != NULL ? add_authority(b, &vars, t, e) : 0;
}
