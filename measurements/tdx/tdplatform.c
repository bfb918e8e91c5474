/* RTMR0: what the platform is made of (see tdboot.h). */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "measurements/format/acpiblob.h"
#include "measurements/format/varstore.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdhob.h"

enum {
	RTMR0 = 0,
	NODE_FV = 0x06, /* media device path: PIWG file, PIWG volume */
	NODE_FV_VOLUME = 0x07,
	NODE_LEN = 4 + GUID_LEN,
	OPTION_MAX = 256
};

static const struct guid global_guid =
    GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d, 0x00e098032b8c);
static const struct guid security_guid =
    GUID(0xd719b2cb, 0x3d3a, 0x4596, 0xa3bc, 0xdad00e67656f);
static const struct guid enable_guid =
    GUID(0xf0a30bc7, 0xaf08, 0x4556, 0x99c4, 0x001009c93a44);
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

/* UEFI_VARIABLE_DATA of a variable whose name is ASCII. */
static void
add_variable(struct tdevents *t, const struct guid *vendor, const char *name,
    const struct span *data)
{
	struct buf v;

	buf_init(&v, LIMIT_FIRMWARE_SIZE);
	buf_add(&v, vendor->b, GUID_LEN);
	buf_le64(&v, strlen(name));
	buf_le64(&v, span_len(data));
	for (const char *s = name; *s != '\0'; s++)
		buf_le16(&v, (unsigned char)*s);
	if (span_len(data) > 0)
		buf_add(&v, data->p, span_len(data));
	/* The data is within a firmware image, so the limit holds. */
	tdevents_add(t, RTMR0, EVENT_VARIABLE_DRIVER_CONFIG, v.p, v.len, name);
	buf_release(&v);
}

/*
 * SecureBoot is no stored variable: a build without Secure Boot has none, and
 * one with it sets it to 1 when there is a PK and it was not switched off.
 */
static int
add_secure_boot(const struct tdboot *b, const struct span *cfv,
    struct tdevents *t, struct err *e)
{
	struct span data = span_of(NULL, 0), pk = data, enable = data;
	int has_pk = varstore_find(cfv, &global_guid, "PK", &pk, e);
	int has_enable;
	uint8_t on;

	if (has_pk < 0)
		return -1;
	has_enable =
	    varstore_find(cfv, &enable_guid, "SecureBootEnable", &enable, e);
	if (has_enable < 0)
		return -1;
	on = has_pk > 0 && (has_enable == 0 || span_u8(&enable) == 1);
	if (has_pk > 0 || b->secure_boot_build)
		data = span_of(&on, 1);
	add_variable(t, &global_guid, "SecureBoot", &data);
	return 0;
}

static int
add_keys(const struct tdboot *b, const struct span *cfv, struct tdevents *t,
    struct err *e)
{
	static const struct {
		const struct guid *vendor;
		const char *name;
		bool optional; /* measured only where it is */
	} keys[] = {
		{ &global_guid, "PK", false },
		{ &global_guid, "KEK", false },
		{ &security_guid, "db", false },
		{ &security_guid, "dbx", false },
		{ &security_guid, "dbt", true },
	};

	if (add_secure_boot(b, cfv, t, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span data = span_of(NULL, 0);
		int rc =
		    varstore_find(cfv, keys[i].vendor, keys[i].name, &data, e);

		if (rc < 0)
			return -1;
		if (rc > 0 || !keys[i].optional)
			add_variable(t, keys[i].vendor, keys[i].name, &data);
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
