#include "measurements/tdx/tdboot.h"
#include "codec/hex.h"
#include "measurements/format/efisig.h"
#include "measurements/format/pe.h"
#include "measurements/format/sbpass.h"
#include "measurements/format/varstore.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/tdfw.h"

static struct fw fw;
static struct tdvf td;
static struct tdevents events;
static struct span kernel;
static struct tdboot boot;
static struct err e;

/* A store in the first page of the firmware; returns where variables begin. */
static uint8_t *
store(void)
{
	static const struct guid fv =
	    GUID(0xfff12b8d, 0x7696, 0x4c8b, 0xa985, 0x2747075b4f50);
	static const struct guid vars =
	    GUID(0xaaf32c78, 0x947b, 0x439a, 0xa180, 0x2e144ec37792);

	memset(fw.b, 0xff, 4096);
	memcpy(fw.b + 16, fv.b, GUID_LEN);
	le_put16(fw.b + 48, 72);
	memcpy(fw.b + 72, vars.b, GUID_LEN);
	le_put32(fw.b + 72 + 16, 2048);
	fw.b[72 + 20] = 0x5a;
	fw.b[72 + 21] = 0xfe;
	return fw.b + 72 + 28;
}

/* A variable whose name is ASCII; returns the place of the next. */
static uint8_t *
variable_of(uint8_t *at, const struct guid *g, const char *name,
    const void *data, size_t len, uint8_t state)
{
	size_t n = 2 * (strlen(name) + 1);

	memset(at, 0, 60 + n + len + 3);
	le_put16(at, 0x55aa);
	at[2] = state;
	le_put32(at + 36, (uint32_t)n);
	le_put32(at + 40, (uint32_t)len);
	memcpy(at + 44, g->b, GUID_LEN);
	for (size_t i = 0; name[i] != '\0'; i++)
		at[60 + 2 * i] = (uint8_t)name[i];
	memcpy(at + 60 + n, data, len);
	return at + (60 + n + len + 3) / 4 * 4;
}

static uint8_t *
variable(uint8_t *at, const struct guid *g, const char *name, const char *data,
    uint8_t state)
{
	return variable_of(at, g, name, data, strlen(data), state);
}

static const struct guid global =
    GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d, 0x00e098032b8c);

static void
set_up(uint32_t ovmf, uint32_t qemu)
{
	tdfw_build(&fw, tdfw_ovmf, TDFW_N(tdfw_ovmf));
	store();
	EQ_INT(tdvf_parse(fw.b, fw.len, &td, &e), 0);
	memset(&events, 0, sizeof(events));
	kernel = span_of(fw.b, 16);
	boot = (struct tdboot){ .profile = { ovmf, qemu, true },
		.firmware = &td,
		.kernel = &kernel,
		.memory = UINT64_C(2) << 30,
		.cmdline = "console=ttyS0 quiet" };
}

static void
expect_event(size_t i, const char *what, const char *digest)
{
	char text[HEX_SIZE(TDEVENT_LEN)];

	OK(i < events.n);
	EQ_STR(events.e[i].what, what);
	hex_encode(events.e[i].digest, TDEVENT_LEN, text);
	text[strlen(digest)] = '\0';
	EQ_STR(text, digest);
}

TEST(options_of_the_kernel_by_version)
{
	static const uint8_t initrd[TDEVENT_LEN];
	uint8_t digest[TDEVENT_LEN];

	set_up(202505, 902);
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), 0);
	EQ_INT(events.n, 1);
	boot.initrd_sha384 = initrd;
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), 0);
	expect_event(1, "LOADED_IMAGE::LoadOptions", "84d8bb0c");
	expect_event(2, "Linux initrd", "000000");
	boot.profile.ovmf = 202508;
	boot.cmdline = "a";
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), 0);
	sha2_digest(SHA2_384, "i\0n\0i\0t\0r\0d\0=\0i\0n\0i\0t\0r\0d\0 \0a\0\0",
	    32, digest);
	EQ_MEM(events.e[3].digest, digest, sizeof(digest));
}

