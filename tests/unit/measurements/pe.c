#include "measurements/format/pe.h"
#include "base/err.h"
#include "measurements/format/le.h"
#include "measurements/format/limits.h"
#include "tests/lib/tap.h"

enum {
	PE_AT = 0x80,
	OPT = PE_AT + 24,
	HEADERS = 0x200,
	LEN = 0x900
};

static uint8_t b[LEN];
static struct err e;

static void
section(int i, uint32_t at, uint32_t len)
{
	uint8_t *s = b + OPT + 240 + 40 * i;

	le_put32(s + 16, len);
	le_put32(s + 20, at);
}

/* PE32+, sections at 0x600+0x200 and 0x200+0x300, 0x100 bytes after them. */
static void
build(void)
{
	for (size_t i = 0; i < LEN; i++)
		b[i] = (uint8_t)(i * 13 + i / 256);
	memcpy(b, "MZ", 2);
	le_put32(b + 0x3c, PE_AT);
	memcpy(b + PE_AT, "PE\0", 4);
	le_put16(b + PE_AT + 6, 2);
	le_put16(b + PE_AT + 20, 240);
	le_put16(b + OPT, 0x20b);
	le_put32(b + OPT + 60, HEADERS);
	le_put32(b + OPT + 108, 16);
	le_put32(b + OPT + 112 + 36, 0x80);
	section(0, 0x600, 0x200);
	section(1, 0x200, 0x300);
}

static int
hash(size_t len, uint8_t *ret)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	memcpy(copy, b, len);
	rc = pe_hash(copy, len, SHA2_384, ret, &e);
	free(copy);
	return rc;
}

TEST(hashes_what_edk2_does)
{
	uint8_t got[SHA2_384_LEN], want[SHA2_384_LEN];
	struct sha2 h;

	build();
	EQ_INT(hash(LEN, got), 0);
	sha2_init(&h, SHA2_384);
	sha2_update(&h, b, OPT + 64);
	sha2_update(&h, b + OPT + 68, 112 + 32 - 68);
	sha2_update(&h, b + OPT + 112 + 40, HEADERS - OPT - 112 - 40);
	sha2_update(&h, b + 0x200, 0x300);
	sha2_update(&h, b + 0x600, 0x200);
	/* After the sum of headers and sections, less the certificates. */
	sha2_update(&h, b + 0x700, LEN - 0x700 - 0x80);
	sha2_final(&h, want);
	EQ_MEM(got, want, sizeof(want));
}

TEST(checksum_and_certificates_do_not_count)
{
	uint8_t before[SHA2_384_LEN], after[SHA2_384_LEN];

	build();
	EQ_INT(hash(LEN, before), 0);
	b[OPT + 64] ^= 1;
	b[OPT + 112 + 32] ^= 1;
	b[LEN - 1] ^= 1;
	EQ_INT(hash(LEN, after), 0);
	EQ_MEM(before, after, sizeof(after));
	b[LEN - 0x81] ^= 1;
	EQ_INT(hash(LEN, after), 0);
	OK(memcmp(before, after, sizeof(after)) != 0);
}

TEST(an_image_without_the_directory_is_hashed_to_its_headers)
{
	uint8_t got[SHA2_384_LEN], want[SHA2_384_LEN];
	struct sha2 h;

	build();
	le_put32(b + OPT + 108, 4);
	EQ_INT(hash(LEN, got), 0);
	sha2_init(&h, SHA2_384);
	sha2_update(&h, b, OPT + 64);
	sha2_update(&h, b + OPT + 68, HEADERS - OPT - 68);
	sha2_update(&h, b + 0x200, 0x300);
	sha2_update(&h, b + 0x600, 0x200);
	sha2_update(&h, b + 0x700, LEN - 0x700);
	sha2_final(&h, want);
	EQ_MEM(got, want, sizeof(want));
}

TEST(refuses_images_that_cannot_be)
{
	static const struct {
		size_t off;
		uint32_t v;
		enum err_code code;
	} rows[] = {
		{ 0, 0, ERR_SYNTAX },
		{ 0x3c, LEN, ERR_SYNTAX },
		{ 0x3c, 0xffffffff, ERR_SYNTAX },
		{ PE_AT, 0, ERR_SYNTAX },
		{ OPT, 0x107, ERR_UNSUPPORTED },
		{ OPT + 60, LEN + 1, ERR_SYNTAX },
		{ OPT + 60, OPT, ERR_SYNTAX },
		{ PE_AT + 20, 100, ERR_SYNTAX },
		{ PE_AT + 20, 0xffff, ERR_SYNTAX },
		{ OPT + 240 + 16, LEN, ERR_SYNTAX },
		{ OPT + 240 + 20, 0xffffffff, ERR_SYNTAX },
		{ OPT + 112 + 36, 0x201, ERR_SYNTAX },
	};
	uint8_t digest[SHA2_384_LEN];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build();
		le_put32(b + rows[i].off, rows[i].v);
		EQ_INT(hash(LEN, digest), -1);
		EQ_INT(e.code, rows[i].code);
	}
	build();
	le_put16(b + PE_AT + 6, LIMIT_PE_SECTIONS + 1);
	EQ_INT(hash(LEN, digest), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(truncated_images_are_refused_up_to_their_certificates)
{
	uint8_t digest[SHA2_384_LEN];

	build();
	for (size_t len = 0; len < LEN; len++)
		EQ_INT(hash(len, digest), len < 0x800 ? -1 : 0);
}

TAP_MAIN
