#include <string.h>

#include "measurements/format/lzma.h"
#include "tests/lib/tap.h"

/* By another implementation: the text six times, 0 to 63, 300 zeros, text. */
static const uint8_t packed[] = {
	0x5d,
	0x00,
	0x00,
	0x01,
	0x00,
	0x66,
	0x02,
	0x00,
	0x00,
	0x00,
	0x00,
	0x00,
	0x00,
	0x00,
	0x33,
	0x1a,
	0x4a,
	0xab,
	0x8e,
	0x77,
	0xd7,
	0xeb,
	0x72,
	0x52,
	0x7e,
	0xdb,
	0x66,
	0x10,
	0x03,
	0x48,
	0x22,
	0x22,
	0xd1,
	0x42,
	0xae,
	0xc6,
	0xa4,
	0x62,
	0xdb,
	0x79,
	0x19,
	0xf9,
	0x80,
	0x54,
	0x4e,
	0xac,
	0x43,
	0x92,
	0x1b,
	0x3f,
	0x97,
	0xda,
	0x6b,
	0x0d,
	0x18,
	0x00,
	0x10,
	0xf4,
	0x00,
	0xb8,
	0xe5,
	0x19,
	0xc2,
	0x77,
	0x54,
	0x04,
	0xed,
	0xbf,
	0xe4,
	0x3e,
	0x01,
	0x96,
	0x33,
	0x5d,
	0x5a,
	0x2f,
	0x0a,
	0x15,
	0x6f,
	0xa9,
	0x04,
	0xb3,
	0xe2,
	0x7d,
	0x44,
	0x9d,
	0x5a,
	0x28,
	0x4c,
	0x76,
	0x19,
	0x32,
	0xc7,
	0x9d,
	0x72,
	0x10,
	0x71,
	0x81,
	0x5d,
	0x18,
	0x83,
	0x22,
	0x48,
	0x73,
	0xbf,
	0x5f,
	0x50,
	0x05,
	0x8d,
	0x7b,
	0x76,
	0x41,
	0x40,
	0x83,
	0xf8,
	0x7b,
	0x99,
	0x70,
	0x2a,
	0x57,
	0x5b,
	0x52,
	0xc5,
	0x73,
	0xff,
	0xff,
	0x2d,
	0xae,
	0x00,
	0x00,
};
static const char text[] = "firmware volumes are packed with LZMA; ";
static struct buf out;
static struct err e;

static int
decode(const uint8_t *p, size_t len, size_t limit)
{
	uint8_t *copy = calloc(1, len ? len : 1);
	struct span s = span_of(copy, len);
	int rc;

	memcpy(copy, p, len);
	buf_release(&out);
	buf_init(&out, limit);
	rc = lzma_decode(&s, &out, &e);
	free(copy);
	return rc;
}

TEST(unpacks_literals_matches_and_repetitions)
{
	EQ_INT(decode(packed, sizeof(packed), 4096), 0);
	EQ_INT(out.len, 6 * 39 + 64 + 300 + 16);
	EQ_MEM(out.p, text, 39);
	EQ_MEM(out.p + 5 * 39, text, 39);
	for (int i = 0; i < 64; i++)
		EQ_INT(out.p[6 * 39 + i], i);
	OK(out.p[6 * 39 + 64 + 299] == 0);
	EQ_MEM(out.p + 6 * 39 + 64 + 300, text, 16);
	buf_release(&out);
}

TEST(refuses_a_cut_off_or_damaged_stream)
{
	uint8_t b[sizeof(packed)];

	for (size_t len = 0; len < sizeof(packed) - 8; len++)
		EQ_INT(decode(packed, len, 4096), -1);
	/* A flipped bit never reads or writes beyond; most are noticed. */
	for (size_t i = 13; i < sizeof(packed); i++) {
		memcpy(b, packed, sizeof(b));
		b[i] ^= 0x40;
		decode(b, sizeof(b), 4096);
	}
	buf_release(&out);
}

TEST(refuses_other_properties_and_sizes)
{
	uint8_t b[sizeof(packed)];

	memcpy(b, packed, sizeof(b));
	b[0] = 225;
	EQ_INT(decode(b, sizeof(b), 4096), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	b[0] = 4 + 9; /* lc 4, lp 1: one too many */
	EQ_INT(decode(b, sizeof(b), 4096), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	memcpy(b, packed, sizeof(b));
	memset(b + 5, 0xff, 8);
	EQ_INT(decode(b, sizeof(b), 4096), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	EQ_INT(decode(packed, sizeof(packed), 6 * 39 + 64 + 300 + 16), 0);
	EQ_INT(decode(packed, sizeof(packed), 6 * 39 + 64 + 300 + 15), -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&out);
}

TAP_MAIN