TEST(no_options_are_no_event)
{
	set_up(202505, 902);
	boot.cmdline = "";
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), 0);
	EQ_INT(events.n, 0);
	boot.cmdline = NULL;
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), 0);
	EQ_INT(events.n, 0);
	boot.kernel = NULL;
	EQ_INT(tdboot_rtmr2(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

/* Tables as QEMU makes them, with nothing in them. */
static uint8_t tables[1024];

static void
table(size_t at, const char *name, uint32_t len)
{
	memcpy(tables + at, name, 4);
	le_put32(tables + at + 4, len);
}

static void
set_tables(struct span *s)
{
	table(0, "FACS", 64);
	table(64, "DSDT", 100);
	table(164, "FACP", 244);
	table(408, "APIC", 120);
	table(528, "RSDT", 44);
	*s = span_of(tables, sizeof(tables));
	boot.acpi_tables = s;
}

/* The digests of events that do not depend on the guest, from real logs. */
TEST(platform_events_of_an_older_firmware)
{
	struct span s;

	set_up(202408, 902);
	set_tables(&s);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	expect_event(0, "TD HOB", "0b8772e5b0b41b83");
	expect_event(2, "SecureBoot", "9dc3a1f8");
	expect_event(3, "PK", "6f2e3cbc");
	expect_event(4, "KEK", "d607c0ef");
	expect_event(5, "db", "08a74f89");
	expect_event(6, "dbx", "18cc6e01");
	expect_event(7, "separator", "394341b7182cd227");
	EQ_STR(events.e[8].what, "ACPI etc/table-loader");
	EQ_STR(events.e[10].what, "ACPI etc/acpi/tables");
	expect_event(11, "BootOrder", "1dd6f7b4");
	expect_event(12, "Boot0000", "23ada07f5261f12f");
	expect_event(13, "separator", "394341b7");
	EQ_INT(events.n, 14);
	set_up(202411, 902);
	set_tables(&s);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_INT(events.n, 13);
}

/* Where a firmware measures fw_cfg, SMBIOS and its two boot options. */
TEST(platform_events_of_a_newer_firmware)
{
	static const uint8_t smbios[TDEVENT_LEN] = { 0xab };
	struct span s;

	set_up(202505, 1100);
	set_tables(&s);
	boot.smbios_sha384 = smbios;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_STR(events.e[2].what, "fw_cfg BootMenu");
	expect_event(3, "fw_cfg bootorder", "53d3dbc0");
	expect_event(4, "SecureBoot", "9dc3a1f8");
	expect_event(13, "SMBIOS", "ab00");
	expect_event(14, "BootOrder", "52b9a02d");
	expect_event(15, "Boot0000", "5068e6a9");
	expect_event(16, "Boot0001", "dd424f2e");
	EQ_INT(events.n, 17);
	memset(&events, 0, sizeof(events));
	boot.profile.intel_tdx = false;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_INT(events.n, 15);
	memset(&events, 0, sizeof(events));
	boot.profile = (struct tdprofile){ 202605, 1100, true };
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_INT(events.n, 14);
}

TEST(a_build_with_secure_boot_has_the_variable)
{
	struct span s;
	uint8_t *at;

	set_up(202411, 902);
	set_tables(&s);
	boot.secure_boot_build = true;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	expect_event(2, "SecureBoot", "cfa4e2c6");
	set_up(202411, 902);
	set_tables(&s);
	at = variable(store(), &global, "PK", "old", 0x3c);
	variable(at, &global, "PK", "keys", 0x3f);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	OK(strstr(e.msg, "Secure Boot is on") != NULL);
}

/* A db that lets the kernel pass by its hash, or another one. */
static void
set_keys(const struct guid *owner, uint8_t change)
{
	static uint8_t pe[64 * 1024];
	static const char path[] = "tests/corpus/measurements/pe/kernel";
	uint8_t list[28 + 16 + SHA2_256_LEN] = { 0 }, *at;
	FILE *f = fopen(path, "rb");

	OK(f != NULL);
	kernel = span_of(pe, fread(pe, 1, sizeof(pe), f));
	fclose(f);
	memcpy(list, efisig_sha256.b, GUID_LEN);
	le_put32(list + 16, sizeof(list));
	le_put32(list + 24, sizeof(list) - 28);
	memcpy(list + 28, owner->b, GUID_LEN);
	EQ_INT(pe_hash(kernel.p, span_len(&kernel), SHA2_256, list + 44, &e),
	    0);
	list[44] ^= change;
	at = variable(store(), &global, "PK", "keys", 0x3f);
	variable_of(at, &sbvars_security, "db", list, sizeof(list), 0x3f);
}

TEST(what_lets_the_kernel_pass_is_an_event)
{
	struct span s, items[TDBOOT_ITEMS] = { { NULL } };
	struct span path = span_of("\x7f\xff\x04", 4);

	set_up(202411, 1100);
	set_tables(&s);
	set_keys(&global, 0);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	/* Computed apart, by Python's hashlib. */
	expect_event(2, "SecureBoot", "2cded0c6f453d4c6");
	expect_event(3, "PK", "f8a920f8a82a9704");
	expect_event(10, "ACPI etc/acpi/tables", "");
	expect_event(11, "entry of db", "c1b0196d15388ac3");
	expect_event(12, "BootOrder", "1dd6f7b4");
	EQ_INT(events.n, 14);
	memset(&events, 0, sizeof(events));
	boot.disk = &path;
	boot.items = items;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	boot.image = &kernel;
	memset(&events, 0, sizeof(events));
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	expect_event(events.n - 1, "entry of db", "c1b0196d15388ac3");
}

TEST(a_kernel_that_may_not_pass_has_no_rtmr0)
{
	struct span s;

	set_up(202411, 1100);
	set_tables(&s);
	set_keys(&global, 1);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	OK(strstr(e.msg, "db lets the image not pass: it is not signed"));
	set_up(202411, 902);
	set_tables(&s);
	set_keys(&global, 0);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	OK(strstr(e.msg, "this QEMU changes the kernel") != NULL);
	boot.kernel = NULL;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

/* fw_cfg items count only where they have the size that OVMF expects. */
TEST(items_of_fw_cfg_as_they_are_given)
{
	static const uint8_t smbios[TDEVENT_LEN], bytes[8];
	struct span s, items[TDBOOT_ITEMS];

	set_up(202505, 1100);
	set_tables(&s);
	boot.smbios_sha384 = smbios;
	boot.items = items;
	for (int i = 0; i < TDBOOT_ITEMS; i++)
		items[i] = span_of(bytes, 8);
	items[TDBOOT_BOOT_MENU] = span_of(bytes, 2);
	items[TDBOOT_MMIO64_MB] = span_of(NULL, 0);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_STR(events.e[2].what, "fw_cfg etc/extra-pci-roots");
	EQ_STR(events.e[3].what, "fw_cfg BootMenu");
	EQ_STR(events.e[4].what, "fw_cfg etc/reserved-memory-end");
	EQ_STR(events.e[5].what, "fw_cfg bootorder");
	EQ_STR(events.e[6].what, "SecureBoot");
}

/* The disk by its index first, the rest in the order of their numbers. */
TEST(boot_options_of_a_disk)
{
	static const uint8_t smbios[TDEVENT_LEN], path[] = "\x7f\xff\4";
	struct span s, items[TDBOOT_ITEMS] = { { NULL, NULL, false } },
		       disk = span_of(path, sizeof(path));
	uint8_t digest[TDEVENT_LEN];

	set_up(202505, 1100);
	set_tables(&s);
	boot.smbios_sha384 = smbios;
	boot.disk = &disk;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	OK(strstr(e.msg, "order of booting") != NULL);
	boot.items = items;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	boot.shell = true;
	items[TDBOOT_BOOTORDER] = tdboot_bootorder();
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_INT(events.n, 18);
	EQ_STR(events.e[13].what, "BootOrder");
	sha2_digest(SHA2_384, "\2\0\0\0\1\0\3\0", 8, digest);
	EQ_MEM(events.e[13].digest, digest, TDEVENT_LEN);
	EQ_STR(events.e[14].what, "Boot0002");
	expect_event(15, "Boot0000", "5068e6a9");
	expect_event(16, "Boot0001", "dd424f2e");
	EQ_STR(events.e[17].what, "Boot0003");
}

TEST(variables_are_found_by_state_and_name)
{
	struct span cfv = span_of(fw.b, 4096), data;
	uint8_t *at;

	set_up(202411, 902);
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), 0);
	at = variable(store(), &global, "PKx", "1", 0x3f);
	at = variable(at, &global, "PK", "deleted", 0x3d);
	at = variable(at, &global, "PK", "leaving", 0x3e);
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), 1);
	OK(span_equals(&data, "leaving", 7));
	at = variable(at, &global, "PK", "here", 0x3f);
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), 1);
	OK(span_equals(&data, "here", 4));
	EQ_INT(varstore_find(&cfv, &fw_sev, "PK", &data, &e), 0);
	at = variable(at, &global, "KEK", "x", 0x3f);
	le_put32(fw.b + 72 + 28 + 40, 0xffffffff);
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	fw.b[72 + 20] = 0;
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	store();
	le_put32(fw.b + 72 + 16, 8192);
	EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	for (size_t len = 0; len < 100; len++) {
		cfv = span_of(fw.b, len);
		EQ_INT(varstore_find(&cfv, &global, "PK", &data, &e), -1);
	}
}

