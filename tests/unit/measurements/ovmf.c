#include "measurements/format/ovmf.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/fw.h"

static struct fw fw;
static struct ovmf o;
static struct ovmf_sections sections;
static struct err e;

static void
expect_refused(int rc, enum err_code code, const char *reason)
{
	EQ_INT(rc, -1);
	EQ_INT(e.code, code);
	if (strstr(e.msg, reason) == NULL)
		EQ_STR(e.msg, reason);
}

/* Parse the firmware as it now is. */
static int
parse(void)
{
	return ovmf_parse(fw.b, fw.len, &o, &e);
}

/* The same with its own copy of the bytes, so that a read past the end or
 * before the start is a finding. */
static int
parse_copy(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct ovmf_area area;
	uint32_t v;
	int rc;

	if (len > 0)
		memcpy(copy, p, len);
	rc = ovmf_parse(copy, len, &o, &e);
	if (rc == 0) {
		ovmf_reset_eip(&o, &v, &e);
		ovmf_svsm_entry(&o, &v, &e);
		ovmf_hashes_area(&o, &area, &e);
		ovmf_sections(&o, &sections, &e);
	}
	free(copy);
	return rc;
}

static int
with_sections(const uint32_t (*s)[3], size_t n)
{
	fw_init(&fw, FW_LEN);
	fw_metadata(&fw, s, n);
	fw_finish(&fw);
	EQ_INT(parse(), 0);
	return ovmf_sections(&o, &sections, &e);
}

TEST(reads_all_of_an_amdsev_image)
{
	struct ovmf_area area;
	uint32_t eip;

	fw_amdsev(&fw);
	EQ_INT(parse(), 0);
	EQ_INT(o.n_entries, 3);
	EQ_INT(ovmf_reset_eip(&o, &eip, &e), 0);
	EQ_INT(eip, 0x80b004);
	EQ_INT(ovmf_hashes_area(&o, &area, &e), 0);
	EQ_INT(area.base, 0x810c00);
	EQ_INT(area.size, 0x400);
	EQ_INT(ovmf_sections(&o, &sections, &e), 0);
	EQ_INT(sections.n, 7);
	for (size_t i = 0; i < 7; i++) {
		EQ_INT(sections.s[i].gpa, fw_amdsev_sections[i][0]);
		EQ_INT(sections.s[i].size, fw_amdsev_sections[i][1]);
		EQ_INT(sections.s[i].type, fw_amdsev_sections[i][2]);
	}
	expect_refused(ovmf_svsm_entry(&o, &eip, &e), ERR_NOT_FOUND, "SVSM");
}

TEST(refuses_what_is_not_ovmf)
{
	memset(&fw, 0, sizeof(fw));
	expect_refused(ovmf_parse(fw.b, 4096, &o, &e), ERR_SYNTAX,
	    "not an OVMF");
	expect_refused(ovmf_parse(NULL, 0, &o, &e), ERR_SYNTAX, "0 bytes");
	expect_refused(ovmf_parse(fw.b, 0x31, &o, &e), ERR_SYNTAX, "49 bytes");
	expect_refused(ovmf_parse(fw.b, 0x32, &o, &e), ERR_SYNTAX,
	    "not an OVMF");
}

TEST(size_limit_is_16_mib)
{
	size_t len = LIMIT_FIRMWARE_SIZE;
	uint8_t *big = calloc(1, len + 1);

	fw_amdsev(&fw);
	memcpy(big + len - FW_LEN, fw.b, FW_LEN);
	EQ_INT(ovmf_parse(big, len, &o, &e), 0);
	memcpy(big + len + 1 - FW_LEN, fw.b, FW_LEN);
	expect_refused(ovmf_parse(big, len + 1, &o, &e), ERR_LIMIT, "at most");
	free(big);
}

TEST(a_lone_reset_block_is_read)
{
	uint32_t eip;

	fw_init(&fw, FW_LEN);
	fw.at = FW_LEN - FW_RESET;
	fw_entry_u32(&fw, &fw_reset, 0xfffff123);
	EQ_INT(parse(), 0);
	EQ_INT(ovmf_reset_eip(&o, &eip, &e), 0);
	EQ_INT(eip, 0xfffff123);
	expect_refused(ovmf_sections(&o, &sections, &e), ERR_NOT_FOUND,
	    "SEV metadata");
	le_put16(fw.b + FW_LEN - FW_RESET - FW_TAIL, 17);
	expect_refused(parse(), ERR_SYNTAX, "SEV reset block");
}

TEST(refuses_a_table_length_that_cannot_be)
{
	static const uint16_t lengths[] = { 0, 1, 17, FW_LEN - FW_RESET + 1,
		0xffff };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		fw_amdsev(&fw);
		le_put16(fw.b + FW_LEN - FW_RESET - FW_TAIL, lengths[i]);
		expect_refused(parse(), ERR_SYNTAX, "footer table: a length");
	}
}

TEST(refuses_stray_bytes_at_the_start_of_the_table)
{
	fw_amdsev(&fw);
	fw.at -= 5;
	fw_finish(&fw);
	expect_refused(parse(), ERR_SYNTAX, "5 stray bytes");
}

