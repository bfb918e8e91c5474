#include "measurements/se/seimage.h"
#include "measurements/se/sebuild.h"
#include "tests/lib/tap.h"

static struct err e;
static struct sekeys keys;
static struct ecpoint hosts[2];
static uint8_t kernel[0x12345], ramdisk[5000], stage3a[9000], stage3b[3000];
static struct sebuild build;

static void
set_up(void)
{
	uint8_t random[SEKEYS_RANDOM];

	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)(i * 7 + 1);
	EQ_INT(sekeys_from_bytes(random, &keys, &e), 0);
	for (int i = 0; i < 2; i++) {
		struct sekeys other;

		random[SEKEYS_RANDOM - 30] = (uint8_t)i;
		EQ_INT(sekeys_from_bytes(random, &other, &e), 0);
		hosts[i] = other.customer.pub;
	}
	memset(kernel, 0x11, sizeof(kernel));
	memcpy(kernel + 0x10008, "S390EP", 6);
	memset(kernel + 0x10430, 0, 8);
	memset(ramdisk, 0x22, sizeof(ramdisk));
	memset(stage3a, 0x33, sizeof(stage3a));
	memset(stage3b, 0x44, sizeof(stage3b));
	build = (struct sebuild){ .kernel = span_of(kernel, sizeof(kernel)),
		.ramdisk = span_of(ramdisk, sizeof(ramdisk)),
		.cmdline = span_of("a=1", 3),
		.has_ramdisk = true,
		.has_cmdline = true,
		.stage3a = span_of(stage3a, sizeof(stage3a)),
		.stage3b = span_of(stage3b, sizeof(stage3b)),
		.hosts = hosts,
		.n_hosts = 2,
		.pcf = SEHDR_PCF_PCKMO };
}

static void
make(struct buf *b)
{
	EQ_INT(sebuild_check(&build, &e), 0);
	buf_init(b, 1024 * 1024);
	EQ_INT(sebuild_image(&build, &keys, b, &e), 0);
}

static void
holds(const struct seimage *img, enum secomp_kind kind, const void *p,
    size_t len)
{
	const struct seimage_component *c = seimage_find(img, kind);
	struct buf out;

	OK(c != NULL);
	buf_init(&out, 1024 * 1024);
	EQ_INT(seimage_decrypt(img, c, keys.image_key, &out, &e), 0);
	OK(out.len >= len && out.len - len < SECOMP_PAGE);
	EQ_MEM(out.p, p, len);
	for (size_t i = len; i < out.len; i++)
		EQ_INT(out.p[i], 0);
	buf_release(&out);
}

TEST(an_image_has_everything_where_it_belongs)
{
	static const uint8_t psw[] = { 0, 8, 0, 1, 0x80, 1, 0x10, 0 };
	struct sehdr_conf conf;
	struct seimage img;
	struct buf b;

	set_up();
	make(&b);
	EQ_INT(seimage_parse(b.p, b.len, &img, &e), 0);
	EQ_INT(seimage_check(&img, &e), 0);
	EQ_INT(img.header_at, 0x14000);
	EQ_INT(img.n, 4);
	EQ_INT(img.components[0].addr, 0x15000);
	EQ_INT(img.components[1].addr, 0x28000);
	EQ_INT(img.components[2].addr, 0x2a000);
	EQ_INT(img.components[3].addr, 0x2b000);
	EQ_INT(img.ipib_at, 0x2c000);
	EQ_MEM(b.p, psw, sizeof(psw));
	EQ_MEM(b.p + 0xc000, "SeImgLnx", 8);
	EQ_MEM(b.p + 0x10000, stage3a, sizeof(stage3a) - 24);
	holds(&img, SECOMP_KERNEL, kernel, sizeof(kernel));
	holds(&img, SECOMP_RAMDISK, ramdisk, sizeof(ramdisk));
	holds(&img, SECOMP_CMDLINE, "a=1", 4);
	memset(stage3b + sizeof(stage3b) - 64, 0, 64);
	memcpy(stage3b + sizeof(stage3b) - 64,
	    "\0\0\0\0\0\1\x50\0\0\0\0\0\0\1\x23\x45"
	    "\0\0\0\0\0\2\xa0\0\0\0\0\0\0\0\0\4"
	    "\0\0\0\0\0\2\x80\0\0\0\0\0\0\0\x13\x88"
	    "\0\0\0\1\x80\0\0\0\0\0\0\0\0\1\0\0",
	    64);
	holds(&img, SECOMP_STAGE3B, stage3b, sizeof(stage3b));
	EQ_INT(sehdr_open(&img.header, keys.header_key, &conf, &e), 0);
	EQ_INT(conf.psw_addr, 0x2b000);
	EQ_INT(conf.psw_mask, SEHDR_PSW_MASK);
	EQ_MEM(conf.cck, keys.cck, sizeof(conf.cck));
	buf_release(&b);
}

