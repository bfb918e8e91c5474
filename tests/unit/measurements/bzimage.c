#include "measurements/format/bzimage.h"
#include "measurements/format/le.h"
#include "tests/lib/tap.h"

enum {
	LEN = 0x400
};

static uint8_t k[LEN];
static struct err e;

static void
build(uint16_t version, uint16_t xloadflags)
{
	memset(k, 0, sizeof(k));
	memcpy(k + 0x202, "HdrS", 4);
	le_put16(k + 0x206, version);
	k[0x211] = 1;
	le_put32(k + 0x22c, 0x7fffffff);
	le_put16(k + 0x236, xloadflags);
}

static int
patch(const char *cmdline, uint64_t initrd, uint64_t memory)
{
	const struct bzimage_boot b = { cmdline, initrd, memory };

	return bzimage_patch(k, LEN, &b, &e);
}

static uint32_t
field(size_t at)
{
	return (uint32_t)k[at] | (uint32_t)k[at + 1] << 8 |
	       (uint32_t)k[at + 2] << 16 | (uint32_t)k[at + 3] << 24;
}

TEST(fields_are_what_qemu_writes)
{
	build(0x20f, 0x7f);
	EQ_INT(patch("quiet", 0, 0), 0);
	EQ_INT(field(0x228), 0x20000);
	EQ_INT(k[0x210], 0xb0);
	EQ_INT(k[0x211], 0x81);
	EQ_INT(field(0x224), 0xfe00);
	EQ_INT(field(0x218), 0);
	EQ_INT(field(0x21c), 0);
	EQ_INT(field(0x1fa) & 0xffff, 0);
}

/* The places were read from a QEMU 7.2 with a kernel of Linux 6.12. */
TEST(initrd_is_placed_below_the_acpi_data)
{
	static const struct {
		uint16_t version, xloadflags;
		uint64_t mib;
		uint32_t address;
	} rows[] = {
		{ 0x20f, 0x7f, 1024, 0x40000000 - 0x28000 - 0x300000 - 0x1000 },
		{ 0x20f, 0x7f, 2048, 0x80000000 - 0x28000 - 0x300000 - 0x1000 },
		{ 0x20f, 0x7f, 2815, 0xaff00000 - 0x28000 - 0x300000 - 0x1000 },
		{ 0x20f, 0x7f, 2816, 0x80000000 - 0x28000 - 0x300000 - 0x1000 },
		{ 0x20f, 0x7f, 8192, 0x80000000 - 0x28000 - 0x300000 - 0x1000 },
		{ 0x20f, 0x40, 2815, 0x7fffffff - 0x300000 - 0xfff },
		{ 0x202, 0x02, 2815, 0x37ffffff - 0x300000 - 0xfff },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build(rows[i].version, rows[i].xloadflags);
		EQ_INT(patch("", 0x300000, rows[i].mib << 20), 0);
		EQ_INT(field(0x218), rows[i].address);
		EQ_INT(field(0x21c), 0x300000);
	}
	build(0x20f, 0x7f);
	EQ_INT(patch("", 0x300000, 0x300000), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(patch("", 0x300000, 0x28000), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
}

TEST(vga_is_read_as_qemu_does)
{
	static const struct {
		const char *cmdline;
		int mode; /* -1: refused */
	} rows[] = {
		{ "vga=normal", 0xffff },
		{ "a vga=ext b", 0xfffe },
		{ "vga=askew", 0xfffd },
		{ "vga=0x317", 0x317 },
		{ "a vga=791 b", 791 },
		{ "vga=0", 0 },
		{ "vga=0x10317", 0x317 },
		{ "vga=0317", -1 },
		{ "vga=", -1 },
		{ "vga=1\t", -1 },
		{ "vga=99999999999999999999", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build(0x20f, 0);
		EQ_INT(patch(rows[i].cmdline, 0, 0), rows[i].mode < 0 ? -1 : 0);
		if (rows[i].mode >= 0)
			EQ_INT(field(0x1fa) & 0xffff, rows[i].mode);
		else
			EQ_INT(k[0x210], 0);
	}
}

TEST(refuses_other_kernels)
{
	const struct bzimage_boot b = { "", 0, 0 };

	build(0x201, 0);
	EQ_INT(patch("", 0, 0), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	build(0x20f, 0);
	k[0x211] = 0;
	EQ_INT(patch("", 0, 0), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	k[0x202] = 0;
	EQ_INT(patch("", 0, 0), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	build(0x20f, 0);
	EQ_INT(bzimage_patch(k, 0x237, &b, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	EQ_INT(bzimage_patch(k, 0x238, &b, &e), 0);
}

TAP_MAIN
