#include "measurements/sev/vmsa.h"
#include "codec/hex.h"
#include "crypto/sha2.h"
#include "tests/lib/tap.h"

enum {
	MILAN = 0xa00f11,
	AP_EIP = 0x80b004
};

/* A page as its 8-byte words that are not zero. */
struct word {
	size_t off;
	const char *hex;
};

static void
expect_page(const uint8_t *page, const struct word *w, size_t n)
{
	for (size_t off = 0; off < VMSA_LEN; off += 8) {
		const char *hex = "0000000000000000";
		char text[HEX_SIZE(8)];

		if (n > 0 && w->off == off) {
			hex = w->hex;
			w++;
			n--;
		}
		hex_encode(page + off, 8, text);
		if (strcmp(text, hex) != 0)
			printf("# at 0x%zx\n", off);
		EQ_STR(text, hex);
	}
	EQ_INT(n, 0);
}

/* The first vCPU, EPYC-Milan, guest features 0x21, QEMU. */
TEST(bsp_of_qemu_word_by_word)
{
	static const struct word words[] = {
		{ 0x000, "00009300ffff0000" }, /* es */
		{ 0x010, "00f09b00ffff0000" }, /* cs */
		{ 0x018, "0000ffff00000000" },
		{ 0x020, "00009300ffff0000" }, /* ss */
		{ 0x030, "00009300ffff0000" }, /* ds */
		{ 0x040, "00009300ffff0000" }, /* fs */
		{ 0x050, "00009300ffff0000" }, /* gs */
		{ 0x060, "00000000ffff0000" }, /* gdtr */
		{ 0x070, "00008200ffff0000" }, /* ldtr */
		{ 0x080, "00000000ffff0000" }, /* idtr */
		{ 0x090, "00008b00ffff0000" }, /* tr */
		{ 0x0d0, "0010000000000000" }, /* efer */
		{ 0x148, "4000000000000000" }, /* cr4 */
		{ 0x158, "1000000000000000" }, /* cr0 */
		{ 0x160, "0004000000000000" }, /* dr7 */
		{ 0x168, "f00fffff00000000" }, /* dr6 */
		{ 0x170, "0200000000000000" }, /* rflags */
		{ 0x178, "f0ff000000000000" }, /* rip */
		{ 0x268, "0604070006040700" }, /* g_pat */
		{ 0x310, "110fa00000000000" }, /* rdx */
		{ 0x3b0, "2100000000000000" }, /* sev_features */
		{ 0x3e8, "0100000000000000" }, /* xcr0 */
		{ 0x408, "801f000000000000" }, /* mxcsr */
		{ 0x410, "7f03000000000000" }, /* fcw */
	};
	struct vmsa v = { VMSA_QEMU, VMSA_BSP_EIP, MILAN, 0x21, false };
	uint8_t page[VMSA_LEN];

	memset(page, 0xaa, sizeof(page));
	vmsa_build(&v, page);
	expect_page(page, words, sizeof(words) / sizeof(words[0]));
}

/* Where a Coconut SVSM is entered, with flat segments and paging off. */
TEST(svsm_entry_word_by_word)
{
	static const struct word words[] = {
		{ 0x000, "1000930cffffffff" }, /* es */
		{ 0x010, "08009b0cffffffff" }, /* cs */
		{ 0x020, "1000930cffffffff" }, /* ss */
		{ 0x030, "1000930cffffffff" }, /* ds */
		{ 0x040, "1000930cffffffff" }, /* fs */
		{ 0x050, "00009300ffff0000" }, /* gs */
		{ 0x060, "00000000ffff0000" }, /* gdtr */
		{ 0x070, "00008200ffff0000" }, /* ldtr */
		{ 0x080, "00000000ffff0000" }, /* idtr */
		{ 0x090, "00008b00ffff0000" }, /* tr */
		{ 0x0d0, "0010000000000000" }, /* efer */
		{ 0x148, "4000000000000000" }, /* cr4 */
		{ 0x158, "1100000000000000" }, /* cr0 */
		{ 0x160, "0004000000000000" }, /* dr7 */
		{ 0x168, "f00fffff00000000" }, /* dr6 */
		{ 0x170, "0200000000000000" }, /* rflags */
		{ 0x178, "785634fe00000000" }, /* rip */
		{ 0x268, "0604070006040700" }, /* g_pat */
		{ 0x310, "120f800000000000" }, /* rdx */
		{ 0x3b0, "0100000000000000" }, /* sev_features */
		{ 0x3e8, "0100000000000000" }, /* xcr0 */
		{ 0x408, "801f000000000000" }, /* mxcsr */
		{ 0x410, "7f03000000000000" }, /* fcw */
	};
	struct vmsa v = { VMSA_QEMU, 0xfe345678, 0x800f12, 1, true };
	uint8_t page[VMSA_LEN];

	vmsa_build(&v, page);
	expect_page(page, words, sizeof(words) / sizeof(words[0]));
}

