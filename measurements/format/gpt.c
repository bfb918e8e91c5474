#include <string.h>

#include "measurements/format/gpt.h"
#include "measurements/format/le.h"

enum {
	ENTRY_LEN = 128,
	OFFSET_CRC = 16
};

const struct guid gpt_esp =
    GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba4b, 0x00a0c93ec93b);

/* CRC-32 over bytes of which those from `hole` on count as four zeros. */
static uint32_t
crc32(const uint8_t *p, size_t len, size_t hole)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= i >= hole && i < hole + 4 ? 0 : p[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_SYNTAX, "GUID partition table: %s", what);
}

/* What the header says, checked. */
struct header {
	uint64_t table;
	uint32_t n, crc;
};

static int
read_header(const uint8_t *p, size_t len, struct gpt *g, struct header *ret_h,
    struct err *e)
{
	struct span s = span_of(p, len), signature;
	uint32_t size, entry_len, crc;
	uint64_t here;

	span_skip(&s, GPT_SECTOR);
	g->header = s;
	g->header = span_take(&g->header, GPT_HEADER_LEN);
	signature = span_take(&s, 8);
	if (span_bad(&s) || !span_equals(&signature, "EFI PART", 8))
		return bad(e, "no 'EFI PART' in sector 1");
	span_skip(&s, 4);
	size = span_le32(&s);
	crc = span_le32(&s);
	span_skip(&s, 4);
	here = span_le64(&s);
	span_skip(&s, 40);
	ret_h->table = span_le64(&s);
	ret_h->n = span_le32(&s);
	entry_len = span_le32(&s);
	ret_h->crc = span_le32(&s);
	if (span_bad(&s))
		return bad(e, "it is cut off");
	if (size != GPT_HEADER_LEN || entry_len != ENTRY_LEN)
		return err_set(e, ERR_UNSUPPORTED,
		    "GUID partition table: a header of %u bytes, entries of "
		    "%u",
		    size, entry_len);
	if (here != 1 || crc32(p + GPT_SECTOR, size, OFFSET_CRC) != crc)
		return bad(e, "the header's checksum is wrong");
	if (ret_h->n > LIMIT_GPT_ENTRIES)
		return err_set(e, ERR_LIMIT,
		    "GUID partition table: %u entries, and %d is the limit",
		    ret_h->n, LIMIT_GPT_ENTRIES);
	return 0;
}

static int
add_entry(struct gpt *g, struct span bytes, const uint8_t *p, size_t len,
    struct err *e)
{
	static const struct guid unused;
	struct gpt_entry *entry = &g->e[g->n];
	struct span s = bytes;
	uint64_t first, last, sectors = len / GPT_SECTOR;

	span_copy(&s, entry->type.b, GUID_LEN);
	if (memcmp(&entry->type, &unused, sizeof(unused)) == 0)
		return 0;
	span_skip(&s, GUID_LEN);
	first = span_le64(&s);
	last = span_le64(&s);
	if (first > last || last >= sectors)
		return bad(e, "a partition ends beyond the disk");
	entry->bytes = bytes;
	entry->data = span_of(p + first * GPT_SECTOR,
	    (size_t)(last - first + 1) * GPT_SECTOR);
	g->n++;
	return 0;
}

int
gpt_parse(const void *p, size_t len, struct gpt *ret_g, struct err *e)
{
	struct span table = span_of(p, len);
	struct header h = { .n = 0 };

	if (read_header(p, len, ret_g, &h, e) < 0)
		return -1;
	if (h.table < 2 || h.table > len / GPT_SECTOR)
		return bad(e, "its entries are not on the disk");
	span_skip(&table, (size_t)h.table * GPT_SECTOR);
	table = span_take(&table, (size_t)h.n * ENTRY_LEN);
	if (span_bad(&table))
		return bad(e, "its entries are not on the disk");
	if (crc32(table.p, span_len(&table), SIZE_MAX - 4) != h.crc)
		return bad(e, "the entries' checksum is wrong");
	ret_g->n = 0;
	for (uint32_t i = 0; i < h.n; i++)
		if (add_entry(ret_g, span_take(&table, ENTRY_LEN), p, len, e) <
		    0)
			return -1;
	return 0;
}

void
gpt_digest(const struct gpt *g, enum sha2_algorithm alg, uint8_t *ret_digest)
{
	struct sha2 h;
	uint8_t n[8];

	le_put64(n, g->n);
	sha2_init(&h, alg);
	sha2_update(&h, g->header.p, GPT_HEADER_LEN);
	sha2_update(&h, n, sizeof(n));
	for (size_t i = 0; i < g->n; i++)
		sha2_update(&h, g->e[i].bytes.p, ENTRY_LEN);
	sha2_final(&h, ret_digest);
}