TEST(components_may_be_in_the_clear_or_absent)
{
	struct seimage img;
	struct buf b;

	set_up();
	build.pcf |= SEHDR_PCF_PLAIN_COMPONENTS;
	build.has_ramdisk = build.has_cmdline = false;
	build.psw_addr = 0x777000;
	make(&b);
	EQ_INT(seimage_parse(b.p, b.len, &img, &e), 0);
	EQ_INT(seimage_check(&img, &e), 0);
	EQ_INT(img.n, 2);
	EQ_MEM(b.p + 0x15000, kernel, sizeof(kernel));
	holds(&img, SECOMP_KERNEL, kernel, sizeof(kernel));
	buf_release(&b);
}

TEST(an_empty_component_has_a_page)
{
	struct seimage img;
	struct buf b;

	set_up();
	build.ramdisk = span_of(NULL, 0);
	build.cmdline = span_of(NULL, 0);
	make(&b);
	EQ_INT(seimage_parse(b.p, b.len, &img, &e), 0);
	EQ_INT(seimage_check(&img, &e), 0);
	EQ_INT(img.components[1].len, SECOMP_PAGE);
	holds(&img, SECOMP_CMDLINE, "", 1);
	buf_release(&b);
}

TEST(a_changed_image_is_noticed)
{
	static const struct {
		size_t at;
		const char *which;
	} cases[] = {
		{ 0x15000, "contents (PLD)" },
		{ 0x2bfff, "contents (PLD)" },
		{ 0x2c000 + 136 + 5, "tweaks (TLD)" },
		{ 0x140e0, "contents (PLD)" },
		{ 0x14120, "addresses (ALD)" },
		{ 0x14160, "tweaks (TLD)" },
	};
	struct seimage img;
	struct buf b;
	char text[96];

	set_up();
	make(&b);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b.p[cases[i].at] ^= 1;
		EQ_INT(seimage_parse(b.p, b.len, &img, &e), 0);
		EQ_INT(seimage_check(&img, &e), -1);
		EQ_INT(e.code, ERR_DENIED);
		snprintf(text, sizeof(text),
		    "SE image: the %s of its pages are not those of the header",
		    cases[i].which);
		EQ_STR(e.msg, text);
		b.p[cases[i].at] ^= 1;
	}
	b.p[0x14037] ^= 1;
	EQ_INT(seimage_parse(b.p, b.len, &img, &e), 0);
	EQ_INT(seimage_check(&img, &e), -1);
	EQ_STR(e.msg,
	    "SE image: 23 pages in its components, the header has 22");
	buf_release(&b);
}