TEST(what_is_not_given_or_known_is_named)
{
	struct span s;

	set_up(202505, 902);
	set_tables(&s);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	OK(strstr(e.msg, "SMBIOS") != NULL);
	set_up(202502, 902);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	OK(strstr(e.msg, "ACPI") != NULL);
	set_tables(&s);
	boot.memory = 0;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

/* etc/table-loader that allocates a TPM's log. */
TEST(unknown_acpi_blobs_are_refused)
{
	uint8_t loader[128] = { 1, 0, 0, 0, 'e', 't', 'c', '/', 't', 'p', 'm' };
	struct span s, l = span_of(loader, sizeof(loader));

	set_up(202502, 902);
	set_tables(&s);
	boot.acpi_loader = &l;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	OK(strstr(e.msg, "etc/tpm") != NULL);
	l = span_of(loader, 127);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
}

TEST(damaged_acpi_tables_are_refused)
{
	struct span s;

	for (size_t len = 0; len < 572; len++) {
		uint8_t *copy;

		set_up(202502, 902);
		set_tables(&s);
		copy = malloc(len ? len : 1);
		memcpy(copy, tables, len);
		s = span_of(copy, len);
		EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
		free(copy);
	}
	set_tables(&s);
	tables[1000] = 1;
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), -1);
	OK(strstr(e.msg, "after them, at offset 0x3e8") != NULL);
}

