#include "measurements/vtpm/pcrboot.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/ukifw.h"

static struct ukifw f;
static struct uki uki;
static struct pcrboot boot;
static struct pcrevents events;
static struct err e;

static void
set_up(const char *version)
{
	memset(&boot, 0, sizeof(boot));
	memset(&events, 0, sizeof(events));
	ukifw_stub(&f, version, UKIFW_NAMES_257);
	ukifw_text(&f, ".linux", "HALLO\n");
	ukifw_text(&f, ".initrd", "foobar\n");
	ukifw_text(&f, ".cmdline", "quiet");
	EQ_INT(uki_parse(f.b, f.len, &uki, &e), 0);
	boot.uki = &uki;
}

static void
is_value(int pcr, enum pcrevents_bank bank, const char *want)
{
	char hex[HEX_SIZE(SHA2_384_LEN)];
	uint8_t value[SHA2_384_LEN];

	pcrevents_value(&events, pcr, bank, value);
	hex_encode(value, sha2_len(pcrevents_alg(bank)), hex);
	EQ_STR(hex, want);
}

/* systemd's own test of systemd-measure: these two sections, no phase. */
TEST(pcr_11_is_what_systemd_measure_says)
{
	set_up("257");
	memset(&f, 0, sizeof(f));
	ukifw_stub(&f, "257", UKIFW_NAMES_257);
	ukifw_text(&f, ".initrd", "foobar\n");
	ukifw_text(&f, ".linux", "HALLO\n");
	EQ_INT(uki_parse(f.b, f.len, &uki, &e), 0);
	EQ_INT(pcrboot_events(&boot, 11, &events, &e), 0);
	is_value(11, PCREVENTS_SHA256,
	    "37b48bd0b222394dbe3cceff2fca4660"
	    "c4b0a90ae9369ec90b42f14489989c13");
	is_value(11, PCREVENTS_SHA384,
	    "5573f9b2caf55b1d0a6a701f890662d682af961899f0419c"
	    "f1e2d5ea4a6a68c1f25bd4f5b8a0865eeee82af90f5cb087");
}

TEST(registers_with_a_separator_alone_are_constant)
{
	static const int pcrs[] = { 2, 3, 6 };

	set_up("257");
	for (int i = 0; i < 3; i++) {
		EQ_INT(pcrboot_events(&boot, pcrs[i], &events, &e), 0);
		is_value(pcrs[i], PCREVENTS_SHA256,
		    "3d458cfe55cc03ea1f443f1562beec8d"
		    "f51c75e14a9fcf9a7234a13f198e7969");
	}
}

TEST(the_kernel_counts_where_firmware_loads_it)
{
	const bool on = true, off = false;

	set_up("257");
	EQ_INT(pcrboot_events(&boot, 4, &events, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND); /* nobody says whether it is on */
	boot.secure_boot = &on;
	events.n = 0;
	EQ_INT(pcrboot_events(&boot, 4, &events, &e), 0);
	EQ_INT(events.n, 3);
	EQ_STR(events.e[0].what, "Calling EFI Application from Boot Option");
	EQ_STR(events.e[1].what, "separator");
	EQ_STR(events.e[2].what, "UKI");
	boot.secure_boot = &off;
	events.n = 0;
	/* This .linux is none that could be hashed as an image. */
	EQ_INT(pcrboot_events(&boot, 4, &events, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	set_up("258");
	EQ_INT(pcrboot_events(&boot, 4, &events, &e), 0);
	EQ_INT(events.n, 3);
}

/* The SHA-256 bank alone, by the first 32 bytes of the digest. */
TEST(initdata_extends_one_bank_of_pcr_8)
{
	static const uint8_t digest[SHA2_256_LEN] = { 1, 2, 3 };
	uint8_t both[2 * SHA2_256_LEN] = { 0 }, want[SHA2_256_LEN];
	char hex[HEX_SIZE(SHA2_256_LEN)];

	set_up("257");
	EQ_INT(pcrboot_events(&boot, 8, &events, &e), 0);
	EQ_INT(events.n, 0);
	boot.initdata = digest;
	EQ_INT(pcrboot_events(&boot, 8, &events, &e), 0);
	memcpy(both + 32, digest, sizeof(digest));
	sha2_digest(SHA2_256, both, sizeof(both), want);
	hex_encode(want, sizeof(want), hex);
	is_value(8, PCREVENTS_SHA256, hex);
	is_value(8, PCREVENTS_SHA384,
	    "000000000000000000000000000000000000000000000000"
	    "000000000000000000000000000000000000000000000000");
}

TEST(clouds_know_what_does_not_depend_on_their_firmware)
{
	static const struct {
		enum pcrplatform platform;
		const char *known;
	} rows[] = {
		{ PCRPLATFORM_AZURE, "8 9 11 12 13 14 " },
		{ PCRPLATFORM_AWS, "4 7 8 9 11 12 13 14 " },
		{ PCRPLATFORM_GCP, "4 8 9 11 12 13 14 " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char known[64] = "", one[16];

		for (int pcr = 0; pcr < PCREVENTS_PCRS; pcr++) {
			snprintf(one, sizeof(one), "%d ", pcr);
			if (pcrplatform_knows(rows[i].platform, pcr))
				strcat(known, one);
		}
		EQ_STR(known, rows[i].known);
	}
}

TEST(files_for_a_stub_leave_its_registers_unknown)
{
	static const int pcrs[] = { 9, 12, 13 };

	set_up("257");
	for (int i = 0; i < 3; i++)
		EQ_INT(pcrboot_events(&boot, pcrs[i], &events, &e), 0);
	boot.extras = true;
	for (int i = 0; i < 3; i++) {
		EQ_INT(pcrboot_events(&boot, pcrs[i], &events, &e), -1);
		EQ_INT(e.code, ERR_UNSUPPORTED);
	}
}

TEST(what_is_missing_is_named)
{
	static const struct {
		int pcr;
		const char *what;
	} rows[] = { { 0, "--firmware" }, { 1, "--ovmf-version" },
		{ 4, "--disk" }, { 5, "--disk" }, { 7, "variable store" },
		{ 9, "--disk" }, { 11, "--disk" } };

	memset(&boot, 0, sizeof(boot));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(pcrboot_events(&boot, rows[i].pcr, &events, &e), -1);
		EQ_INT(e.code, ERR_NOT_FOUND);
		OK(strstr(e.msg, rows[i].what) != NULL);
	}
}

TEST(reads_a_device_path_as_firmware_prints_it)
{
	static const char *const bad[] = { "", "PciRoot(0x0)", "PciRoot(0x0)/",
		"PciRoot(0)/Pci(0x1,0x0)", "PciRoot(0x0)/Pci(0x20,0x0)",
		"PciRoot(0x0)/Pci(0x1,0x8)", "PciRoot(0x0)/Pci(0x1,0x0)x",
		"PciRoot(0x0)/Pci(0x1)",
		"PciRoot(0x0)/Pci(0x1,0x0)/Pci(0x1,0x0)/Pci(0x1,0x0)"
		"/Pci(0x1,0x0)/Pci(0x1,0x0)" };
	struct devpath d;

	EQ_INT(devpath_parse("PciRoot(0x0)/Pci(0x1F,0x2)", &d, &e), 0);
	EQ_INT(d.len, 22);
	EQ_MEM(d.b,
	    "\x02\x01\x0c\0\xd0\x41\x03\x0a\0\0\0\0\x01\x01\x06\0\x02\x1f"
	    "\x7f\xff\x04\0",
	    22);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EQ_INT(devpath_parse(bad[i], &d, &e), -1);
}

TAP_MAIN