TEST(malformed_images_are_refused_by_offset)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} cases[] = {
		{ 0xc013, 2,
		    "SE image: metadata version 2 at offset 0xc010, known is "
		    "1" },
		{ 0xc00e, 0x50,
		    "SE image: metadata at offset 0xc000: no header at offset "
		    "0x15000" },
		{ 0xc01a, 0xd0,
		    "SE image: no IPL parameter block for the header at offset "
		    "0x2d000" },
		{ 0x2c000 + 119, 5,
		    "SE image: no IPL parameter block for the header at offset "
		    "0x2c000" },
		{ 0x2c000 + 136 + 15, 1,
		    "SE image: component at 0x15001: not at a page, or not "
		    "above what precedes it" },
		{ 0x2c000 + 160 + 13, 1,
		    "SE image: component at 0x18000: not at a page, or not "
		    "above what precedes it" },
		{ 0x2c000 + 136 + 16, 1,
		    "SE image: component of 0x100000000013000 bytes at 0x15000 "
		    "goes beyond the end" },
		{ 0x1400a, 9,
		    "at 0x14000: SE header: version 0x900 at offset 0x8, known "
		    "is 0x100" },
	};
	struct seimage img;
	struct buf b;

	set_up();
	make(&b);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t old = b.p[cases[i].at];

		b.p[cases[i].at] = cases[i].value;
		EQ_INT(seimage_parse(b.p, b.len, &img, &e), -1);
		EQ_STR(e.msg, cases[i].text);
		b.p[cases[i].at] = old;
	}
	for (size_t i = 0; i < b.len; i += 509)
		EQ_INT(seimage_parse(b.p, i, &img, &e), -1);
	buf_release(&b);
}

static void
refused(const char *text)
{
	EQ_INT(sebuild_check(&build, &e), -1);
	EQ_STR(e.msg, text);
	set_up();
}

TEST(parts_that_make_no_image_are_refused)
{
	static char line[1000];

	set_up();
	memcpy(kernel, "\177ELF", 4);
	refused("kernel: an ELF file; the raw image (bzImage) is needed");
	kernel[0x10008] = 's';
	refused("kernel: not for s390x: no S390EP at offset 0x10008");
	build.kernel = span_of(kernel, 0x10437);
	refused("kernel: truncated at offset 0x10437: no size of its command "
		"line at 0x10430");
	memset(line, 'x', sizeof(line));
	build.cmdline = span_of(line, 895);
	EQ_INT(sebuild_check(&build, &e), 0);
	build.cmdline = span_of(line, 896);
	refused("command line of 897 bytes with its NUL: this kernel takes "
		"896");
	kernel[0x10436] = 4;
	build.cmdline = span_of(line, 896);
	EQ_INT(sebuild_check(&build, &e), 0);
	set_up();
	build.cmdline = span_of("a\0b", 3);
	refused("command line: a NUL at offset 1, before its end");
	build.stage3a = span_of(stage3a, 24);
	refused("stage3a of 24 bytes: not a boot loader");
	build.stage3b = span_of(stage3b, 64);
	refused("stage3b of 64 bytes: not a boot loader");
	build.n_hosts = 0;
	refused("0 host keys, not 1 to 95");
	build.scf = SEHDR_SCF_EXTENSION_SECRET | SEHDR_SCF_CCK_UPDATE;
	refused("the CCK cannot both be updated and guard secrets (SCF bits 1 "
		"and 2)");
}

TEST(derived_keys_depend_on_seed_and_parts)
{
	uint8_t seed[SEKEYS_SEED_MIN] = { 1 }, context[2][SHA2_512_LEN];
	struct sekeys a, b;

	set_up();
	sebuild_context(&build, context[0]);
	EQ_INT(sekeys_from_seed(seed, sizeof(seed), context[0], &a, &e), 0);
	EQ_INT(sekeys_from_seed(seed, sizeof(seed), context[0], &b, &e), 0);
	EQ_MEM(&a, &b, sizeof(a));
	for (int i = 0; i < 8; i++) {
		set_up();
		kernel[9] ^= i == 0;
		ramdisk[9] ^= i == 1;
		stage3a[9] ^= i == 2;
		stage3b[9] ^= i == 3;
		build.pcf ^= i == 4;
		build.scf ^= i == 5;
		build.n_hosts -= i == 6;
		build.has_cmdline = i != 7;
		sebuild_context(&build, context[1]);
		OK(memcmp(context[0], context[1], SHA2_512_LEN) != 0);
		EQ_INT(sekeys_from_seed(seed, sizeof(seed), context[1], &b, &e),
		    0);
		OK(memcmp(a.header_key, b.header_key, 32) != 0);
		OK(memcmp(a.iv, b.iv, 12) != 0);
	}
	EQ_INT(sekeys_from_seed(seed, 31, context[0], &a, &e), -1);
	EQ_STR(e.msg, "a seed of 31 bytes: it must have 32 at least");
}

TAP_MAIN
