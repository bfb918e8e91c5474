/*
 * Firmware images for tests: zeros, a footer table, SEV metadata.
 *
 *	fw_init(&fw, FW_LEN);
 *	fw_entry(&fw, &guid, data, len);	any number of them
 *	fw_metadata(&fw, sections, n);
 *	fw_finish(&fw);				writes the footer
 */
#ifndef TESTS_UNIT_MEASUREMENTS_FW_H
#define TESTS_UNIT_MEASUREMENTS_FW_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "measurements/format/guid.h"
#include "measurements/format/le.h"

enum {
	FW_LEN = 8192,
	FW_ASEV = 512,
	FW_RESET = 0x20,
	FW_TAIL = 18
};

struct fw {
	uint8_t b[FW_LEN];
	size_t len;
	size_t at; /* where the table begins */
};

static const struct guid fw_footer =
    GUID(0x96b582de, 0x1fb2, 0x45f7, 0xbaea, 0xa366c55a082d);
static const struct guid fw_reset =
    GUID(0x00f771de, 0x1a7e, 0x4fcb, 0x890e, 0x68c77e2fb44e);
static const struct guid fw_hashes =
    GUID(0x7255371f, 0x3a3b, 0x4b04, 0x927b, 0x1da6efa8d454);
static const struct guid fw_sev =
    GUID(0xdc886566, 0x984a, 0x4798, 0xa75e, 0x5585a7bf67cc);
static const struct guid fw_svsm =
    GUID(0xa789a612, 0x0597, 0x4c4b, 0xa49f, 0xcbb1fe9d1ddd);

static inline void
fw_init(struct fw *fw, size_t len)
{
	assert(len <= FW_LEN);
	memset(fw, 0, sizeof(*fw));
	for (size_t i = 0; i < len; i++)
		fw->b[i] = (uint8_t)(i * 7 + i / 256);
	memset(fw->b + len - FW_RESET, 0x90, FW_RESET);
	fw->len = len;
	fw->at = len - FW_RESET - FW_TAIL;
}

static inline void
fw_entry(struct fw *fw, const struct guid *g, const void *data, size_t len)
{
	uint8_t *end = fw->b + fw->at;

	memcpy(end - GUID_LEN, g->b, GUID_LEN);
	le_put16(end - FW_TAIL, (uint16_t)(len + FW_TAIL));
	if (len > 0)
		memcpy(end - FW_TAIL - len, data, len);
	fw->at -= len + FW_TAIL;
}

static inline void
fw_entry_u32(struct fw *fw, const struct guid *g, uint32_t v)
{
	uint8_t data[4];

	le_put32(data, v);
	fw_entry(fw, g, data, sizeof(data));
}

static inline void
fw_hash_area(struct fw *fw, uint32_t base, uint32_t size)
{
	uint8_t data[8];

	le_put32(data, base);
	le_put32(data + 4, size);
	fw_entry(fw, &fw_hashes, data, sizeof(data));
}

/* n sections {gpa, size, type} at FW_ASEV, and the entry that finds them. */
static inline void
fw_metadata(struct fw *fw, const uint32_t (*s)[3], size_t n)
{
	uint8_t *at = fw->b + FW_ASEV;

	memcpy(at, "ASEV", 4);
	le_put32(at + 4, (uint32_t)(16 + 12 * n));
	le_put32(at + 8, 1);
	le_put32(at + 12, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < 3; j++)
			le_put32(at + 16 + 12 * i + 4 * j, s[i][j]);
	fw_entry_u32(fw, &fw_sev, (uint32_t)(fw->len - FW_ASEV));
}

static inline void
fw_finish(struct fw *fw)
{
	uint8_t *end = fw->b + fw->len - FW_RESET;

	memcpy(end - GUID_LEN, fw_footer.b, GUID_LEN);
	le_put16(end - FW_TAIL, (uint16_t)(fw->len - FW_RESET - fw->at));
}

/* What an AmdSev build has, in the newer order: hashes last. */
static const uint32_t fw_amdsev_sections[][3] = {
	{ 0x800000, 0x9000, 1 },
	{ 0x80a000, 0x3000, 1 },
	{ 0x80d000, 0x1000, 2 },
	{ 0x80e000, 0x1000, 3 },
	{ 0x80f000, 0x1000, 4 },
	{ 0x811000, 0xf000, 1 },
	{ 0x810000, 0x1000, 0x10 },
};

static inline void
fw_amdsev(struct fw *fw)
{
	fw_init(fw, FW_LEN);
	fw_entry_u32(fw, &fw_reset, 0x0080b004);
	fw_hash_area(fw, 0x810c00, 0x400);
	fw_metadata(fw, fw_amdsev_sections, 7);
	fw_finish(fw);
}

#endif
