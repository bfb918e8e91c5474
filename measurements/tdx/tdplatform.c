/* RTMR0: what the platform is made of (see tdboot.h). */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/format/acpiblob.h"
#include "measurements/format/sbvars.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdhob.h"

enum {
	RTMR0 = 0,
	NODE_FV = 0x06, /* media device path: PIWG file, PIWG volume */
	NODE_FV_VOLUME = 0x07,
	NODE_LEN = 4 + GUID_LEN,
	OPTION_MAX = 256
};

static const struct guid dxefv_guid =
    GUID(0x7cb8bdc9, 0xf8eb, 0x4f34, 0xaaea, 0x3ee4af6516a1);

/* fw_cfg items: what QEMU offers for -kernel, in the firmware's order. */
static const char boot_menu[2];
static const char bootorder[] = "/rom@genroms/linuxboot_dma.bin"; /* with NUL */

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

static int
add_keys(const struct tdboot *b, const struct span *cfv, struct tdevents *t,
    struct err *e)
{
	uint8_t digest[TDEVENT_LEN];
	struct sbvars vars;

	if (sbvars_read(cfv, b->secure_boot_build, &vars, e) < 0)
		return -1;
	for (size_t i = 0; i < vars.n; i++) {
		const struct sbvar *v = &vars.v[i];

		sbvars_digest(v->vendor, v->name, &v->data, SHA2_384, digest);
		tdevents_add_digest(t, RTMR0, EVENT_VARIABLE_DRIVER_CONFIG,
		    digest, v->name);
	}
	return 0;
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

/* EFI_LOAD_OPTION of an application in the firmware's own volume. */
static void
add_option(struct tdevents *t, const struct tdprofile_option *o,
    const char *name)
{
	struct buf b;

	buf_init(&b, OPTION_MAX);
	buf_le32(&b, o->attributes);
	buf_le16(&b, 2 * NODE_LEN + 4);
	for (const char *s = o->title; *s != '\0'; s++)
		buf_le16(&b, (unsigned char)*s);
	buf_le16(&b, 0);
	put_node(&b, NODE_FV_VOLUME, &dxefv_guid);
	put_node(&b, NODE_FV, &o->file);
	buf_add(&b, "\x7f\xff\x04", 4);
	tdevents_add(t, RTMR0, EVENT_VARIABLE_BOOT, b.p, b.len, name);
	buf_release(&b);
}

static void
add_boot_options(const struct tdboot *b, struct tdevents *t)
{
	static const char *const names[] = { "Boot0000", "Boot0001" };
	const struct tdprofile_option *options;
	size_t n = tdprofile_options(&b->profile, &options);

	/* The order is 0, 1, as u16. */
	if (n > 0)
		tdevents_add(t, RTMR0, EVENT_VARIABLE_BOOT, "\0\0\1", 2 * n,
		    "BootOrder");
	for (size_t i = 0; i < n; i++)
		add_option(t, &options[i], names[i]);
}

int
tdboot_rtmr0(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	const struct tdvf_section *cfv = tdvf_find(b->firmware, TDVF_CFV);
	bool smbios = tdprofile_has(&b->profile, TDPROFILE_SMBIOS_EVENT);

	if (cfv == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "a firmware without a variable store");
	if (smbios && b->smbios_sha384 == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "SMBIOS, which OVMF measures since 202505");
	if (add_memory(b, t, e) < 0)
		return -1;
	tdevents_add(t, RTMR0, EVENT_PLATFORM_FIRMWARE_BLOB2, cfv->data.p,
	    span_len(&cfv->data), "variable store");
	if (tdprofile_has(&b->profile, TDPROFILE_FW_CFG_EVENTS)) {
		tdevents_add(t, RTMR0, EVENT_PLATFORM_CONFIG_FLAGS, boot_menu,
		    sizeof(boot_menu), "fw_cfg BootMenu");
		tdevents_add(t, RTMR0, EVENT_PLATFORM_CONFIG_FLAGS, bootorder,
		    sizeof(bootorder), "fw_cfg bootorder");
	}
	if (add_keys(b, &cfv->data, t, e) < 0)
		return -1;
	add_separator(t);
	if (add_acpi(b, t, e) < 0)
		return -1;
	if (smbios)
		tdevents_add_digest(t, RTMR0, EVENT_HANDOFF_TABLES2,
		    b->smbios_sha384, "SMBIOS");
	add_boot_options(b, t);
	if (!tdprofile_has(&b->profile, TDPROFILE_SEPARATOR_IN_RTMR1))
		add_separator(t);
	return 0;
}
