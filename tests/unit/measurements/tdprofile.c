#include "measurements/tdx/tdprofile.h"
#include "tests/lib/tap.h"

static struct err e;
static uint32_t v;

TEST(versions_are_read)
{
	EQ_INT(tdprofile_ovmf_parse("202511", &v, &e), 0);
	EQ_INT(v, 202511);
	EQ_INT(tdprofile_ovmf_parse("2025.02", &v, &e), 0);
	EQ_INT(v, 202502);
	EQ_INT(tdprofile_ovmf_parse("edk2-stable202302", &v, &e), 0);
	EQ_INT(v, 202302);
	EQ_INT(tdprofile_qemu_parse("10.1", &v, &e), 0);
	EQ_INT(v, 1001);
	EQ_INT(tdprofile_qemu_parse("9.2.50", &v, &e), 0);
	EQ_INT(v, 902);
	EQ_INT(tdprofile_qemu_parse("11.0.1", &v, &e), 0);
	EQ_INT(v, 1100);
}

TEST(what_is_no_version_is_refused)
{
	static const char *const ovmf[] = { "", "2025", "202513", "202500",
		"20251a", "2025-02", "2025.2", "x202511", "2025111" };
	static const char *const qemu[] = { "", "10", "10.", ".1", "10.1.",
		"10.1.2.3", "10.x", "10.1-rc1", "100.1", "1 .0" };

	for (size_t i = 0; i < sizeof(ovmf) / sizeof(ovmf[0]); i++) {
		EQ_INT(tdprofile_ovmf_parse(ovmf[i], &v, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	for (size_t i = 0; i < sizeof(qemu) / sizeof(qemu[0]); i++) {
		EQ_INT(tdprofile_qemu_parse(qemu[i], &v, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	EQ_INT(tdprofile_ovmf_parse("202211", &v, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
}

TEST(who_changes_the_kernel)
{
	static const struct {
		struct tdprofile p;
		bool patches;
	} rows[] = {
		{ { 202411, 802, false }, true },
		{ { 202411, 1001, false }, true },
		{ { 202502, 902, false }, true },
		{ { 202502, 1000, false }, false },
		{ { 202411, 1002, false }, false },
		{ { 202511, 1100, true }, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(tdprofile_patches_kernel(&rows[i].p), rows[i].patches);
}

TEST(features_come_with_their_version)
{
	static const struct {
		enum tdprofile_feature f;
		uint32_t since;
		bool intel_only;
	} rows[] = {
		{ TDPROFILE_SEPARATOR_IN_RTMR1, 202411, false },
		{ TDPROFILE_READS_BOOT_KERNEL, 202502, false },
		{ TDPROFILE_FW_CFG_EVENTS, 202505, true },
		{ TDPROFILE_SMBIOS_EVENT, 202505, false },
		{ TDPROFILE_INITRD_FIRST, 202508, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tdprofile p = { rows[i].since, 1100, true };

		OK(tdprofile_has(&p, rows[i].f));
		p.intel_tdx = false;
		EQ_INT(tdprofile_has(&p, rows[i].f), !rows[i].intel_only);
		p.ovmf--;
		p.intel_tdx = true;
		OK(!tdprofile_has(&p, rows[i].f));
	}
}

TEST(boot_options_by_version_and_build)
{
	static const struct {
		struct tdprofile p;
		size_t n;
	} rows[] = {
		{ { 202302, 1100, true }, 1 },
		{ { 202502, 1100, false }, 1 },
		{ { 202505, 1100, false }, 2 },
		{ { 202602, 1100, true }, 2 },
		{ { 202605, 1100, true }, 0 },
		{ { 202605, 1100, false }, 2 },
		{ { 202608, 1100, true }, 1 },
	};
	const struct tdprofile_option *options;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(tdprofile_options(&rows[i].p, &options), rows[i].n);
	EQ_INT(tdprofile_options(&rows[0].p, &options), 1);
	EQ_STR(options[0].title, "UiApp");
}

TEST(intel_tdx_is_known_by_its_memory)
{
	struct tdvf td = { .s = { { .gpa = 0x810000,
			       .size = 0x10000,
			       .type = TDVF_TEMP_MEM } },
		.n = 1 };

	OK(tdprofile_is_intel_tdx(&td));
	td.s[0].gpa = 0x811000;
	td.s[0].size = 0xf000;
	OK(!tdprofile_is_intel_tdx(&td));
}

TAP_MAIN
