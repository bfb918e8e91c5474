#include "measurements/sev/snp.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/fw.h"

enum {
	MILAN = 0xa00f11
};

static struct fw fw, svsm_fw;
static struct ovmf o, svsm;
static struct hashes hashes;
static struct snp_launch launch;
static uint8_t ld[GCTX_LD_LEN];
static struct err e;

/* The launch that the literals below were computed for. */
static void
set_up(void)
{
	fw_amdsev(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	sha2_digest(SHA2_256, "kernelbytes", 11, hashes.kernel);
	sha2_digest(SHA2_256, "initrdbytes", 11, hashes.initrd);
	sha2_digest(SHA2_256, "a=1", 4, hashes.cmdline);
	launch = (struct snp_launch){ .firmware = &o,
		.vmm = VMSA_QEMU,
		.vcpus = 2,
		.cpu_sig = MILAN,
		.guest_features = 0x21 };
}

static void
expect(const char *first, const char *second)
{
	char text[HEX_SIZE(GCTX_LD_LEN)], expected[HEX_SIZE(GCTX_LD_LEN)];

	EQ_INT(snp_digest(&launch, ld, &e), 0);
	hex_encode(ld, sizeof(ld), text);
	snprintf(expected, sizeof(expected), "%s%s", first, second);
	EQ_STR(text, expected);
}

static void
expect_refused(enum err_code code, const char *reason)
{
	EQ_INT(snp_digest(&launch, ld, &e), -1);
	EQ_INT(e.code, code);
	if (strstr(e.msg, reason) == NULL)
		EQ_STR(e.msg, reason);
}

/* All digests of this test are sev-snp-measure's (0.0.13) for fw_amdsev(). */
TEST(digests_equal_those_of_another_program)
{
	set_up();
	launch.vcpus = 1;
	expect("ac514679b23c475f826c29ee121572b3f59407af381baf91",
	    "637b33e022a4984db140156f11fe1d32a14222b29a530644");
	launch.hashes = &hashes;
	expect("8c1a1c0e7207ac08ea523e622caf0ef20e832c2fbd104ea6",
	    "c1a95ed35c2323958935e77bffdb9ff5ff6100a4c0cc5723");
	launch.vcpus = 2;
	expect("c7254722bf3c4ddb7b2cfe75d49909342ff976cf2ee1fafd",
	    "8ff88e55937d10c081a1924e9cb1fac42e8dbdec976ea186");
	launch.vmm = VMSA_EC2;
	expect("90383a2d06d9d8e6a756d9102f1b4050b9edcb96ec334616",
	    "7a98946c0c0a32b69cb713b7f71ab6c00dd54da2ee9ce77b");
	launch.vmm = VMSA_GCE;
	expect("eb8eb02ba8d99603f2673ef396e538d99085cb88dbabbf1c",
	    "38d4d9c80e528fd5fc4770737409a1d3f4fe8e13c841f3c0");
	launch.hashes = NULL;
	expect("3a4df9dfd2ea7b5c4c65b62db7e6004880e7b8c7e2d77636",
	    "527a35e859f4285514dcd042b7eef6b83d20e6d2edd7be76");
	launch.vmm = VMSA_EC2;
	expect("18e73d00359b560a5cb36729c324a80748f8389c5ae8dec7",
	    "34a0aab11aab367b0d7a32e474b2f2d1d7a63bcebf669a17");
}

TEST(a_known_firmware_digest_stands_for_its_bytes)
{
	uint8_t whole[GCTX_LD_LEN];
	struct gctx g;

	set_up();
	EQ_INT(snp_digest(&launch, whole, &e), 0);
	gctx_init(&g);
	gctx_normal(&g, OVMF_FOUR_GIB - FW_LEN, fw.b, FW_LEN);
	launch.firmware_ld = g.ld;
	fw.b[0] ^= 1;
	EQ_INT(snp_digest(&launch, ld, &e), 0);
	EQ_MEM(whole, ld, sizeof(ld));
}

/* Each of these changes the digest. */
TEST(everything_counts)
{
	uint8_t first[GCTX_LD_LEN];

	set_up();
	launch.hashes = &hashes;
	EQ_INT(snp_digest(&launch, first, &e), 0);
	for (int i = 0; i < 9; i++) {
		set_up();
		launch.hashes = &hashes;
		launch.vcpus += i == 0;
		launch.cpu_sig += i == 1;
		launch.guest_features += i == 2;
		hashes.kernel[31] ^= i == 3;
		hashes.initrd[0] ^= i == 4;
		hashes.cmdline[7] ^= i == 5;
		fw.b[100] ^= i == 6;
		if (i == 7)
			launch.hashes = NULL;
		if (i == 8)
			launch.vmm = VMSA_QEMU_PRE_6_10;
		EQ_INT(snp_digest(&launch, ld, &e), 0);
		OK(memcmp(first, ld, sizeof(ld)) != 0);
	}
}

/* The metadata's own order is measured, not that of the addresses. */
TEST(sections_are_not_sorted)
{
	static const uint32_t ab[][3] = { { 0x800000, 0x1000, 1 },
		{ 0x801000, 0x1000, 1 } };
	static const uint32_t ba[][3] = { { 0x801000, 0x1000, 1 },
		{ 0x800000, 0x1000, 1 } };
	const uint32_t(*const order[])[3] = { ab, ba };
	uint8_t both[2][GCTX_LD_LEN];

	set_up();
	sha2_digest(SHA2_384, "same firmware", 13, ld);
	for (int i = 0; i < 2; i++) {
		uint8_t seed[GCTX_LD_LEN] = { 1 };

		fw_init(&fw, FW_LEN);
		fw_entry_u32(&fw, &fw_reset, 0x80b004);
		fw_metadata(&fw, order[i], 2);
		fw_finish(&fw);
		EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
		launch.firmware_ld = seed;
		EQ_INT(snp_digest(&launch, both[i], &e), 0);
	}
	OK(memcmp(both[0], both[1], GCTX_LD_LEN) != 0);
}

/* An unknown type is what QEMU makes of it: zero pages. */
TEST(unknown_sections_are_zero_pages)
{
	static const uint32_t types[] = { OVMF_SEC_MEM, 5, 0x11, 0xffffffff,
		OVMF_SVSM_CAA, OVMF_KERNEL_HASHES };
	uint8_t seed[GCTX_LD_LEN] = { 2 }, first[GCTX_LD_LEN];

	set_up();
	launch.firmware_ld = seed;
	for (size_t i = 0; i < 6; i++) {
		uint32_t s[1][3] = { { 0x800000, 0x3000, types[i] } };

		fw_init(&fw, FW_LEN);
		fw_entry_u32(&fw, &fw_reset, 0x80b004);
		fw_metadata(&fw, (const uint32_t(*)[3])s, 1);
		fw_finish(&fw);
		EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
		EQ_INT(snp_digest(&launch, i ? ld : first, &e), 0);
		if (i > 0)
			EQ_MEM(ld, first, sizeof(ld));
	}
}

/* A firmware with one hashes section and a table where the row says. */
TEST(hashes_need_their_page)
{
	static const struct {
		uint32_t section[1][3];
		uint32_t base;
		enum err_code code;
		const char *reason;
	} rows[] = {
		{ { { 0x810000, 0x1000, 1 } }, 0x810c00, ERR_UNSUPPORTED,
		    "no section for the kernel's hashes" },
		{ { { 0x810000, 0x2000, 16 } }, 0x810c00, ERR_SYNTAX,
		    "not one page" },
		{ { { 0x810000, 0x1000, 16 } }, 0x811c00, ERR_SYNTAX,
		    "not in its section" },
		{ { { 0x810000, 0x1000, 16 } }, 0x810f51, ERR_SYNTAX,
		    "does not fit" },
		{ { { 0x810000, 0x1000, 16 } }, 0, ERR_UNSUPPORTED, "base 0" },
	};

	set_up();
	launch.hashes = &hashes;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fw_init(&fw, FW_LEN);
		fw_entry_u32(&fw, &fw_reset, 0x80b004);
		fw_hash_area(&fw, rows[i].base, 0x400);
		fw_metadata(&fw, rows[i].section, 1);
		fw_finish(&fw);
		EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
		expect_refused(rows[i].code, rows[i].reason);
	}
}