TEST(td_shim_measures_the_list_of_memory)
{
	struct span hob = span_of("HOB", 3);
	uint8_t digest[TDEVENT_LEN];

	set_up(202502, 902);
	EQ_INT(tdboot_shim_rtmr0(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	boot.td_hob = &hob;
	EQ_INT(tdboot_shim_rtmr0(&boot, &events, &e), 0);
	sha2_digest(SHA2_384, "HOB", 3, digest);
	EQ_MEM(events.e[0].digest, digest, TDEVENT_LEN);
	expect_event(1, "separator", "394341b7");
	EQ_INT(events.n, 2);
}

TEST(td_shim_measures_its_payload_with_zeros)
{
	static const char cmdline[] = "root=/dev/vda1 console=hvc0 rw";

	set_up(202502, 902);
	tdfw_build(&fw, tdfw_shim, TDFW_N(tdfw_shim));
	EQ_INT(tdvf_parse(fw.b, fw.len, &td, &e), 0);
	boot.cmdline = cmdline;
	EQ_INT(tdboot_shim_rtmr1(&boot, &events, &e), 0);
	EQ_INT(events.n, 3);
	expect_event(0, "separator", "394341b7");
	expect_event(2, "td_payload_info", "64ed1e5a47e8632f");
	boot.kernel = NULL;
	EQ_INT(tdboot_shim_rtmr1(&boot, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

TAP_MAIN
