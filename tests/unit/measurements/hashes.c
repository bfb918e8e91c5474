#include "measurements/format/hashes.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

/* Kernel and initrd of no bytes, command line "console=ttyS0 loglevel=7". */
static const char expected[] =
    /* header: GUID, 168 */
    "06d63894224fc94cb479a793d411fd21a800"
    /* command line: GUID, 50, SHA-256 */
    "d82dd09720bd944caa78e7714d36ab2a3200"
    "321c8eec6a77bad179511397f913a083067ad8cb737bb260aacbfe8df70fc50a"
    /* initrd */
    "31f7ba442f3ad74b9af141e29169781d3200"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /* kernel */
    "3794e74dd2ab7f42b835d5b172d2045b3200"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /* padding */
    "0000000000000000";

static struct hashes
example(void)
{
	static const char cmdline[] = "console=ttyS0 loglevel=7";
	struct hashes h;

	sha2_digest(SHA2_256, cmdline, sizeof(cmdline), h.cmdline);
	sha2_digest(SHA2_256, NULL, 0, h.initrd);
	sha2_digest(SHA2_256, NULL, 0, h.kernel);
	return h;
}

TEST(table_is_as_qemu_writes_it)
{
	struct hashes h = example();
	uint8_t table[HASHES_TABLE_LEN];
	char text[HEX_SIZE(HASHES_TABLE_LEN)];

	memset(table, 0xaa, sizeof(table));
	hashes_table(&h, table);
	hex_encode(table, sizeof(table), text);
	EQ_STR(text, expected);
}

TEST(page_is_zero_but_for_the_table)
{
	static const uint32_t offsets[] = { 0, 0xc00, 4096 - 176 };
	struct hashes h = example();
	uint8_t table[HASHES_TABLE_LEN], page[HASHES_PAGE_LEN];
	struct err e;

	hashes_table(&h, table);
	for (size_t i = 0; i < 3; i++) {
		uint32_t at = offsets[i];

		memset(page, 0xaa, sizeof(page));
		EQ_INT(hashes_page(&h, at, page, &e), 0);
		EQ_MEM(page + at, table, sizeof(table));
		for (uint32_t j = 0; j < HASHES_PAGE_LEN; j++)
			OK((j >= at && j < at + HASHES_TABLE_LEN) ||
			    page[j] == 0);
	}
}

TEST(refuses_an_offset_that_leaves_no_room)
{
	struct hashes h = example();
	uint8_t page[HASHES_PAGE_LEN];
	struct err e;

	EQ_INT(hashes_page(&h, 4096 - 175, page, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	EQ_INT(hashes_page(&h, 4095, page, &e), -1);
	EQ_INT(hashes_page(&h, UINT32_MAX, page, &e), -1);
}

TAP_MAIN