TEST(refuses_firmware_that_is_not_whole_pages)
{
	set_up();
	EQ_INT(ovmf_parse(fw.b + 1, fw.len - 1, &o, &e), 0);
	expect_refused(ERR_SYNTAX, "8191 bytes, not a multiple of 4096");
}

TEST(refuses_firmware_without_metadata_or_reset_block)
{
	set_up();
	fw_init(&fw, FW_LEN);
	fw_finish(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	expect_refused(ERR_NOT_FOUND, "no SEV metadata");
	fw_metadata(&fw, fw_amdsev_sections, 1);
	fw_finish(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	expect_refused(ERR_NOT_FOUND, "no SEV-ES reset block");
}

static void
set_up_svsm(uint32_t entry)
{
	static const uint32_t s[][3] = { { 0x1000, 0x1000, 2 },
		{ 0x2000, 0x1000, 3 } };

	set_up();
	fw_init(&svsm_fw, 4096);
	fw_entry_u32(&svsm_fw, &fw_svsm, entry);
	fw_metadata(&svsm_fw, s, 2);
	fw_finish(&svsm_fw);
	EQ_INT(ovmf_parse(svsm_fw.b, svsm_fw.len, &svsm, &e), 0);
	launch.svsm = &svsm;
	launch.svsm_vars_size = 0x3000;
}

/* Spelt out page by page. */
TEST(svsm_lies_below_the_variables_and_is_entered_by_all)
{
	uint64_t gpa = OVMF_FOUR_GIB - FW_LEN - 0x3000 - 4096;
	struct vmsa v = { VMSA_QEMU, (uint32_t)gpa + 0x123, MILAN, 0x21, true };
	uint8_t page[VMSA_LEN];
	struct gctx g;

	set_up_svsm(0x123);
	gctx_init(&g);
	gctx_normal(&g, OVMF_FOUR_GIB - FW_LEN, fw.b, FW_LEN);
	gctx_normal(&g, gpa, svsm_fw.b, 4096);
	gctx_blank(&g, GCTX_SECRETS, 0x1000, GCTX_PAGE);
	gctx_blank(&g, GCTX_CPUID, 0x2000, GCTX_PAGE);
	vmsa_build(&v, page);
	gctx_vmsa(&g, page);
	gctx_vmsa(&g, page);
	EQ_INT(snp_digest(&launch, ld, &e), 0);
	EQ_MEM(ld, g.ld, sizeof(ld));
}

TEST(refuses_an_svsm_that_does_not_fit)
{
	set_up_svsm(4096);
	expect_refused(ERR_SYNTAX, "entry 0x1000 is beyond its end");
	set_up_svsm(0);
	launch.svsm_vars_size = 0x3001;
	expect_refused(ERR_SYNTAX, "SVSM: no room");
	launch.svsm_vars_size = 0xfffff000;
	expect_refused(ERR_SYNTAX, "do not fit below the firmware");
	set_up_svsm(0);
	launch.svsm = &o;
	expect_refused(ERR_NOT_FOUND, "no SVSM info block");
}

TAP_MAIN
