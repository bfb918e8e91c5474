#include <string.h>

#include "base/buf.h"
#include "measurements/qemu/pciwindow.h"
#include "tests/lib/tap.h"

enum {
	RAM = 1,
	RESERVED = 2
};

static const uint64_t gib = UINT64_C(1) << 30;
static struct buf e820;
static struct err e;

static void
range(uint64_t base, uint64_t len, uint32_t type)
{
	buf_le32(&e820, (uint32_t)base);
	buf_le32(&e820, (uint32_t)(base >> 32));
	buf_le32(&e820, (uint32_t)len);
	buf_le32(&e820, (uint32_t)(len >> 32));
	buf_le32(&e820, type);
}

static uint64_t
base(unsigned bits, uint64_t reserved_end)
{
	struct pciwindow w = { .bits = bits,
		.e820 = span_of(e820.p, e820.len),
		.reserved_end = reserved_end };
	uint64_t at = 1;

	EQ_INT(pciwindow_base(&w, &at, &e), 0);
	buf_release(&e820);
	return at;
}

static void
memory(uint64_t above)
{
	buf_init(&e820, 4096);
	range(0, 2 * gib, RAM);
	if (above > 0)
		range(4 * gib, above, RAM);
}

/* The first two were seen in guests with OVMF 2025.02 and 2026.08. */
TEST(where_ovmf_was_seen_to_put_it)
{
	memory(0);
	EQ_INT(base(PCIWINDOW_CLASSIC, 0), UINT64_C(0x800000000));
	memory(0);
	range(UINT64_C(0xfd00000000), UINT64_C(0x300000000), RESERVED);
	EQ_INT(base(40, 0), UINT64_C(0xc000000000));
}

TEST(an_eighth_of_the_addresses_at_their_end)
{
	memory(0);
	EQ_INT(base(46, 0), UINT64_C(0x380000000000));
	memory(30 * gib);
	EQ_INT(base(46, 0), UINT64_C(0x380000000000));
	/* Four levels of page tables below 1 TiB, five above. */
	memory(0);
	EQ_INT(base(52, 0), UINT64_C(0x380000000000));
	memory(1024 * gib);
	EQ_INT(base(48, 0), UINT64_C(0xe00000000000));
}

TEST(behind_the_memory_where_that_has_no_room)
{
	memory(62 * gib);
	EQ_INT(base(PCIWINDOW_CLASSIC, 0), UINT64_C(0x1800000000));
	/* An eighth of 36 bits is less than 32 GiB. */
	memory(0);
	EQ_INT(base(36, 0), UINT64_C(0x800000000));
	memory(0);
	EQ_INT(base(PCIWINDOW_CLASSIC, 40 * gib), UINT64_C(0x1000000000));
	memory(0);
	EQ_INT(base(PCIWINDOW_CLASSIC, gib), UINT64_C(0x800000000));
}

TEST(no_list_of_ranges_is_refused)
{
	struct pciwindow w = { .bits = 46 };
	uint64_t at = 1;

	memory(0);
	w.e820 = span_of(e820.p, e820.len - 1);
	EQ_INT(pciwindow_base(&w, &at, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	range(UINT64_MAX, 1, RAM);
	w.e820 = span_of(e820.p, e820.len);
	EQ_INT(pciwindow_base(&w, &at, &e), -1);
	EQ_INT(at, 1);
	buf_release(&e820);
	w.e820 = span_of(NULL, 0);
	w.reserved_end = UINT64_MAX;
	EQ_INT(pciwindow_base(&w, &at, &e), -1);
}

TAP_MAIN
