#include "measurements/tdx/mrtd.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/tdfw.h"

static struct fw fw;
static struct tdvf td;
static struct err e;

static void
build(const struct tdfw_section *s, size_t n)
{
	tdfw_build(&fw, s, n);
	EQ_INT(tdvf_parse(fw.b, fw.len, &td, &e), 0);
}

static void
expect(enum mrtd_order order, const struct span *payload, const char *expected)
{
	uint8_t mrtd[MRTD_LEN];
	char text[HEX_SIZE(MRTD_LEN)];

	EQ_INT(mrtd_digest(&td, order, payload, mrtd, &e), 0);
	hex_encode(mrtd, sizeof(mrtd), text);
	EQ_STR(text, expected);
}

/* tests/measure/mrtd.py says the same of these images. */
TEST(digests_equal_those_of_another_program)
{
	build(tdfw_ovmf, TDFW_N(tdfw_ovmf));
	expect(MRTD_SINGLE_PASS, NULL,
	    "ccc88ccffa1a0c2bd7b70b1046b87d7839197d93e18d770b5f78ce2fa22ec7d7eb"
	    "058e8774b49aa38c5720a8d298290b");
	expect(MRTD_TWO_PASS, NULL,
	    "ccc88ccffa1a0c2bd7b70b1046b87d7839197d93e18d770b5f78ce2fa22ec7d7eb"
	    "058e8774b49aa38c5720a8d298290b");
	build(tdfw_shim, TDFW_N(tdfw_shim));
	expect(MRTD_SINGLE_PASS, NULL,
	    "050ded6856fa9a39e2854b744b0a8563fbc276d4f758cc818e25df4cd871ecd5f3"
	    "0db2a5a0e10db603fcb3af5379bb5f");
}

/* A page on its own, hashed by hand. */
TEST(a_page_is_added_and_then_extended)
{
	static const struct tdfw_section s[] = {
		{ 0x1000, 0x1000, 0xfffff000, 0x1000, 0, 1 },
		{ 0, 0, 0x809000, 0x1000, TDVF_PERM_MEM, TDVF_PAGE_AUG },
	};
	uint8_t record[128], digest[MRTD_LEN];
	char text[HEX_SIZE(MRTD_LEN)];
	struct sha2 h;

	build(s, 2);
	sha2_init(&h, SHA2_384);
	memset(record, 0, sizeof(record));
	memcpy(record, "MEM.PAGE.ADD", 12);
	le_put64(record + 16, 0xfffff000);
	sha2_update(&h, record, sizeof(record));
	memset(record, 0, sizeof(record));
	memcpy(record, "MR.EXTEND", 9);
	for (unsigned i = 0; i < 16; i++) {
		le_put64(record + 16, 0xfffff000 + 256 * i);
		sha2_update(&h, record, sizeof(record));
		sha2_update(&h, fw.b + 0x1000 + (size_t)256 * i, 256);
	}
	sha2_final(&h, digest);
	hex_encode(digest, sizeof(digest), text);
	expect(MRTD_SINGLE_PASS, NULL, text);
	expect(MRTD_TWO_PASS, NULL, text);
}

TEST(a_measured_payload_must_be_given)
{
	struct tdfw_section s[TDFW_N(tdfw_shim)];
	struct span kernel = span_of(fw.b, 0x1234);
	uint8_t mrtd[MRTD_LEN], padded[0x2001] = { 0 }, same[MRTD_LEN];

	memcpy(s, tdfw_shim, sizeof(s));
	s[4].attributes = TDVF_MR_EXTEND;
	build(s, TDFW_N(s));
	EQ_INT(mrtd_digest(&td, MRTD_SINGLE_PASS, NULL, mrtd, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(mrtd_digest(&td, MRTD_SINGLE_PASS, &kernel, mrtd, &e), 0);
	memcpy(padded, fw.b, 0x1234);
	kernel = span_of(padded, sizeof(padded) - 1);
	EQ_INT(mrtd_digest(&td, MRTD_SINGLE_PASS, &kernel, same, &e), 0);
	EQ_MEM(mrtd, same, MRTD_LEN);
	kernel = span_of(padded, sizeof(padded));
	EQ_INT(mrtd_digest(&td, MRTD_SINGLE_PASS, &kernel, mrtd, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
}

TAP_MAIN
