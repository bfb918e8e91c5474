#include "measurements/tdx/tdvf.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/tdfw.h"

static struct fw fw;
static struct tdvf td;
static struct err e;

static void
expect_refused(int rc, enum err_code code, const char *reason)
{
	EQ_INT(rc, -1);
	if (strstr(e.msg, reason) == NULL)
		EQ_STR(e.msg, reason);
	EQ_INT(e.code, code);
}

static int
parse(void)
{
	return tdvf_parse(fw.b, fw.len, &td, &e);
}

/* Parse a copy of its own size, so that reading beyond it is found. */
static int
parse_copy(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	if (len > 0)
		memcpy(copy, p, len);
	rc = tdvf_parse(copy, len, &td, &e);
	free(copy);
	return rc;
}

TEST(reads_an_ovmf_image)
{
	tdfw_build(&fw, tdfw_ovmf, TDFW_N(tdfw_ovmf));
	EQ_INT(parse(), 0);
	EQ_INT(td.n, 6);
	for (size_t i = 0; i < td.n; i++) {
		EQ_INT(td.s[i].gpa, tdfw_ovmf[i].gpa);
		EQ_INT(td.s[i].size, tdfw_ovmf[i].size);
		EQ_INT(td.s[i].type, tdfw_ovmf[i].type);
		EQ_INT(td.s[i].attributes, tdfw_ovmf[i].attributes);
		EQ_INT(span_len(&td.s[i].data), tdfw_ovmf[i].raw);
	}
	OK(td.s[0].data.p == fw.b + 0x1000);
	OK(tdvf_find(&td, TDVF_TD_HOB) == &td.s[4]);
	OK(tdvf_find(&td, TDVF_PAYLOAD) == NULL);
	OK(!tdvf_is_shim(&td));
	EQ_STR(tdvf_type_name(TDVF_TEMP_MEM), "TEMP_MEM");
}

TEST(reads_a_td_shim_by_table_and_by_pointer)
{
	tdfw_build(&fw, tdfw_shim, TDFW_N(tdfw_shim));
	EQ_INT(parse(), 0);
	EQ_INT(td.n, 7);
	OK(tdvf_is_shim(&td));
	tdfw_metadata(&fw, tdfw_shim, TDFW_N(tdfw_shim));
	le_put32(fw.b + FW_LEN - 0x20, TDFW_AT);
	EQ_INT(parse(), 0);
	EQ_INT(td.n, 7);
}

TEST(firmware_without_metadata_is_named)
{
	fw_amdsev(&fw);
	expect_refused(parse(), ERR_NOT_FOUND, "no TDX metadata in the");
	tdfw_metadata(&fw, tdfw_ovmf, 6);
	le_put32(fw.b + FW_LEN - 0x20, 0);
	expect_refused(parse(), ERR_NOT_FOUND, "nothing can be at offset 0x0");
	le_put32(fw.b + FW_LEN - 0x20, 0xffffffff);
	expect_refused(parse(), ERR_NOT_FOUND, "nothing can be");
	expect_refused(tdvf_parse(fw.b, 31, &td, &e), ERR_SYNTAX, "31 bytes");
	fw_init(&fw, FW_LEN);
	fw_entry_u32(&fw, &tdfw_offset_guid, FW_LEN + 1);
	fw_finish(&fw);
	expect_refused(parse(), ERR_SYNTAX, "offset 0x2001 from the end");
}

