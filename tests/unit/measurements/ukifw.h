/*
 * PE32+ images for tests: headers of 0x600 bytes, sections of 512 bytes'
 * alignment in the order in which they are added; and stubs as systemd's look
 * to those who read them.
 */
#ifndef TESTS_UNIT_MEASUREMENTS_UKIFW_H
#define TESTS_UNIT_MEASUREMENTS_UKIFW_H

#include <string.h>

#include "measurements/format/le.h"
#include "measurements/format/uki.h"

enum {
	UKIFW_PE = 0x80,
	UKIFW_OPT = UKIFW_PE + 24,
	UKIFW_TABLE = UKIFW_OPT + 240,
	UKIFW_HEADERS = 0x600,
	UKIFW_SIZE = 0x4000
};

struct ukifw {
	uint8_t b[UKIFW_SIZE];
	size_t len;
	int n;
};

/* What stubs of the versions have in their data. */
#define UKIFW_NAMES_252                                                        \
	"\0.linux\0.osrel\0.cmdline\0.initrd\0.splash\0.dtb\0.pcrsig\0."       \
	"pcrpkey"
#define UKIFW_NAMES_257                                                        \
	"\0.linux\0.osrel\0.cmdline\0.initrd\0.ucode\0.splash\0.dtb\0.uname"   \
	"\0.sbat\0.pcrsig\0.pcrpkey\0.profile"                                 \
	"\0o\0s\0-\0r\0e\0l\0e\0a\0s\0e\0\0\0"

static inline void
ukifw_begin(struct ukifw *f)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->b, "MZ", 2);
	le_put32(f->b + 0x3c, UKIFW_PE);
	memcpy(f->b + UKIFW_PE, "PE\0", 4);
	le_put16(f->b + UKIFW_PE + 20, 240);
	le_put16(f->b + UKIFW_OPT, 0x20b);
	le_put32(f->b + UKIFW_OPT + 60, UKIFW_HEADERS);
	le_put32(f->b + UKIFW_OPT + 108, 16);
	f->len = UKIFW_HEADERS;
}

static inline void
ukifw_add(struct ukifw *f, const char *name, const void *p, size_t len)
{
	uint8_t *h = f->b + UKIFW_TABLE + 40 * f->n++;
	size_t raw = (len + 511) / 512 * 512;

	memcpy(h, name, strlen(name));
	le_put32(h + 8, (uint32_t)len);
	le_put32(h + 16, (uint32_t)raw);
	le_put32(h + 20, (uint32_t)f->len);
	memcpy(f->b + f->len, p, len);
	f->len += raw;
	le_put16(f->b + UKIFW_PE + 6, (uint16_t)f->n);
}

/* A stub of the version with this data, which is a literal. */
#define ukifw_stub(f, version, data)                                           \
	ukifw_stub_of(f, version, data, sizeof(data))

static inline void
ukifw_stub_of(struct ukifw *f, const char *version, const char *data,
    size_t len)
{
	char magic[80] = "#### LoaderInfo: systemd-stub ";

	ukifw_begin(f);
	strcat(magic, version);
	strcat(magic, " ####");
	ukifw_add(f, ".rodata", data, len);
	ukifw_add(f, ".sdmagic", magic, strlen(magic));
}

static inline void
ukifw_text(struct ukifw *f, const char *name, const char *s)
{
	ukifw_add(f, name, s, strlen(s));
}

#endif
