#include "base/str.h"
#include "tests/lib/tap.h"

TEST(compares_beginnings_and_ends)
{
	OK(str_eq("", ""));
	OK(!str_eq("a", "ab"));
	OK(str_starts("abc", "ab"));
	OK(str_starts("abc", ""));
	OK(!str_starts("ab", "abc"));
	OK(str_ends("abc", "bc"));
	OK(str_ends("abc", ""));
	OK(!str_ends("bc", "abc"));
	OK(!str_ends("abc", "ab"));
}

TEST(quotes_foreign_text)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ NULL, "''" },
		{ "", "''" },
		{ "plain text", "'plain text'" },
		{ "it's", "'it\\'s'" },
		{ "a\\b", "'a\\\\b'" },
		{ "a\nb\x1b[2J", "'a\\x0ab\\x1b[2J'" },
		{ "\x7f\xff", "'\\x7f\\xff'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_STR(STR_QUOTED(rows[i].in), rows[i].out);
}

TEST(cuts_long_text)
{
	char big[300];

	for (size_t n = 0; n < sizeof(big) - 1; n++) {
		struct str_shown shown;

		memset(big, n % 2 == 0 ? 'x' : 1, n);
		big[n] = '\0';
		shown = str_quote(big);
		OK(strlen(shown.s) < STR_SHOWN);
		OK(shown.s[0] == '\'');
		OK(str_ends(shown.s, "'"));
		EQ_INT(str_ends(shown.s, "...'"),
		    n * (n % 2 == 0 ? 1 : 4) > STR_SHOWN - 6);
	}
}

TEST(reads_unsigned_numbers)
{
	static const struct {
		const char *s;
		uint64_t max;
		int rc;
		uint64_t v;
	} rows[] = {
		{ "0", 0, 0, 0 },
		{ "00", 9, 0, 0 },
		{ "255", 255, 0, 255 },
		{ "256", 255, -1, 0 },
		{ "0xff", 255, 0, 255 },
		{ "0XFf", 255, 0, 255 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -1, 0 },
		{ "0xffffffffffffffff", UINT64_MAX, 0, UINT64_MAX },
		{ "0x10000000000000000", UINT64_MAX, -1, 0 },
		{ "", 9, -1, 0 },
		{ "0x", 9, -1, 0 },
		{ " 1", 9, -1, 0 },
		{ "1 ", 9, -1, 0 },
		{ "+1", 9, -1, 0 },
		{ "-1", 9, -1, 0 },
		{ "1a", 99, -1, 0 },
		{ "0xg", 99, -1, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 77;

		EQ_INT(str_u64(rows[i].s, rows[i].max, &v), rows[i].rc);
		OK(v == (rows[i].rc == 0 ? rows[i].v : 77));
	}
}

TEST(reads_signed_numbers)
{
	static const struct {
		const char *s;
		int64_t min, max;
		int rc;
		int64_t v;
	} rows[] = {
		{ "-1", -1, 1, 0, -1 },
		{ "-2", -1, 1, -1, 0 },
		{ "2", -1, 1, -1, 0 },
		{ "-0", 0, 0, 0, 0 },
		{ "-0x10", -16, 0, 0, -16 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, -1, 0 },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, -1, 0 },
		{ "-", -9, 9, -1, 0 },
		{ "--1", -9, 9, -1, 0 },
		{ "", -9, 9, -1, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t v = 77;

		EQ_INT(str_i64(rows[i].s, rows[i].min, rows[i].max, &v),
		    rows[i].rc);
		OK(v == (rows[i].rc == 0 ? rows[i].v : 77));
	}
}

TEST(copies_and_formats_what_fits)
{
	char dst[4] = "zzz";

	EQ_INT(str_copy(dst, sizeof(dst), "abc"), 0);
	EQ_STR(dst, "abc");
	EQ_INT(str_copy(dst, sizeof(dst), "abcd"), -1);
	EQ_STR(dst, "");
	EQ_INT(str_copy(dst, 0, ""), -1);
	EQ_INT(str_format(dst, sizeof(dst), "%d", 123), 0);
	EQ_STR(dst, "123");
	EQ_INT(str_format(dst, sizeof(dst), "%d", 1234), -1);
	EQ_STR(dst, "");
}

TAP_MAIN
