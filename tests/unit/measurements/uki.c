#include "measurements/format/uki.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/ukifw.h"

static struct ukifw f;
static struct uki u;
static struct err e;

static int
parse(void)
{
	return uki_parse(f.b, f.len, &u, &e);
}

static const char *
measured(void)
{
	static char s[128];

	s[0] = '\0';
	for (size_t i = 0; i < u.n; i++)
		strcat(s, u.measured[i]->name);
	return s;
}

/* A UKI with every section that is allowed, in another order. */
static void
fill(void)
{
	ukifw_text(&f, ".sbat", "s");
	ukifw_text(&f, ".pcrsig", "{}");
	ukifw_text(&f, ".pcrpkey", "key");
	ukifw_text(&f, ".uname", "6");
	ukifw_text(&f, ".osrel", "ID=x\n");
	ukifw_text(&f, ".initrd", "rd123");
	ukifw_text(&f, ".cmdline", "quiet x");
	ukifw_text(&f, ".linux", "kernel");
}

TEST(measures_the_sections_that_the_stub_names)
{
	ukifw_stub(&f, "252.39-1~deb12u2", UKIFW_NAMES_252);
	fill();
	EQ_INT(parse(), 0);
	EQ_INT(u.stub, 252);
	EQ_STR(u.stub_name, "252.39-1~deb12u2");
	EQ_STR(measured(), ".linux.osrel.cmdline.initrd.pcrpkey");
	OK(!u.adds_osrel && !u.measures_cc && !u.measures_smbios);
	ukifw_stub(&f, "257.13", UKIFW_NAMES_257);
	fill();
	EQ_INT(parse(), 0);
	EQ_STR(measured(), ".linux.osrel.cmdline.initrd.uname.sbat.pcrpkey");
	OK(u.adds_osrel);
}

TEST(knows_how_the_stub_starts_the_kernel)
{
	ukifw_stub(&f, "257", UKIFW_NAMES_257);
	fill();
	EQ_INT(parse(), 0);
	OK(uki_loads_kernel(&u, false) && !uki_loads_kernel(&u, true));
	ukifw_stub(&f, "258~rc1", UKIFW_NAMES_257);
	fill();
	EQ_INT(parse(), 0);
	OK(!uki_loads_kernel(&u, false));
}

TEST(finds_the_protocol_of_a_td_whole_or_in_halves)
{
	static const char guid[] = "\x3d\x1a\x75\x96\xf4\x72\xa6\x41"
				   "\xa7\x94\xed\x5d\x0e\x67\xae\x6b";

	ukifw_stub(&f, "262", UKIFW_NAMES_257);
	ukifw_add(&f, ".text", guid, 16);
	fill();
	EQ_INT(parse(), 0);
	OK(u.measures_cc);
	ukifw_stub(&f, "262", UKIFW_NAMES_257);
	ukifw_add(&f, ".text", guid + 8, 8);
	ukifw_add(&f, ".data", guid, 8);
	fill();
	EQ_INT(parse(), 0);
	OK(u.measures_cc);
	/* In the kernel it says nothing about the stub. */
	ukifw_stub(&f, "262", UKIFW_NAMES_257);
	ukifw_add(&f, ".linux", guid, 16);
	EQ_INT(parse(), 0);
	OK(!u.measures_cc);
}

TEST(combines_the_initrd_as_the_stub_does)
{
	static const char entry[] =
	    "0707010000000200008124000000000000000000000001000000000000000"
	    "5000000000000000000000000000000000000001200000000"
	    ".extra/os-release\0ID=x\n\0\0\0";
	struct buf b;

	buf_init(&b, 4096);
	ukifw_stub(&f, "252", UKIFW_NAMES_252);
	ukifw_text(&f, ".initrd", "rd123");
	ukifw_text(&f, ".osrel", "ID=x\n");
	ukifw_text(&f, ".linux", "k");
	EQ_INT(parse(), 0);
	EQ_INT(uki_initrd(&u, &b, &e), 0);
	EQ_INT(b.len, 5);
	EQ_MEM(b.p, "rd123", 5);
	buf_clear(&b);
	ukifw_stub(&f, "257", UKIFW_NAMES_257);
	ukifw_text(&f, ".initrd", "rd123");
	ukifw_text(&f, ".osrel", "ID=x\n");
	ukifw_text(&f, ".linux", "k");
	EQ_INT(parse(), 0);
	EQ_INT(uki_initrd(&u, &b, &e), 0);
	/* padded, a folder of 120 bytes, the file, the end of 124 */
	EQ_INT(b.len, 8 + 120 + sizeof(entry) - 1 + 124);
	EQ_MEM(b.p, "rd123\0\0\0", 8);
	EQ_MEM(b.p + 8 + 120, entry, sizeof(entry) - 1);
	buf_release(&b);
}

