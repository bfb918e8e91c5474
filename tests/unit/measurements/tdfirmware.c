#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "measurements/format/limits.h"
#include "measurements/tdx/tdfirmware.h"
#include "tests/lib/tap.h"

static struct buf fw, unpacked;
static struct tdfirmware f;
static struct err e;

static int
look(const void *p, size_t len, bool intel_tdx)
{
	buf_release(&unpacked);
	buf_init(&unpacked, LIMIT_FIRMWARE_UNPACKED);
	return tdfirmware_look(p, len, intel_tdx, &unpacked, &f, &e);
}

static void
release(void)
{
	buf_release(&fw);
	buf_release(&unpacked);
}

static void
load(void)
{
	buf_init(&fw, 1 << 20);
	EQ_INT(fd_read_file(AT_FDCWD, "tests/corpus/measurements/fwvol/ovmf",
		   &fw, &e),
	    0);
}

/* A firmware with names and modules, but none of the marks since 202502. */
TEST(what_does_not_show_has_to_be_told)
{
	load();
	EQ_INT(look(fw.p, fw.len, false), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	OK(strstr(e.msg, "before 202502") != NULL);
	EQ_INT(look(fw.p, fw.len, true), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	release();
}

TEST(other_makes_and_cut_off_images_are_refused)
{
	static const uint8_t none[8192];

	load();
	EQ_INT(look(none, sizeof(none), true), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	for (size_t len = 0; len < fw.len; len += 97)
		OK(look(fw.p, len, false) < 0);
	release();
}

TEST(names_are_told_apart)
{
	struct span fv[FWVOL_VOLUMES];
	struct fwvol_names n;

	load();
	buf_init(&unpacked, 1 << 20);
	EQ_INT(fwvol_volumes(fw.p, fw.len, &unpacked, fv, &e), 0);
	OK(!fwvol_names(&fv[0], &n));
	OK(fwvol_names(&fv[1], &n));
	EQ_MEM(n.vendor.p, "A\0 \0V\0e\0n\0d\0o\0r\0\0", 18);
	EQ_MEM(n.version.p,
	    "2\0"
	    "0\0"
	    "2\0"
	    "6\0.\0"
	    "0\0"
	    "8\0\0",
	    16);
	EQ_MEM(n.date.p,
	    "0\0"
	    "9\0/\0",
	    6);
	release();
}

TEST(a_profile_fits_from_the_first_tag_to_the_last)
{
	const struct tdfirmware some = { .first = 202508, .last = 202602 },
				all = { .first = 202608 };
	struct tdprofile p = { .ovmf = 202505 };

	OK(!tdfirmware_fits(&some, &p));
	p.ovmf = 202511;
	OK(tdfirmware_fits(&some, &p) && !tdfirmware_fits(&all, &p));
	p.ovmf = 202605;
	OK(!tdfirmware_fits(&some, &p));
	p.ovmf = 202711;
	OK(tdfirmware_fits(&all, &p));
}

TAP_MAIN
