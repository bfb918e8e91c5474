/*
 * Launch digests that others have published: one that a processor reported,
 * with everything that went into it, and those of sev-snp-measure's own tests
 * for the firmware that they have (its last 4 KiB, Apache-2.0).
 */
#include <fcntl.h>

#include "base/fd.h"
#include "codec/hex.h"
#include "measurements/sev/sev.h"
#include "measurements/sev/snp.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/fw.h"

enum {
	EPYC_V4 = 0x800f12
};

static struct err e;

static void
bytes(const char *hex, uint8_t *ret_p, size_t len)
{
	EQ_INT(hex_decode(hex, strlen(hex), ret_p, len), 0);
}

static void
eq_hex(const uint8_t *p, size_t len, const char *first, const char *second)
{
	char text[HEX_SIZE(SHA2_LEN_MAX)], expected[HEX_SIZE(SHA2_LEN_MAX)];

	hex_encode(p, len, text);
	snprintf(expected, sizeof(expected), "%s%s", first, second);
	EQ_STR(text, expected);
}

/* dstack, verifier/fixtures/sev-snp-attestation.json: a report of an EPYC */
TEST(the_digest_that_a_processor_reported)
{
	static const char cmdline[] =
	    "console=ttyS0 init=/init panic=1 net.ifnames=0 biosdevname=0 "
	    "mce=off oops=panic pci=noearly pci=nommconf random.trust_cpu=y "
	    "random.trust_bootloader=n tsc=reliable no-kvmclock "
	    "dstack.rootfs_hash=ca5adaef0ac3a36108035925763b48a5818f634e700fba"
	    "ab561d419fd30d7121 dstack.rootfs_size=490713088";
	uint8_t ld[GCTX_LD_LEN], firmware[GCTX_LD_LEN];
	struct hashes hashes;
	struct snp_launch l = { .hashes = &hashes,
		.firmware_ld = firmware,
		.vmm = VMSA_QEMU,
		.vcpus = 2,
		.cpu_sig = EPYC_V4,
		.guest_features = 1 };
	static struct fw fw;
	struct ovmf o;

	fw_amdsev(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	l.firmware = &o;
	bytes("ffb57e393469a497c0e3b07bd1c97d8611e555f464d14491"
	      "837665893ac642b263a71f9507ff100a847897fe0c3f8c6f",
	    firmware, sizeof(firmware));
	bytes(
	    "dd9ea274ce9a07090b22e8284b0c841b65c021c2d15ca57d0f16731089dd226c",
	    hashes.kernel, sizeof(hashes.kernel));
	bytes(
	    "5f844c4a2ca5a3d0711b3db38293b21ba929bb8e0b3c5bc1a779a57f69221c19",
	    hashes.initrd, sizeof(hashes.initrd));
	sha2_digest(SHA2_256, cmdline, sizeof(cmdline), hashes.cmdline);
	EQ_INT(snp_digest(&l, ld, &e), 0);
	eq_hex(ld, sizeof(ld),
	    "7f51e17f72a04d5422cb2c00998166536019a217376f3aa4",
	    "5a630e59c805a599847ff250dbffcd07e1ba639771d6f05d");
}

/* The firmware, and the hashes of an empty kernel and initrd. */
static void
set_up(struct buf *fw, struct ovmf *o, struct hashes *h, const char *cmdline)
{
	buf_init(fw, 8192);
	EQ_INT(fd_read_file(AT_FDCWD,
		   "tests/corpus/measurements/ovmf/amdsev-suffix", fw, &e),
	    0);
	EQ_INT(ovmf_parse(fw->p, fw->len, o, &e), 0);
	sha2_digest(SHA2_256, NULL, 0, h->kernel);
	sha2_digest(SHA2_256, NULL, 0, h->initrd);
	sha2_digest(SHA2_256, cmdline, strlen(cmdline) + 1, h->cmdline);
}

static const struct {
	enum vmsa_vmm vmm;
	uint32_t vcpus;
	uint64_t features;
	const char *cmdline; /* NULL: no kernel */
	const char *first, *second;
} snp_cases[] = {
	{ VMSA_QEMU, 1, 0x21, "",
	    "329c8ce0972ae52343b64d34a434a86f245dfd74f5ed7aae",
	    "15d22efc78fb9683632b9b50e4e1d7fa41179ef98a7ef198" },
	{ VMSA_QEMU, 1, 0x1, "",
	    "ddc5224521617a536ee7ce9dd6224d1b58a8d4fda1c741f3",
	    "ac99fc4bfa04ba6e9fc98646d4a07a9079397fa3852819b5" },
	{ VMSA_QEMU, 1, 0x21, "console=ttyS0 loglevel=7",
	    "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb2",
	    "8c653360fe4b3aba7e534442e7e1e17895dfe778d0228977" },
	{ VMSA_QEMU, 1, 0x1, "console=ttyS0 loglevel=7",
	    "6d287813eb5222d770f75005c664e34c204f385ce832cc2c",
	    "e7d0d6f354454362f390ef83a92046c042e706363b4b08fa" },
	{ VMSA_QEMU, 1, 0x21, NULL,
	    "e1e1ca029dd7973ab9513295be68198472dcd4fc834bd9af",
	    "9b63f6e8a1674dbf281a9278a4a2ebe0eed9f22adbcd0e2b" },
	{ VMSA_QEMU, 1, 0x1, NULL,
	    "19358ba9a7615534a9a1e2f0dfc29384dcd4dcb7062ff9c6",
	    "013b26869a5fc6ecabe033c48dd6f6db5d6d76e7c5df632d" },
	{ VMSA_QEMU, 4, 0x21, "",
	    "4953b1fb416fa874980e8442b3706d345926d5f38879134e",
	    "00813c5d7abcbe78eafe7b422907be0b4698e2414a631942" },
	{ VMSA_QEMU, 4, 0x1, "",
	    "5061fffb019493a903613d56d54b94912a1a2f9e4502385f",
	    "5c194616753720a92441310ba6c4933de877c36e23046ad5" },
	{ VMSA_EC2, 1, 0x21, "",
	    "0ce9ccc06bab55eebe8abc234f3df6514883977a68a591b7",
	    "1052498ab52b2f1aa415db338033946ef93aa8278c0d67fb" },
	{ VMSA_EC2, 1, 0x1, "",
	    "0883bd0eeb716e65b7b977a321c278d1e51b33b5c655fab9",
	    "85443bbcc65c086b9c15e8a0bd8811050dec7e24964e5056" },
	{ VMSA_GCE, 1, 0x1, "",
	    "5da7106cf14cf46b1725ebab123eb9e53bd46a1e9f400cd0",
	    "c08e7827b04b688ea8b4e403c8404efed4397ea5d5d0722e" },
	{ VMSA_GCE, 4, 0x1, "",
	    "5c5debf100fc339f90276e761ee1f1658d08922c3b20e2a2",
	    "e6c7a6c3370b2452a15a00eae11886a93d6fd1e7ab81e29d" },
};

TEST(snp_digests_of_sev_snp_measure)
{
	uint8_t ld[GCTX_LD_LEN];
	struct hashes hashes;
	struct ovmf o;
	struct buf fw;

	for (size_t i = 0; i < sizeof(snp_cases) / sizeof(snp_cases[0]); i++) {
		const char *cmdline = snp_cases[i].cmdline;
		struct snp_launch l = { .firmware = &o,
			.hashes = cmdline ? &hashes : NULL,
			.vmm = snp_cases[i].vmm,
			.vcpus = snp_cases[i].vcpus,
			.cpu_sig = EPYC_V4,
			.guest_features = snp_cases[i].features };

		set_up(&fw, &o, &hashes, cmdline ? cmdline : "");
		EQ_INT(snp_digest(&l, ld, &e), 0);
		eq_hex(ld, sizeof(ld), snp_cases[i].first, snp_cases[i].second);
		buf_release(&fw);
	}
}

TEST(sev_digests_of_sev_snp_measure)
{
	static const struct {
		bool es;
		uint32_t vcpus;
		const char *cmdline;
		const char *digest;
	} cases[] = {
		{ true, 1, "",
		    "13810ae661ea11e2bb205621f582fee268f0367c8f97bc29"
		    "7b7fadef3e12002c" },
		{ true, 4, "",
		    "0dccbcaba8e90b261bd0d2e1863a2f9da714768b7b2a1936"
		    "3cd6ae35aa90de91" },
		{ false, 1, "console=ttyS0 loglevel=7",
		    "82a3ee5d537c3620628270c292ae30cb40c3c878666a7890"
		    "ee7ef2a08fb535ff" },
		{ false, 1, "",
		    "77f613d7bbcdf12a73782ea9e88b0172aeda50d1a54201cb"
		    "903594ff52846898" },
	};
	uint8_t ld[SHA2_256_LEN];
	struct hashes hashes;
	struct ovmf o;
	struct buf fw;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sev_launch l = { .firmware = &o,
			.hashes = &hashes,
			.es = cases[i].es,
			.vmm = VMSA_QEMU,
			.vcpus = cases[i].vcpus,
			.cpu_sig = EPYC_V4 };

		set_up(&fw, &o, &hashes, cases[i].cmdline);
		EQ_INT(sev_digest(&l, ld, &e), 0);
		eq_hex(ld, sizeof(ld), cases[i].digest, "");
		buf_release(&fw);
	}
}

TAP_MAIN