TEST(hands_on_a_plain_command_line)
{
	static const struct {
		const char *cmdline;
		int rc;
	} rows[] = {
		{ "console=ttyS0 quiet", 0 },
		{ "a\n", -1 },
		{ " a", -1 },
		{ "a ", -1 },
		{ "a\tb", -1 },
		{ "\xc3\xa9", -1 },
	};
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_init(&b, 4096);
		ukifw_stub(&f, "252", UKIFW_NAMES_252);
		ukifw_text(&f, ".cmdline", rows[i].cmdline);
		ukifw_text(&f, ".linux", "k");
		EQ_INT(parse(), 0);
		EQ_INT(uki_options(&u, &b, &e), rows[i].rc);
		if (rows[i].rc == 0)
			EQ_INT(b.len, 2 * (strlen(rows[i].cmdline) + 1));
		buf_release(&b);
	}
	buf_init(&b, 4096);
	ukifw_stub(&f, "252", UKIFW_NAMES_252);
	ukifw_text(&f, ".linux", "k");
	EQ_INT(parse(), 0);
	EQ_INT(uki_options(&u, &b, &e), -1);
	buf_release(&b);
}

TEST(hashes_zeros_behind_the_file_s_part)
{
	uint8_t want[SHA2_256_LEN], got[SHA2_256_LEN], memory[0x500] = "abc";
	struct sha2 h;

	ukifw_stub(&f, "252", UKIFW_NAMES_252);
	ukifw_text(&f, ".linux", "abc");
	/* Larger in memory than in the file. */
	le_put32(f.b + UKIFW_TABLE + 2 * 40 + 8, sizeof(memory));
	EQ_INT(parse(), 0);
	sha2_init(&h, SHA2_256);
	uki_section_hash(u.measured[0], &h);
	sha2_final(&h, got);
	sha2_digest(SHA2_256, memory, sizeof(memory), want);
	EQ_MEM(got, want, sizeof(want));
}

TEST(takes_a_kernel_for_one_with_all_built_in)
{
	ukifw_begin(&f);
	ukifw_text(&f, ".text", "code");
	EQ_INT(parse(), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	memcpy(f.b + 0x202, "HdrS", 4);
	EQ_INT(parse(), 0);
	EQ_INT(u.stub, 0);
	EQ_INT(u.n, 0);
	OK(!uki_loads_kernel(&u, false));
}

TEST(refuses_what_it_could_not_predict)
{
	static const char *const sections[] = { ".profile", ".dtbauto",
		".hwids", ".efifw" };

	for (int i = 0; i < 4; i++) {
		ukifw_stub(&f, "257", UKIFW_NAMES_257);
		fill();
		ukifw_text(&f, sections[i], "x");
		EQ_INT(parse(), -1);
		EQ_INT(e.code, ERR_UNSUPPORTED);
	}
	ukifw_stub(&f, "251.4", UKIFW_NAMES_252);
	fill();
	EQ_INT(parse(), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	ukifw_stub(&f, "x", UKIFW_NAMES_252);
	fill();
	EQ_INT(parse(), -1);
	ukifw_stub(&f, "252", "no names");
	fill();
	EQ_INT(parse(), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	ukifw_begin(&f);
	fill();
	EQ_INT(parse(), -1); /* no .sdmagic */
	EQ_INT(e.code, ERR_UNSUPPORTED);
	EQ_INT(uki_parse("MZ", 2, &u, &e), -1);
}

TAP_MAIN