TEST(refuses_an_entry_length_that_cannot_be)
{
	static const uint16_t lengths[] = { 0, 17, 0x200, 0xffff };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		fw_amdsev(&fw);
		le_put16(fw.b + FW_LEN - FW_RESET - 2 * FW_TAIL, lengths[i]);
		expect_refused(parse(), ERR_SYNTAX,
		    "entry 00f771de-1a7e-4fcb-890e-68c77e2fb44e has a length");
	}
}

TEST(refuses_an_entry_that_appears_twice)
{
	fw_amdsev(&fw);
	fw_entry_u32(&fw, &fw_reset, 1);
	fw_finish(&fw);
	expect_refused(parse(), ERR_SYNTAX, "appears twice");
}

TEST(entry_limit_holds)
{
	struct guid g = { { 1 } };

	fw_init(&fw, FW_LEN);
	for (int i = 0; i < LIMIT_OVMF_ENTRIES; i++) {
		g.b[1] = (uint8_t)i;
		fw_entry(&fw, &g, NULL, 0);
	}
	fw_finish(&fw);
	EQ_INT(parse(), 0);
	g.b[1]++;
	fw_entry(&fw, &g, NULL, 0);
	fw_finish(&fw);
	expect_refused(parse(), ERR_LIMIT, "more than 64 entries");
}

TEST(an_empty_table_has_nothing)
{
	struct ovmf_area area;
	uint32_t eip;

	fw_init(&fw, FW_LEN);
	fw_finish(&fw);
	EQ_INT(parse(), 0);
	EQ_INT(o.n_entries, 0);
	expect_refused(ovmf_reset_eip(&o, &eip, &e), ERR_NOT_FOUND,
	    "no SEV-ES reset block");
	expect_refused(ovmf_hashes_area(&o, &area, &e), ERR_UNSUPPORTED,
	    "no hashes table");
	expect_refused(ovmf_sections(&o, &sections, &e), ERR_NOT_FOUND,
	    "no SEV metadata");
}

TEST(refuses_entries_that_are_too_short)
{
	struct ovmf_area area;
	uint32_t eip;

	fw_init(&fw, FW_LEN);
	fw_entry(&fw, &fw_reset, "abc", 3);
	fw_entry(&fw, &fw_hashes, "abcdefg", 7);
	fw_entry(&fw, &fw_sev, "", 0);
	fw_finish(&fw);
	EQ_INT(parse(), 0);
	expect_refused(ovmf_reset_eip(&o, &eip, &e), ERR_SYNTAX, "under 4");
	expect_refused(ovmf_hashes_area(&o, &area, &e), ERR_SYNTAX, "under 8");
	expect_refused(ovmf_sections(&o, &sections, &e), ERR_SYNTAX, "under 4");
}

