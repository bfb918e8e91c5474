#include <string.h>

#include "measurements/format/guid.h"
#include "measurements/format/hashes.h"
#include "measurements/format/le.h"

enum {
	HEADER_LEN = GUID_LEN + 2,
	ENTRY_LEN = GUID_LEN + 2 + SHA2_256_LEN,
	UNPADDED_LEN = HEADER_LEN + 3 * ENTRY_LEN
};

_Static_assert((UNPADDED_LEN + 15) / 16 * 16 == HASHES_TABLE_LEN,
    "the table is padded to a multiple of 16");

static const struct guid table_guid =
    GUID(0x9438d606, 0x4f22, 0x4cc9, 0xb479, 0xa793d411fd21);
static const struct guid cmdline_guid =
    GUID(0x97d02dd8, 0xbd20, 0x4c94, 0xaa78, 0xe7714d36ab2a);
static const struct guid initrd_guid =
    GUID(0x44baf731, 0x3a2f, 0x4bd7, 0x9af1, 0x41e29169781d);
static const struct guid kernel_guid =
    GUID(0x4de79437, 0xabd2, 0x427f, 0xb835, 0xd5b172d2045b);

static uint8_t *
put_head(uint8_t *at, const struct guid *g, uint16_t len)
{
	memcpy(at, g->b, GUID_LEN);
	le_put16(at + GUID_LEN, len);
	return at + HEADER_LEN;
}

static uint8_t *
put_entry(uint8_t *at, const struct guid *g, const uint8_t *hash)
{
	at = put_head(at, g, ENTRY_LEN);
	memcpy(at, hash, SHA2_256_LEN);
	return at + SHA2_256_LEN;
}

void
hashes_table(const struct hashes *h, uint8_t ret_table[static HASHES_TABLE_LEN])
{
	uint8_t *at = ret_table;

	memset(ret_table, 0, HASHES_TABLE_LEN);
	at = put_head(at, &table_guid, UNPADDED_LEN);
	at = put_entry(at, &cmdline_guid, h->cmdline);
	at = put_entry(at, &initrd_guid, h->initrd);
	put_entry(at, &kernel_guid, h->kernel);
}

int
hashes_page(const struct hashes *h, uint32_t offset,
    uint8_t ret_page[static HASHES_PAGE_LEN], struct err *e)
{
	if (offset > HASHES_PAGE_LEN - HASHES_TABLE_LEN)
		return err_set(e, ERR_SYNTAX,
		    "hashes table at offset 0x%x of its page does not fit",
		    offset);
	memset(ret_page, 0, HASHES_PAGE_LEN);
	hashes_table(h, ret_page + offset);
	return 0;
}
