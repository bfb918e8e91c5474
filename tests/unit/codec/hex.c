#include "codec/hex.h"
#include "tests/lib/tap.h"

TEST(writes_lower_case)
{
	const uint8_t bytes[] = { 0x00, 0x0f, 0xa5, 0xff };
	char text[HEX_SIZE(sizeof(bytes))];

	hex_encode(bytes, sizeof(bytes), text);
	EQ_STR(text, "000fa5ff");
	hex_encode(bytes, 0, text);
	EQ_STR(text, "");
}

/* RFC 4648, 10. */
TEST(rfc_4648_vectors)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "f", "66" },
		{ "fo", "666f" },
		{ "foo", "666f6f" },
		{ "foob", "666f6f62" },
		{ "fooba", "666f6f6261" },
		{ "foobar", "666f6f626172" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i][0]);
		uint8_t bytes[8];
		char text[32];

		hex_encode(rows[i][0], len, text);
		EQ_STR(text, rows[i][1]);
		EQ_INT(hex_decode(text, strlen(text), bytes, len), 0);
		EQ_MEM(bytes, rows[i][0], len);
	}
}

TEST(reads_either_case)
{
	uint8_t b[3];

	EQ_INT(hex_decode("aBcDeF", 6, b, 3), 0);
	EQ_MEM(b, "\xab\xcd\xef", 3);
}

TEST(refuses_other_characters_and_lengths)
{
	static const char *const bad[] = { "0", "000", "0g", "g0", " 0", "0 ",
		"0x", "00\n", "0000", "", ":0", "/0", "@0", "G0", "`0" };
	uint8_t b[1] = { 0x77 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EQ_INT(hex_decode(bad[i], strlen(bad[i]), b, 1), -1);
	EQ_INT(hex_decode("1\0", 2, b, 1), -1);
	EQ_INT(b[0], 0x77);
}

TEST(every_byte_comes_back)
{
	uint8_t in[256], out[256];
	char text[HEX_SIZE(256)];

	for (int i = 0; i < 256; i++)
		in[i] = (uint8_t)i;
	hex_encode(in, sizeof(in), text);
	EQ_INT(hex_decode(text, strlen(text), out, sizeof(out)), 0);
	EQ_MEM(in, out, sizeof(in));
}

TAP_MAIN