/* One field of a good header is changed, at off from the GUID. */
TEST(refuses_a_header_that_is_wrong)
{
	static const struct {
		size_t off;
		uint32_t v;
		enum err_code code;
		const char *reason;
	} rows[] = {
		{ 0, 0, ERR_NOT_FOUND, "no GUID and 'TDVF'" },
		{ 16, 0, ERR_NOT_FOUND, "no GUID and 'TDVF'" },
		{ 20, 207, ERR_SYNTAX, "a length of 207 for 6" },
		{ 20, 0xffffffff, ERR_SYNTAX, "a length of" },
		{ 24, 2, ERR_UNSUPPORTED, "version 2" },
		{ 24, 0, ERR_UNSUPPORTED, "version 0" },
		{ 28, 1, ERR_SYNTAX, "1 sections, and 2" },
		{ 28, 5, ERR_SYNTAX, "208 for 5 sections" },
		{ 28, 33, ERR_LIMIT, "33 sections, and 32" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tdfw_build(&fw, tdfw_ovmf, TDFW_N(tdfw_ovmf));
		le_put32(fw.b + TDFW_META + rows[i].off, rows[i].v);
		expect_refused(parse(), rows[i].code, rows[i].reason);
	}
}

static const struct {
	size_t at;
	struct tdfw_section s;
	enum err_code code;
	const char *reason;
} bad_sections[] = {
	{ 2, { 0, 0, 0x810001, 0x1000, 3, 0 }, ERR_SYNTAX, "not whole pages" },
	{ 2, { 0, 0, 0x810000, 0x1001, 3, 0 }, ERR_SYNTAX, "not whole pages" },
	{ 2, { 0, 0, UINT64_C(1) << 52, 0x1000, 3, 0 }, ERR_SYNTAX,
	    "beyond 2^52" },
	{ 2, { 0, 0, 0x1000, UINT64_MAX - 0xfff, 3, 0 }, ERR_SYNTAX,
	    "beyond 2^52" },
	{ 1, { 0, 0x1001, 0xffffe000, 0x1000, 1, 0 }, ERR_SYNTAX,
	    "0x1001 bytes of data for 0x1000" },
	{ 0, { 0x1000, 0x1001, 0xfffff000, 0x1000, 0, 1 }, ERR_SYNTAX,
	    "ends beyond the image" },
	{ 0, { 0xffffffff, 0x1000, 0xfffff000, 0x1000, 0, 1 }, ERR_SYNTAX,
	    "without its variable store" },
	{ 0, { 0, 0, 0xfffff000, 0x1000, 0, 1 }, ERR_SYNTAX,
	    "(BFV) has 0x0 bytes of data" },
	{ 0, { 0x1000, 0x1000, 0xfffff000, 0x1000, 0, 0 }, ERR_SYNTAX,
	    "(BFV) has the attributes 0x0" },
	{ 0, { 0x1000, 0x1000, 0xfffff000, 0x1000, 0, 5 }, ERR_UNSUPPORTED,
	    "unknown attributes 0x5" },
	{ 1, { 0, 0, 0xffffe000, 0x1000, 1, 0 }, ERR_SYNTAX,
	    "(CFV) has 0x0 bytes" },
	{ 4, { 0, 1, 0x809000, 0x2000, 2, 0 }, ERR_SYNTAX,
	    "(TD_HOB) has 0x1 bytes" },
	{ 4, { 0, 0, 0x809000, 0x2000, 2, 1 }, ERR_SYNTAX,
	    "(TD_HOB) has the attributes 0x1" },
	{ 4, { 0, 0, 0x809000, 0x2000, 3, 0 }, ERR_SYNTAX,
	    "neither a TD_HOB nor PERM_MEM" },
	{ 3, { 0, 0, 0x80b000, 0x2000, 2, 0 }, ERR_SYNTAX,
	    "sections 3 and 4 are both TD_HOB" },
	{ 3, { 1, 0, 0x80b000, 0x2000, 3, 0 }, ERR_SYNTAX,
	    "offset 0x1 but no data" },
	{ 3, { 0, 0, 0x80b000, 0x2000, 4, 0 }, ERR_SYNTAX,
	    "(PERM_MEM) has the attributes 0x0" },
	{ 3, { 0, 0, 0x80b000, 0x2000, 3, 2 }, ERR_SYNTAX,
	    "(TEMP_MEM) has the attributes 0x2" },
	{ 3, { 0, 0, 0x80b000, 0x2000, 9, 0 }, ERR_UNSUPPORTED,
	    "unknown type 9" },
	{ 3, { 0, 0, 0x80a000, 0x2000, 3, 0 }, ERR_SYNTAX,
	    "sections 3 and 4 overlap" },
	{ 3, { 0, 0, 0x80b000, 0x2000, 6, 0 }, ERR_SYNTAX,
	    "PayloadParam without a Payload" },
	{ 3, { 0x1000, 0x10, 0x80b000, 0x2000, 7, 0 }, ERR_SYNTAX,
	    "(TD_INFO) has memory of its own" },
	{ 3, { 0xfff, 0x10, 0, 0, 7, 0 }, ERR_SYNTAX,
	    "(TD_INFO) is not inside a BFV" },
	{ 0, { 0x1000, 0x1000, 0xffffd000, 0x1000, 0, 1 }, ERR_SYNTAX,
	    "no BFV holds the reset vector" },
	{ 2, { 0, 0, 0x10000000, 0x40000000, 3, 0 }, ERR_LIMIT,
	    "bytes of memory" },
};

/* Section `at` of a good image is another one. */
TEST(refuses_sections_that_break_a_rule)
{
	for (size_t i = 0; i < sizeof(bad_sections) / sizeof(bad_sections[0]);
	     i++) {
		tdfw_build(&fw, tdfw_ovmf, TDFW_N(tdfw_ovmf));
		tdfw_put(fw.b + TDFW_AT + 16 + 32 * bad_sections[i].at,
		    &bad_sections[i].s);
		expect_refused(parse(), bad_sections[i].code,
		    bad_sections[i].reason);
	}
}

TEST(section_limit_holds)
{
	struct tdfw_section s[LIMIT_TDVF_SECTIONS + 1];

	memcpy(s, tdfw_ovmf, sizeof(tdfw_ovmf));
	for (uint64_t i = 6; i <= LIMIT_TDVF_SECTIONS; i++)
		s[i] = (struct tdfw_section){ 0, 0, i << 24, 0x1000,
			TDVF_TEMP_MEM, 0 };
	tdfw_build(&fw, s, LIMIT_TDVF_SECTIONS);
	EQ_INT(parse(), 0);
	EQ_INT(td.n, LIMIT_TDVF_SECTIONS);
	tdfw_build(&fw, s, LIMIT_TDVF_SECTIONS + 1);
	expect_refused(parse(), ERR_LIMIT, "33 sections");
}

TEST(size_limit_is_16_mib)
{
	uint8_t *big = calloc(1, LIMIT_FIRMWARE_SIZE + 1);

	expect_refused(tdvf_parse(big, LIMIT_FIRMWARE_SIZE, &td, &e),
	    ERR_NOT_FOUND, "no TDX");
	expect_refused(tdvf_parse(big, LIMIT_FIRMWARE_SIZE + 1, &td, &e),
	    ERR_LIMIT, "at most");
	free(big);
}

TEST(truncated_images_are_refused)
{
	tdfw_build(&fw, tdfw_ovmf, TDFW_N(tdfw_ovmf));
	for (size_t len = 0; len < FW_LEN; len++)
		EQ_INT(parse_copy(fw.b, len), -1);
	for (size_t len = 0; len < FW_LEN; len++)
		EQ_INT(parse_copy(fw.b + FW_LEN - len, len), -1);
}

TEST(mutated_metadata_never_crashes)
{
	tdfw_build(&fw, tdfw_shim, TDFW_N(tdfw_shim));
	for (size_t i = TDFW_META; i < TDFW_AT + 16 + 7 * 32; i++) {
		uint8_t kept = fw.b[i];

		for (int v = 0; v < 256; v += 5) {
			fw.b[i] = (uint8_t)v;
			parse_copy(fw.b, FW_LEN);
		}
		fw.b[i] = kept;
	}
	EQ_INT(parse(), 0);
}

TAP_MAIN