TEST(hashes_area_must_be_there_and_large_enough)
{
	static const struct {
		uint32_t base, size;
		const char *reason;
	} rows[] = {
		{ 0, 0, "base 0" },
		{ 0, 0x400, "base 0" },
		{ 0x810c00, 0, "0 bytes, and 176" },
		{ 0x810c00, 175, "175 bytes, and 176" },
		{ 0x810c00, 176, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ovmf_area area;
		int rc;

		fw_init(&fw, FW_LEN);
		fw_hash_area(&fw, rows[i].base, rows[i].size);
		fw_finish(&fw);
		EQ_INT(parse(), 0);
		rc = ovmf_hashes_area(&o, &area, &e);
		if (rows[i].reason)
			expect_refused(rc, ERR_UNSUPPORTED, rows[i].reason);
		else
			EQ_INT(rc, 0);
	}
}

/* One field of a good header is changed, at off from its start. */
TEST(refuses_a_metadata_header_that_is_wrong)
{
	static const struct {
		size_t off;
		uint32_t v;
		enum err_code code;
		const char *reason;
	} rows[] = {
		{ 0, 0x56455342, ERR_SYNTAX, "no 'ASEV' at offset 0x200" },
		{ 4, 99, ERR_SYNTAX, "a length of 99 at offset 0x" },
		{ 4, 101, ERR_SYNTAX, "a length of 101" },
		{ 4, 0, ERR_SYNTAX, "a length of 0" },
		{ 4, 0xffffffff, ERR_SYNTAX, "a length of" },
		{ 8, 0, ERR_UNSUPPORTED, "version 0" },
		{ 8, 2, ERR_UNSUPPORTED, "version 2" },
		{ 12, 6, ERR_SYNTAX, " for 6 sections" },
		{ 12, 65, ERR_LIMIT, "65 sections" },
		{ 12, 0xffffffff, ERR_LIMIT, "and 64 is the limit" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fw_amdsev(&fw);
		le_put32(fw.b + FW_ASEV + rows[i].off, rows[i].v);
		EQ_INT(parse(), 0);
		expect_refused(ovmf_sections(&o, &sections, &e), rows[i].code,
		    rows[i].reason);
	}
}

TEST(refuses_a_metadata_offset_outside_the_image)
{
	static const uint32_t offsets[] = { 0, 15, FW_LEN + 1, 0xffffffff };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		fw_init(&fw, FW_LEN);
		fw_entry_u32(&fw, &fw_sev, offsets[i]);
		fw_finish(&fw);
		EQ_INT(parse(), 0);
		expect_refused(ovmf_sections(&o, &sections, &e), ERR_SYNTAX,
		    "from the end of 0x2000 bytes");
	}
}

TEST(metadata_must_end_inside_the_image)
{
	fw_init(&fw, FW_LEN);
	fw_entry_u32(&fw, &fw_sev, 27); /* header and 11 of 12 bytes */
	fw_finish(&fw);
	memcpy(fw.b + FW_LEN - 27, "ASEV\x1c\0\0\0\1\0\0\0\1\0\0\0", 16);
	EQ_INT(parse(), 0);
	expect_refused(ovmf_sections(&o, &sections, &e), ERR_SYNTAX,
	    "with 27 bytes to the end");
}

TEST(refuses_sections_that_are_no_pages)
{
	static const struct {
		uint32_t s[1][3];
		const char *reason;
	} rows[] = {
		{ { { 0x800001, 0x1000, 1 } }, "section 0 (0x800001" },
		{ { { 0x800000, 0x1001, 1 } }, "not whole pages" },
		{ { { 0x800000, 0, 1 } }, "not whole pages" },
		{ { { 0xfffff000, 0x2000, 1 } }, "beyond 4 GiB" },
		{ { { 0xffffe000, 0x1000, 1 } }, "overlaps the firmware" },
		{ { { 0xffffd000, 0x2000, 1 } }, "overlaps the firmware" },
		{ { { 0x800000, 0x2000, 2 } }, "not one page" },
		{ { { 0x800000, 0x2000, 3 } }, "not one page" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_refused(with_sections(rows[i].s, 1), ERR_SYNTAX,
		    rows[i].reason);
}

TEST(sections_may_touch_but_not_overlap)
{
	static const uint32_t touching[][3] = { { 0x801000, 0x1000, 1 },
		{ 0x800000, 0x1000, 1 }, { 0x802000, 0x1000, 1 },
		{ 0xffffd000, 0x1000, 1 } };
	static const uint32_t same[][3] = { { 0x801000, 0x1000, 1 },
		{ 0x801000, 0x1000, 2 } };
	static const uint32_t inside[][3] = { { 0x801000, 0x1000, 2 },
		{ 0x800000, 0x4000, 1 } };

	EQ_INT(with_sections(touching, 4), 0);
	EQ_INT(sections.n, 4);
	EQ_INT(with_sections(NULL, 0), 0);
	EQ_INT(sections.n, 0);
	expect_refused(with_sections(same, 2), ERR_SYNTAX,
	    "sections 0 and 1 overlap");
	expect_refused(with_sections(inside, 2), ERR_SYNTAX,
	    "sections 0 and 1 overlap");
}

TEST(section_limit_holds)
{
	uint32_t s[LIMIT_OVMF_SECTIONS + 1][3];

	for (uint32_t i = 0; i <= LIMIT_OVMF_SECTIONS; i++) {
		s[i][0] = i * 0x1000;
		s[i][1] = 0x1000;
		s[i][2] = OVMF_SEC_MEM;
	}
	EQ_INT(with_sections(s, LIMIT_OVMF_SECTIONS), 0);
	EQ_INT(sections.n, LIMIT_OVMF_SECTIONS);
	expect_refused(with_sections(s, LIMIT_OVMF_SECTIONS + 1), ERR_LIMIT,
	    "65 sections");
}

TEST(knows_the_types_of_edk2)
{
	for (uint32_t type = 0; type < 0x20; type++)
		EQ_INT(ovmf_section_known(type),
		    (type >= 1 && type <= 4) || type == 0x10);
}

/*
 * Cut at every length, from the end and from the start. Without its last 18
 * bytes, the footer, the image ends in a lone reset block.
 */
TEST(truncated_images_never_crash)
{
	size_t whole = 0;

	fw_amdsev(&fw);
	for (size_t len = 0; len < FW_LEN; len++)
		EQ_INT(parse_copy(fw.b, len), len == FW_LEN - FW_TAIL ? 0 : -1);
	for (size_t len = 0; len <= FW_LEN; len++)
		whole += parse_copy(fw.b + FW_LEN - len, len) == 0;
	EQ_INT(whole, fw.at + 1);
}

/* Each byte from first to last takes every value. */
static void
mutate(size_t first, size_t last)
{
	for (size_t i = first; i < last; i++) {
		uint8_t kept = fw.b[i];

		for (int v = 0; v < 256; v++) {
			fw.b[i] = (uint8_t)v;
			parse_copy(fw.b, FW_LEN);
		}
		fw.b[i] = kept;
	}
}

TEST(mutated_images_never_crash)
{
	fw_amdsev(&fw);
	mutate(FW_ASEV, FW_ASEV + 100);
	mutate(fw.at, FW_LEN - FW_RESET);
	EQ_INT(parse(), 0);
}

TAP_MAIN
