#include "measurements/tdx/tdhob.h"
#include "codec/hex.h"
#include "crypto/sha2.h"
#include "tests/lib/tap.h"

#define GIB (UINT64_C(1) << 30)

/* edk2's two layouts since 202402, and OvmfPkgX64's with an early log. */
static struct tdvf td = {
	.s = { { .gpa = 0x810000, .size = 0x10000, .type = TDVF_TEMP_MEM },
	    { .gpa = 0x80b000, .size = 0x2000, .type = TDVF_TEMP_MEM },
	    { .gpa = 0x809000, .size = 0x2000, .type = TDVF_TD_HOB },
	    { .gpa = 0x800000, .size = 0x6000, .type = TDVF_TEMP_MEM } },
	.n = 4
};
static struct tdhob hob;
static struct err e;

static void
expect(uint64_t memory, const char *expected)
{
	uint8_t digest[SHA2_384_LEN];
	char text[HEX_SIZE(SHA2_384_LEN)];

	EQ_INT(tdhob_build(&td, memory, &hob, &e), 0);
	sha2_digest(SHA2_384, hob.b, hob.len, digest);
	hex_encode(digest, sizeof(digest), text);
	EQ_STR(text, expected);
}

/* From the logs of four guests. */
TEST(digests_are_those_of_real_guests)
{
	expect(2 * GIB, "0b8772e5b0b41b83e6044a68397e02f49fb47066b4fbe491"
			"7ea2c45c64f323fdacbb37948f821ebaf8bc9c938ba8a749");
	expect(10 * GIB, "05dc148f05a035080b22372d049c35ef80260050516606b4"
			 "d9d4eaa2e4d1e06c556374b00217496a235235d1e3d0e026");
	expect(64 * GIB, "8ae1e425351df7992c444586eff99d35af3b779aa2b0e981"
			 "cb4b73bc5b279f2ade19b6a62a203fc3c3bbdaae80af596d");
	td.s[0].gpa = 0x811000;
	td.s[0].size = 0xf000;
	expect(GIB, "2b630fa1d8fa9b6e8c6507d2256803ed227888f7d1f62ca5"
		    "cfbddfe495338b1c6a0fc339ea64700f0835c0897a662789");
}

TEST(memory_is_split_from_2816_mib_on)
{
	EQ_INT(tdhob_build(&td, 0xb0000000 - 4096, &hob, &e), 0);
	EQ_INT(hob.len, 56 + 48 * 8);
	EQ_INT(tdhob_build(&td, 0xb0000000, &hob, &e), 0);
	EQ_INT(hob.len, 56 + 48 * 9);
	EQ_INT(tdhob_build(&td, 0x80000000, &hob, &e), 0);
	EQ_INT(hob.len, 56 + 48 * 8);
}

TEST(refuses_memory_that_cannot_be)
{
	EQ_INT(tdhob_build(&td, 4095, &hob, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(tdhob_build(&td, 0x820000 - 4096, &hob, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(tdhob_build(&td, 0x820000, &hob, &e), 0);
	EQ_INT(tdhob_build(&td, LIMIT_TD_MEMORY, &hob, &e), 0);
	EQ_INT(tdhob_build(&td, LIMIT_TD_MEMORY + 4096, &hob, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
}

TEST(the_list_must_fit_and_be_wanted)
{
	td.s[2].size = 0x1000;
	td.n = LIMIT_TDVF_SECTIONS;
	for (size_t i = 4; i < td.n; i++) {
		td.s[i].gpa = i << 24;
		td.s[i].size = 0x1000;
		td.s[i].type = TDVF_TEMP_MEM;
	}
	EQ_INT(tdhob_build(&td, 4 * GIB, &hob, &e), 0);
	td.s[2].size = 0;
	EQ_INT(tdhob_build(&td, 4 * GIB, &hob, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	td.s[2].type = TDVF_TEMP_MEM;
	EQ_INT(tdhob_build(&td, 4 * GIB, &hob, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
}

TAP_MAIN
