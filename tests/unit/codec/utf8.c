#include "codec/utf8.h"
#include "tests/lib/tap.h"

TEST(reads_and_writes_every_length)
{
	static const struct {
		const char *s;
		uint32_t c;
	} rows[] = {
		{ "A", 'A' },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].s);
		char dst[UTF8_LEN_MAX];
		uint32_t c = 0;

		EQ_INT(utf8_get(rows[i].s, len, &c), len);
		EQ_INT(c, rows[i].c);
		EQ_INT(utf8_put(c, dst), len);
		EQ_MEM(dst, rows[i].s, len);
		EQ_INT(utf8_get(rows[i].s, len - 1, &c), 0);
	}
}

TEST(refuses_what_is_none)
{
	static const char *const rows[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xff", "\xc2", "\xc2 ", "\xe2\x82",
		"\xe2\x82 ", "\xf0\x90\x80" };
	char dst[UTF8_LEN_MAX];
	uint32_t c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(utf8_get(rows[i], strlen(rows[i]), &c), 0);
		OK(!utf8_valid(rows[i], strlen(rows[i])));
	}
	EQ_INT(utf8_get("", 0, &c), 0);
	EQ_INT(utf8_put(0xd800, dst), 0);
	EQ_INT(utf8_put(0xdfff, dst), 0);
	EQ_INT(utf8_put(0x110000, dst), 0);
}

TEST(judges_whole_texts)
{
	OK(utf8_valid("", 0));
	OK(utf8_valid("a\0b", 3));
	OK(utf8_valid("gr\xc3\xbc\xc3\x9f\x65", 7));
	OK(!utf8_valid("gr\xc3\xbc\xc3", 5));
}

TAP_MAIN