/* SHA-256 of pages made by virtee's sev-snp-measure 0.0.13. */
TEST(pages_equal_those_of_another_program)
{
	static const struct {
		enum vmsa_vmm vmm;
		uint32_t eip;
		const char *sha256;
	} rows[] = {
		{ VMSA_QEMU, VMSA_BSP_EIP,
		    "75fa05347e9be43f9d500bdefb65686a"
		    "b0464eb7771daaaad91f807cb46b99a8" },
		{ VMSA_QEMU, AP_EIP,
		    "7cf249d321e4b7a57528abb273a3a258"
		    "38422df02e436e00a601a4c48017a35d" },
		{ VMSA_EC2, VMSA_BSP_EIP,
		    "bafab7d7eb960e5f43d197aeb539175b"
		    "92652d4a458958626394766bb623faf4" },
		{ VMSA_EC2, AP_EIP,
		    "8ac504f16bf2e9e03a2b9832c84dd448"
		    "e732366ade256dd14c576b1d38c0ea1e" },
		{ VMSA_GCE, VMSA_BSP_EIP,
		    "7dd746565c4271b846f624e5b3fa81d1"
		    "f8dd595f005b1fcb2f4d27dbca9d2a82" },
		{ VMSA_GCE, AP_EIP,
		    "5dd0e2a43a6aa500dabcc0c5a350c983"
		    "53b7f7652e248f461975caaa22dd266f" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vmsa v = { rows[i].vmm, rows[i].eip, MILAN, 0x21,
			false };
		uint8_t page[VMSA_LEN], digest[SHA2_256_LEN];
		char text[HEX_SIZE(SHA2_256_LEN)];

		vmsa_build(&v, page);
		sha2_digest(SHA2_256, page, sizeof(page), digest);
		hex_encode(digest, sizeof(digest), text);
		EQ_STR(text, rows[i].sha256);
	}
}

/* An older host differs in the two words of the floating point unit only. */
TEST(hosts_before_6_10_leave_the_fpu_out)
{
	struct vmsa v = { VMSA_QEMU, VMSA_BSP_EIP, MILAN, 1, false };
	uint8_t now[VMSA_LEN], before[VMSA_LEN];

	vmsa_build(&v, now);
	v.vmm = VMSA_QEMU_PRE_6_10;
	vmsa_build(&v, before);
	memset(now + 0x408, 0, 16);
	EQ_MEM(now, before, VMSA_LEN);
}

TEST(krun_has_its_own_segments_and_no_edx)
{
	struct vmsa v = { VMSA_KRUN, AP_EIP, MILAN, 1, false };
	uint8_t page[VMSA_LEN];

	vmsa_build(&v, page);
	EQ_INT(page[0x12], 0x9a);
	EQ_INT(page[0x22], 0x92);
	EQ_INT(page[0x92], 0x83);
	EQ_MEM(page + 0x310, "\0\0\0\0\0\0\0\0", 8);
	EQ_INT(page[0x409], 0);
}

TEST(vmms_have_names)
{
	static const char *const names[] = { "qemu", "qemu-pre-6.10", "ec2",
		"gce", "krun" };
	static const char *const bad[] = { "", "QEMU", "qemu ", "kvm" };
	enum vmsa_vmm vmm;
	struct err e;

	for (int i = 0; i < 5; i++) {
		EQ_INT(vmsa_vmm_parse(names[i], &vmm, &e), 0);
		EQ_INT(vmm, i);
		EQ_STR(vmsa_vmm_name(vmm), names[i]);
		EQ_INT(vmsa_vmm_has_sig(vmm), i < 2);
	}
	for (size_t i = 0; i < 4; i++) {
		EQ_INT(vmsa_vmm_parse(bad[i], &vmm, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
}

TAP_MAIN
