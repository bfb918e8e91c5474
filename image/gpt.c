#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "image/bytes.h"
#include "image/gpt.h"
#include "measurements/format/le.h"

enum {
	HEADER_LEN = 92,
	ENTRIES = 128,
	ENTRY_LEN = 128,
	TABLE_LEN = ENTRIES * ENTRY_LEN,
	ENTRY_NAME = 56,
	MBR_ENTRY = 446,
	MBR_PROTECTIVE = 0xee
};

int
gpt_guid(const char *s, uint8_t ret_guid[static GPT_GUID_LEN])
{
	/* Where the bytes stand in the text: the first fields are swapped. */
	static const uint8_t at[GPT_GUID_LEN] = { 6, 4, 2, 0, 11, 9, 16, 14, 19,
		21, 24, 26, 28, 30, 32, 34 };
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	uint8_t guid[GPT_GUID_LEN];

	if (strlen(s) != sizeof(form) - 1)
		return -1;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '-' ? s[i] != '-'
				   : !strchr("0123456789abcdefABCDEF", s[i]))
			return -1;
	for (size_t i = 0; i < GPT_GUID_LEN; i++) {
		unsigned v = 0;

		if (sscanf(s + at[i], "%2x", &v) != 1)
			return -1;
		guid[i] = (uint8_t)v;
	}
	memcpy(ret_guid, guid, sizeof(guid));
	return 0;
}

static void
fill_mbr(uint8_t *p, uint64_t sectors)
{
	uint8_t *entry = p + MBR_ENTRY;

	entry[2] = 2; /* CHS 0/0/2 */
	entry[4] = MBR_PROTECTIVE;
	memset(entry + 5, 0xff, 3);
	le_put32(entry + 8, 1);
	le_put32(entry + 12,
	    sectors - 1 > UINT32_MAX ? UINT32_MAX : (uint32_t)(sectors - 1));
	le_put16(p + 510, 0xaa55);
}

static void
fill_table(uint8_t *p, const struct gpt_partition *parts, size_t n)
{
	assert(n <= ENTRIES);
	for (size_t i = 0; i < n; i++, p += ENTRY_LEN) {
		memcpy(p, parts[i].type, GPT_GUID_LEN);
		memcpy(p + 16, parts[i].guid, GPT_GUID_LEN);
		le_put64(p + 32, parts[i].first);
		le_put64(p + 40, parts[i].last);
		assert(strlen(parts[i].name) <= GPT_NAME_MAX);
		for (size_t k = 0; parts[i].name[k] != '\0'; k++)
			le_put16(p + ENTRY_NAME + 2 * k,
			    (uint8_t)parts[i].name[k]);
	}
}

/* The header in sector `at`, its other copy and its table. */
static void
fill_header(uint8_t *p, const uint8_t *guid, uint64_t sectors, uint64_t at,
    uint64_t table_at, const uint8_t *table)
{
	memcpy(p, "EFI PART", 8);
	le_put32(p + 8, 0x00010000);
	le_put32(p + 12, HEADER_LEN);
	le_put64(p + 24, at);
	le_put64(p + 32, sectors - 1 - (at - 1));
	le_put64(p + 40, GPT_HEAD);
	le_put64(p + 48, sectors - 1 - GPT_TAIL);
	memcpy(p + 56, guid, GPT_GUID_LEN);
	le_put64(p + 72, table_at);
	le_put32(p + 80, ENTRIES);
	le_put32(p + 84, ENTRY_LEN);
	le_put32(p + 88, bytes_crc32(table, TABLE_LEN));
	le_put32(p + 16, bytes_crc32(p, HEADER_LEN));
}

void
gpt_put_head(struct disk *d, const uint8_t guid[static GPT_GUID_LEN],
    const struct gpt_partition *parts, size_t n)
{
	uint64_t sectors = d->size / DISK_SECTOR;
	uint8_t *p = disk_room(d, 0, GPT_HEAD * DISK_SECTOR);
	uint8_t *table = p + 2 * DISK_SECTOR;

	fill_mbr(p, sectors);
	fill_table(table, parts, n);
	fill_header(p + DISK_SECTOR, guid, sectors, 1, 2, table);
}

void
gpt_put_tail(struct disk *d, const uint8_t guid[static GPT_GUID_LEN],
    const struct gpt_partition *parts, size_t n)
{
	uint64_t sectors = d->size / DISK_SECTOR;
	uint64_t at = sectors - GPT_TAIL;
	uint8_t *p = disk_room(d, at * DISK_SECTOR, GPT_TAIL * DISK_SECTOR);

	fill_table(p, parts, n);
	fill_header(p + TABLE_LEN, guid, sectors, sectors - 1, at, p);
}
