#include "measurements/sev/sev.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/fw.h"

static struct fw fw;
static struct ovmf o;
static struct hashes hashes;
static struct sev_launch launch;
static uint8_t ld[SEV_LD_LEN];
static struct err e;

static void
set_up(void)
{
	(void)fw_svsm;
	fw_amdsev(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	sha2_digest(SHA2_256, "kernelbytes", 11, hashes.kernel);
	sha2_digest(SHA2_256, "initrdbytes", 11, hashes.initrd);
	sha2_digest(SHA2_256, "a=1", 4, hashes.cmdline);
	launch = (struct sev_launch){ .firmware = &o,
		.vmm = VMSA_QEMU,
		.vcpus = 1,
		.cpu_sig = 0xa00f11 };
}

static void
expect(const char *expected)
{
	char text[HEX_SIZE(SEV_LD_LEN)];

	EQ_INT(sev_digest(&launch, ld, &e), 0);
	hex_encode(ld, sizeof(ld), text);
	EQ_STR(text, expected);
}

/* sev-snp-measure's (0.0.13) digests for fw_amdsev(). */
TEST(digests_equal_those_of_another_program)
{
	set_up();
	expect("57a1502dec15d990e81d0a15544bdbce"
	       "f3fab19ecef281385004675445067a56");
	launch.es = 1;
	expect("e704a96cca9fef3404c3afcb3dc1e902"
	       "ffeecd26b106960586d04cf5723af840");
	launch.vcpus = 3;
	expect("c0e77683d5076ff4434538477fc200bc"
	       "756c027bf20aee92d2bb90bc235310dd");
	launch.hashes = &hashes;
	expect("6c843596fa465a84d758a6fd631546f1"
	       "d0a737663cc91742beb8eb4fad87b35a");
	launch.vmm = VMSA_EC2;
	launch.vcpus = 2;
	expect("e4280299cb9f783a779fe0aa1a7a4e0e"
	       "5728ec99b74d3b9e4272605961e7e2be");
	launch.es = 0;
	expect("377680ebf4d6a8db159c5777083d5121"
	       "4f06fda10209b87233fad6cf154b756a");
}

TEST(plain_sev_without_kernel_is_the_hash_of_the_file)
{
	uint8_t digest[SHA2_256_LEN];

	set_up();
	sha2_digest(SHA2_256, fw.b, fw.len, digest);
	EQ_INT(sev_digest(&launch, ld, &e), 0);
	EQ_MEM(ld, digest, sizeof(ld));
}

TEST(refuses_a_kernel_that_the_firmware_would_not_check)
{
	set_up();
	fw_init(&fw, FW_LEN);
	fw_hash_area(&fw, 0, 0);
	fw_finish(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	launch.hashes = &hashes;
	EQ_INT(sev_digest(&launch, ld, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	launch.hashes = NULL;
	EQ_INT(sev_digest(&launch, ld, &e), 0);
}

TEST(sev_es_needs_a_reset_block)
{
	set_up();
	fw_init(&fw, FW_LEN);
	fw_finish(&fw);
	EQ_INT(ovmf_parse(fw.b, fw.len, &o, &e), 0);
	EQ_INT(sev_digest(&launch, ld, &e), 0);
	launch.es = 1;
	EQ_INT(sev_digest(&launch, ld, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

TAP_MAIN
