/*
 * TDX firmware images for tests, on top of fw.h: 8 KiB whose first page is a
 * CFV and whose second is the BFV that holds the metadata.
 */
#ifndef TESTS_UNIT_MEASUREMENTS_TDFW_H
#define TESTS_UNIT_MEASUREMENTS_TDFW_H

#include "measurements/tdx/tdvf.h"
#include "tests/unit/measurements/fw.h"

enum {
	TDFW_META = 0x1200, /* of the GUID; 'TDVF' comes 16 bytes later */
	TDFW_AT = TDFW_META + 16
};

struct tdfw_section {
	uint32_t offset, raw;
	uint64_t gpa, size;
	uint32_t type, attributes;
};

static const struct guid tdfw_offset_guid =
    GUID(0xe47a6535, 0x984a, 0x4798, 0x865e, 0x4685a7bf8ec2);
static const struct guid tdfw_guid =
    GUID(0xe9eaf9f3, 0x168e, 0x44d5, 0xa8eb, 0x7f4d8738f6ae);

/* As IntelTdxX64 has them, in small. */
static const struct tdfw_section tdfw_ovmf[] = {
	{ 0x1000, 0x1000, 0xfffff000, 0x1000, TDVF_BFV, TDVF_MR_EXTEND },
	{ 0, 0x1000, 0xffffe000, 0x1000, TDVF_CFV, 0 },
	{ 0, 0, 0x810000, 0x10000, TDVF_TEMP_MEM, 0 },
	{ 0, 0, 0x80b000, 0x2000, TDVF_TEMP_MEM, 0 },
	{ 0, 0, 0x809000, 0x2000, TDVF_TD_HOB, 0 },
	{ 0, 0, 0x800000, 0x6000, TDVF_TEMP_MEM, 0 },
};

/* As td-shim has them. */
static const struct tdfw_section tdfw_shim[] = {
	{ 0x1000, 0x1000, 0xfffff000, 0x1000, TDVF_BFV, TDVF_MR_EXTEND },
	{ 0, 0x1000, 0xffffe000, 0x1000, TDVF_CFV, 0 },
	{ 0, 0, 0x820000, 0x2000, TDVF_TD_HOB, 0 },
	{ 0, 0, 0x900000, 0x4000, TDVF_PERM_MEM, TDVF_PAGE_AUG },
	{ 0, 0, 0x1200000, 0x2000, TDVF_PAYLOAD, 0 },
	{ 0, 0, 0x1100000, 0x1000, TDVF_PAYLOAD_PARAM, 0 },
	{ 0x1000, 0x40, 0, 0, TDVF_TD_INFO, 0 },
};

static inline void
tdfw_put(uint8_t *at, const struct tdfw_section *s)
{
	le_put32(at, s->offset);
	le_put32(at + 4, s->raw);
	le_put64(at + 8, s->gpa);
	le_put64(at + 16, s->size);
	le_put32(at + 24, s->type);
	le_put32(at + 28, s->attributes);
}

/* The GUID, the header, and n sections, without a way to find them. */
static inline void
tdfw_metadata(struct fw *fw, const struct tdfw_section *s, size_t n)
{
	uint8_t *at = fw->b + TDFW_AT;

	fw_init(fw, FW_LEN);
	memcpy(fw->b + TDFW_META, tdfw_guid.b, GUID_LEN);
	memcpy(at, "TDVF", 4);
	le_put32(at + 4, (uint32_t)(16 + 32 * n));
	le_put32(at + 8, 1);
	le_put32(at + 12, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		tdfw_put(at + 16 + 32 * i, &s[i]);
}

static inline void
tdfw_build(struct fw *fw, const struct tdfw_section *s, size_t n)
{
	tdfw_metadata(fw, s, n);
	fw_entry_u32(fw, &tdfw_offset_guid, FW_LEN - TDFW_AT);
	fw_finish(fw);
}

#define TDFW_N(s) (sizeof(s) / sizeof((s)[0]))

#endif
