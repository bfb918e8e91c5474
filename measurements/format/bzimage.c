#include <string.h>

#include "base/span.h"
#include "base/str.h"
#include "measurements/format/bzimage.h"
#include "measurements/format/le.h"

/* Fields of the setup header, by their offsets in the file. */
enum {
	SETUP_VIDEO_MODE = 0x1fa,
	SETUP_MAGIC = 0x202,
	SETUP_VERSION = 0x206,
	SETUP_LOADER_TYPE = 0x210,
	SETUP_LOADFLAGS = 0x211,
	SETUP_INITRD = 0x218, /* address, size */
	SETUP_HEAP_END = 0x224,
	SETUP_CMDLINE = 0x228,
	SETUP_INITRD_MAX = 0x22c,
	SETUP_XLOADFLAGS = 0x236,
	SETUP_END = 0x238
};

enum {
	LOADED_HIGH = 0x01,
	CAN_USE_HEAP = 0x80,
	CAN_BE_LOADED_ABOVE_4G = 0x02, /* in xloadflags */
	QEMU_LOADER = 0xb0,
	REAL_ADDR = 0x10000,
	CMDLINE_ADDR = 0x20000,
	ACPI_DATA = 0x28000, /* QEMU keeps it free below the top */
	PAGE_MASK = 0xfff
};

static const uint64_t gap_memory = 0xb0000000; /* from here on, RAM is split */
static const uint64_t gap_below = 0x80000000;

uint64_t
bzimage_below_4g(uint64_t memory)
{
	return memory >= gap_memory ? gap_below : memory;
}

bool
bzimage_is(const uint8_t *p, size_t len)
{
	return len >= SETUP_END && memcmp(p + SETUP_MAGIC, "HdrS", 4) == 0;
}

static uint32_t
field(const uint8_t *p, size_t offset, int bytes)
{
	struct span s = span_of(p + offset, (size_t)bytes);

	return bytes == 2 ? span_le16(&s) : span_le32(&s);
}

/* The video mode that QEMU takes from a "vga=" anywhere in the text. */
static int
video_mode(const char *cmdline, int *ret_mode, struct err *e)
{
	const char *at = strstr(cmdline, "vga=");
	char number[16];
	size_t len;
	uint64_t v;

	*ret_mode = -1;
	if (at == NULL)
		return 0;
	at += 4;
	if (str_starts(at, "normal"))
		*ret_mode = 0xffff;
	else if (str_starts(at, "ext"))
		*ret_mode = 0xfffe;
	else if (str_starts(at, "ask"))
		*ret_mode = 0xfffd;
	if (*ret_mode >= 0)
		return 0;
	len = strcspn(at, " ");
	if (len < sizeof(number)) {
		memcpy(number, at, len);
		number[len] = '\0';
		/* A leading zero is octal to QEMU, and not to us. */
		if ((number[0] != '0' || len == 1 || number[1] == 'x') &&
		    str_u64(number, UINT32_MAX, &v) == 0) {
			*ret_mode = (int)(v & 0xffff);
			return 0;
		}
	}
	return err_set(e, ERR_UNSUPPORTED,
	    "command line: the 'vga=' in it is no number that QEMU reads");
}

static int
place_initrd(const uint8_t *p, uint32_t version, const struct bzimage_boot *b,
    uint32_t *ret_addr, struct err *e)
{
	uint64_t below = bzimage_below_4g(b->memory), max = 0x37ffffff;

	if (version >= 0x20c &&
	    (field(p, SETUP_XLOADFLAGS, 2) & CAN_BE_LOADED_ABOVE_4G) != 0)
		max = UINT32_MAX;
	else if (version >= 0x203)
		max = field(p, SETUP_INITRD_MAX, 4);
	if (below <= ACPI_DATA)
		max = 0;
	else if (max >= below - ACPI_DATA)
		max = below - ACPI_DATA - 1;
	if (b->initrd_len >= max)
		return err_set(e, ERR_ARGUMENT,
		    "an initrd of %llu bytes does not fit the memory, of which "
		    "QEMU has %llu for it",
		    (unsigned long long)b->initrd_len, (unsigned long long)max);
	*ret_addr = (uint32_t)((max - b->initrd_len) & ~(uint64_t)PAGE_MASK);
	return 0;
}

int
bzimage_patch(uint8_t *p, size_t len, const struct bzimage_boot *b,
    struct err *e)
{
	uint32_t version, initrd = 0;
	int mode;

	if (!bzimage_is(p, len))
		return err_set(e, ERR_SYNTAX,
		    "not a Linux kernel: no 'HdrS' at offset 0x%x",
		    SETUP_MAGIC);
	version = field(p, SETUP_VERSION, 2);
	if (version < 0x202 || (p[SETUP_LOADFLAGS] & LOADED_HIGH) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "kernel: boot protocol %u.%02u, load flags 0x%x: what QEMU "
		    "does with it is not known",
		    version >> 8, version & 0xff, p[SETUP_LOADFLAGS]);
	if (video_mode(b->cmdline, &mode, e) < 0)
		return -1;
	if (b->initrd_len > 0 && place_initrd(p, version, b, &initrd, e) < 0)
		return -1;
	le_put32(p + SETUP_CMDLINE, CMDLINE_ADDR);
	if (mode >= 0)
		le_put16(p + SETUP_VIDEO_MODE, (uint16_t)mode);
	p[SETUP_LOADER_TYPE] = QEMU_LOADER;
	p[SETUP_LOADFLAGS] |= CAN_USE_HEAP;
	le_put16(p + SETUP_HEAP_END, CMDLINE_ADDR - REAL_ADDR - 0x200);
	if (b->initrd_len > 0) {
		le_put32(p + SETUP_INITRD, initrd);
		le_put32(p + SETUP_INITRD + 4, (uint32_t)b->initrd_len);
	}
	return 0;
}
