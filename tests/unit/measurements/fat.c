#include "measurements/format/fat.h"
#include "measurements/format/le.h"
#include "tests/lib/tap.h"

enum {
	S = 512,
	SECTORS = 16,
	FAT = 1 * S,
	ROOT = 2 * S,
	DATA = 3 * S
};

static uint8_t b[SECTORS * S];
static struct fat f;
static struct err e;

static uint8_t *
cluster(int i)
{
	return b + DATA + (i - 2) * S;
}

/* The entry of cluster i in the table of 12 bits. */
static void
link_to(int i, unsigned next)
{
	uint8_t *p = b + FAT + i * 3 / 2;

	if (i % 2) {
		p[0] = (uint8_t)((p[0] & 0x0f) | next << 4);
		p[1] = (uint8_t)(next >> 4);
	} else {
		p[0] = (uint8_t)next;
		p[1] = (uint8_t)((p[1] & 0xf0) | next >> 8);
	}
}

static void
put(uint8_t *p, const char *name, uint8_t attr, int first, uint32_t len)
{
	memcpy(p, name, 11);
	p[11] = attr;
	le_put16(p + 26, (uint16_t)first);
	le_put32(p + 28, len);
}

/* FAT12: /A.TXT of 3 bytes, /EFI/BOOT/BOOTX64.EFI of 1100 in 4, 6, 5. */
static void
build(void)
{
	memset(b, 0, sizeof(b));
	le_put16(b + 11, S);
	b[13] = 1;
	le_put16(b + 14, 1);
	b[16] = 1;
	le_put16(b + 17, 16);
	le_put16(b + 19, SECTORS);
	le_put16(b + 22, 1);
	le_put16(b + 510, 0xaa55);
	put(b + ROOT, "VOLUME     ", 0x08, 0, 0);
	put(b + ROOT + 32,
	    "\xe5"
	    "FI        ",
	    0x10, 9, 0);
	put(b + ROOT + 64, "EFI        ", 0x10, 2, 0);
	put(b + ROOT + 96, "A       TXT", 0x20, 7, 3);
	put(cluster(2), ".          ", 0x10, 2, 0);
	put(cluster(2) + 32, "BOOT       ", 0x10, 3, 0);
	put(cluster(3), "BOOTX64 EFI", 0x20, 4, 1100);
	memset(cluster(4), 'x', S);
	memset(cluster(6), 'y', S);
	memset(cluster(5), 'z', S);
	memcpy(cluster(7), "abc", 3);
	link_to(2, 0xfff);
	link_to(3, 0xff8);
	link_to(4, 6);
	link_to(6, 5);
	link_to(5, 0xfff);
	link_to(7, 0xfff);
}

static int
open_it(void)
{
	struct span s = span_of(b, sizeof(b));

	return fat_open(&s, &f, &e);
}

static int
read_it(const char *path, struct buf *out)
{
	buf_init(out, 2048);
	return open_it() < 0 ? -1 : fat_read(&f, path, out, &e);
}

TEST(follows_folders_and_chains)
{
	struct buf out;

	build();
	EQ_INT(read_it("/EFI/BOOT/BOOTX64.EFI", &out), 1);
	EQ_INT(out.len, 1100);
	OK(out.p[0] == 'x' && out.p[512] == 'y' && out.p[1099] == 'z');
	buf_release(&out);
	EQ_INT(read_it("/a.txt", &out), 1);
	EQ_INT(out.len, 3);
	buf_release(&out);
	EQ_INT(f.bits, 12);
	EQ_INT(fat_read(&f, "/EFI", NULL, &e), 1);
	EQ_INT(fat_has_folder(&f, "/EFI", &e), 1);
	EQ_INT(fat_has_folder(&f, "/EFI/BOOT", &e), 0);
}

TEST(finds_no_other_names)
{
	static const char *const paths[] = { "/B.TXT", "/A.TX", "/A", "/EFI/X",
		"/A.TXT/X", "/VOLUME", "/LONGERTHAN8", "/A.TEXT", "/" };
	struct buf out;

	build();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		EQ_INT(read_it(paths[i], &out), 0);
		buf_release(&out);
	}
}

TEST(refuses_chains_that_do_not_end_well)
{
	static const unsigned next[] = { 4, 0, 1, 0xff7, 15, 0xff8 };
	struct buf out;

	/* Of the second of three clusters. */
	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		build();
		link_to(6, next[i]);
		/* A circle ends with the file's length. */
		EQ_INT(read_it("/EFI/BOOT/BOOTX64.EFI", &out), i ? -1 : 1);
		buf_release(&out);
	}
	build();
	link_to(2, 2); /* a folder without end and without the name */
	memset(cluster(2), 'x', S);
	EQ_INT(read_it("/EFI/BOOT/BOOTX64.EFI", &out), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	build();
	le_put32(cluster(3) + 28, UINT32_MAX);
	EQ_INT(read_it("/EFI/BOOT/BOOTX64.EFI", &out), -1);
	build();
	le_put32(cluster(3) + 28, 3000); /* over the buffer's limit */
	link_to(5, 4);
	EQ_INT(read_it("/EFI/BOOT/BOOTX64.EFI", &out), -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&out);
}

TEST(refuses_other_boot_sectors)
{
	static const struct {
		size_t at;
		uint16_t value;
		enum err_code code;
	} rows[] = {
		{ 510, 0, ERR_SYNTAX },
		{ 11, 1024, ERR_UNSUPPORTED },
		{ 13, 0, ERR_SYNTAX },
		{ 14, 0, ERR_SYNTAX },
		{ 16, 0, ERR_SYNTAX },
		{ 19, SECTORS + 1, ERR_SYNTAX },
		{ 19, 3, ERR_SYNTAX },
		{ 22, 0, ERR_SYNTAX },
		{ 22, 100, ERR_SYNTAX },
		{ 17, 0xffff, ERR_SYNTAX },
	};
	struct span s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build();
		le_put16(b + rows[i].at, rows[i].value);
		EQ_INT(open_it(), -1);
		EQ_INT(e.code, rows[i].code);
	}
	build();
	s = span_of(b, 511);
	EQ_INT(fat_open(&s, &f, &e), -1);
}

TAP_MAIN
