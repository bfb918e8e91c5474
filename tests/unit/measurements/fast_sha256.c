#include "measurements/format/fast_sha256.h"
#include "tests/lib/tap.h"

enum {
	MAX = 1000
};

static uint8_t bytes[MAX + 1];

static void
fill(void)
{
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 167 + (i >> 3));
}

TEST(is_sha256_of_every_length)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];

	if (!fast_sha256_available())
		SKIP("no SHA instructions here");
	fill();
	for (size_t len = 0; len <= MAX; len++) {
		sha2_digest(SHA2_256, bytes + 1, len, want);
		fast_sha2_digest(SHA2_256, bytes + 1, len, got);
		EQ_INT(memcmp(want, got, SHA2_256_LEN), 0);
	}
}

TEST(pieces_may_be_cut_anywhere)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];
	struct sha2 h;

	bool fast = fast_sha256_available();

	fill();
	sha2_digest(SHA2_256, bytes, MAX, want);
	for (size_t cut = 0; cut <= MAX; cut += 13) {
		sha2_init(&h, SHA2_256);
		fast_sha2_update(&h, fast, bytes, cut);
		fast_sha2_update(&h, fast, bytes + cut, MAX - cut);
		sha2_final(&h, got);
		EQ_INT(memcmp(want, got, SHA2_256_LEN), 0);
	}
}

TEST(other_algorithms_are_as_ever)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];

	fill();
	sha2_digest(SHA2_384, bytes, MAX, want);
	fast_sha2_digest(SHA2_384, bytes, MAX, got);
	EQ_INT(memcmp(want, got, SHA2_384_LEN), 0);
}

TEST(nothing_of_nothing)
{
	/* FIPS 180-4 test vectors, SHA-256 of the empty message. */
	static const uint8_t want[4] = { 0xe3, 0xb0, 0xc4, 0x42 };
	uint8_t got[SHA2_256_LEN];

	fast_sha2_digest(SHA2_256, NULL, 0, got);
	EQ_INT(memcmp(want, got, sizeof(want)), 0);
}

TAP_MAIN
