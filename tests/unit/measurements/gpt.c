#include "measurements/format/gpt.h"
#include "measurements/format/le.h"
#include "tests/lib/tap.h"

enum {
	SECTORS = 64,
	LEN = SECTORS * 512,
	TABLE = 2 * 512
};

static uint8_t b[LEN];
static struct gpt g;
static struct err e;

static uint32_t
crc(const uint8_t *p, size_t len)
{
	uint32_t c = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320 : 0);
	}
	return ~c;
}

/* The checksums of header and entries. */
static void
seal(void)
{
	le_put32(b + 512 + 88, crc(b + TABLE, 128 * 128));
	le_put32(b + 512 + 16, 0);
	le_put32(b + 512 + 16, crc(b + 512, 92));
}

static void
entry(int i, uint64_t first, uint64_t last)
{
	uint8_t *p = b + TABLE + 128 * i;

	memcpy(p, gpt_esp.b, GUID_LEN);
	p[20] = (uint8_t)i;
	le_put64(p + 32, first);
	le_put64(p + 40, last);
}

/* Two partitions, in the entries 0 and 3. */
static void
build(void)
{
	memset(b, 0, sizeof(b));
	memcpy(b + 512, "EFI PART", 8);
	le_put32(b + 512 + 8, 0x10000);
	le_put32(b + 512 + 12, 92);
	le_put64(b + 512 + 24, 1);
	le_put64(b + 512 + 72, 2);
	le_put32(b + 512 + 80, 128);
	le_put32(b + 512 + 84, 128);
	entry(0, 34, 40);
	entry(3, 41, 63);
	seal();
}

static int
parse(size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	memcpy(copy, b, len);
	rc = gpt_parse(copy, len, &g, &e);
	free(copy);
	return rc;
}

TEST(finds_the_partitions_in_use)
{
	build();
	EQ_INT(gpt_parse(b, LEN, &g, &e), 0);
	EQ_INT(g.n, 2);
	EQ_INT(g.e[1].data.p - b, 41 * 512);
	EQ_INT(span_len(&g.e[1].data), 23 * 512);
	EQ_MEM(g.e[0].type.b, gpt_esp.b, GUID_LEN);
}

TEST(hashes_header_count_and_entries_in_use)
{
	uint8_t want[SHA2_256_LEN], got[SHA2_256_LEN];
	uint8_t event[92 + 8 + 256] = { 0 };

	build();
	EQ_INT(gpt_parse(b, LEN, &g, &e), 0);
	memcpy(event, b + 512, 92);
	event[92] = 2;
	memcpy(event + 100, b + TABLE, 128);
	memcpy(event + 228, b + TABLE + 3 * 128, 128);
	sha2_digest(SHA2_256, event, sizeof(event), want);
	gpt_digest(&g, SHA2_256, got);
	EQ_MEM(got, want, sizeof(want));
}

TEST(refuses_what_firmware_would_not_take)
{
	static const struct {
		size_t at;
		uint32_t value;
		int reseal;
		enum err_code code;
	} rows[] = {
		{ 512, 0, 1, ERR_SYNTAX },               /* signature */
		{ 512 + 12, 96, 1, ERR_UNSUPPORTED },    /* header's size */
		{ 512 + 24, 2, 1, ERR_SYNTAX },          /* not at 1 */
		{ 512 + 56, 7, 0, ERR_SYNTAX },          /* checksum */
		{ TABLE + 56, 7, 0, ERR_SYNTAX },        /* the entries' */
		{ 512 + 72, 64, 1, ERR_SYNTAX },         /* table's place */
		{ 512 + 72, 1, 1, ERR_SYNTAX },          /* on the header */
		{ 512 + 76, 0xffffffff, 1, ERR_SYNTAX }, /* far away */
		{ 512 + 80, 129, 1, ERR_LIMIT },         /* one more */
		{ 512 + 84, 256, 1, ERR_UNSUPPORTED },   /* entries' size */
		{ TABLE + 32, 41, 1, ERR_SYNTAX },       /* ends first */
		{ TABLE + 40, 64, 1, ERR_SYNTAX },       /* beyond it */
		{ TABLE + 44, 1, 1, ERR_SYNTAX },        /* far beyond */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build();
		le_put32(b + rows[i].at, rows[i].value);
		if (rows[i].reseal)
			seal();
		if (parse(LEN) != -1 || e.code != rows[i].code)
			printf("# row %zu: %s\n", i, e.msg);
		EQ_INT(parse(LEN), -1);
		EQ_INT(e.code, rows[i].code);
	}
	build();
	for (size_t len = 0; len < 34 * 512; len += 97)
		EQ_INT(parse(len), -1);
}

TAP_MAIN
