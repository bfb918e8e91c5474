#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "measurements/format/fwvol.h"
#include "tests/lib/tap.h"

/* A firmware of 4 KiB: Tcg2Pei in PEI; names, Secure Boot, shell in DXE. */
static const char file[] = "tests/corpus/measurements/fwvol/ovmf";

static struct buf fw, unpacked;
static struct fwvol f;
static struct err e;

static int
unpack(const uint8_t *p, size_t len)
{
	buf_release(&unpacked);
	buf_init(&unpacked, 1 << 20);
	return fwvol_unpack(p, len, &unpacked, &f, &e);
}

static void
load(void)
{
	buf_init(&fw, 1 << 20);
	EQ_INT(fd_read_file(AT_FDCWD, file, &fw, &e), 0);
}

static void
release(void)
{
	buf_release(&fw);
	buf_release(&unpacked);
}

static void
is_wide(const struct span *s, const char *text)
{
	EQ_INT(span_len(s), 2 * (strlen(text) + 1));
	for (size_t i = 0; text[i] != '\0'; i++)
		EQ_INT(s->p[2 * i], text[i]);
}

TEST(unpacks_both_volumes_and_finds_the_names)
{
	load();
	EQ_INT(unpack(fw.p, fw.len), 0);
	EQ_INT(span_len(&f.pei), 1024);
	EQ_INT(span_len(&f.dxe), 1024);
	EQ_MEM(f.pei.p + 40, "_FVH", 4);
	is_wide(&f.version, "2026.08");
	is_wide(&f.vendor, "A Vendor");
	is_wide(&f.date, "09/26/2026");
	OK(f.secure_boot && f.shell && !f.smm);
	release();
}

TEST(finds_the_volume_behind_a_variable_store)
{
	struct buf whole;

	load();
	buf_init(&whole, 1 << 20);
	buf_add_zero(&whole, 8192);
	buf_add(&whole, fw.p, fw.len);
	EQ_INT(unpack(whole.p, whole.len), 0);
	buf_release(&whole);
	release();
}

TEST(refuses_another_make_and_what_is_cut_off)
{
	static const uint8_t none[8192];

	load();
	EQ_INT(unpack(none, sizeof(none)), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	for (size_t len = 0; len < fw.len; len += 61) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, fw.p, len);
		OK(unpack(copy, len) < 0);
		free(copy);
	}
	/* Whatever a flipped bit makes of it, it is read within its bounds. */
	for (size_t i = 0; i < fw.len; i++) {
		fw.p[i] ^= 0x11;
		unpack(fw.p, fw.len);
		fw.p[i] ^= 0x11;
	}
	release();
}

TAP_MAIN
