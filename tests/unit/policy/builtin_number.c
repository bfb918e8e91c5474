#include "tests/lib/builtin.h"

TEST(arithmetic_and_bits)
{
	static const struct builtin_row rows[] = {
		{ "1 + 2", "3" },
		{ "9223372036854775807 + 1", "9223372036854775808" },
		{ "0.1 + 0.2", "0.3" },
		{ "7 / 2", "3.5" },
		{ "1 / 0", "undefined" },
		{ "-7 % 3", "-1" },
		{ "5.5 % 2", "undefined" },
		{ "bits.and(12, 10)", "8" },
		{ "bits.or(18446744073709551616, 1)", "18446744073709551617" },
		{ "bits.xor(-1, 255)", "-256" },
		{ "bits.negate(128)", "-129" },
		{ "bits.lsh(1, 100)", "1267650600228229401496703205376" },
		{ "bits.lsh(1, -1)", "undefined" },
		{ "bits.rsh(-5, 1)", "-3" },
		{ "bits.lsh(1, 99999999)", "limit_number" },
		{ "numbers.range(3, 1)", "[3,2,1]" },
		{ "numbers.range_step(0, 7, 3)", "[0,3,6]" },
		{ "numbers.range_step(0, 7, 0)", "undefined" },
		{ "numbers.range(1, 10000000)", "limit_items" },
		{ "format_int(255, 16)", "\"ff\"" },
		{ "format_int(-5.9, 2)", "\"-101\"" },
		{ "format_int(1, 3)", "undefined" },
		{ "abs(-1.50)", "1.5" },
		/* -0 is an integer; a fraction beyond 64 bits is none. */
		{ "[5, 6][0 / -2]", "5" },
		{ "substring(\"ab\", 0 / -2, 1)", "\"a\"" },
		{ "bits.or(0 / -2, 1)", "1" },
		{ "bits.and(2, 12345678901234567890.5)", "2" },
		{ "12345678901234567890.5 % 7", "1" },
		{ "bits.or(0, 1000000000000000000.01)", "1000000000000000000" },
		{ "bits.or(0, 999999999999999999.99)", "1000000000000000000" },
		{ "bits.and(2, 1.5)", "undefined" },
		{ "floor(0.99999999999999999999999)", "1" },
		{ "format_int(0.00000000000000000012345678901234567890, 10)",
		    "\"0\"" },
		{ "round(2.5)", "3" },
		{ "to_number(\"+5\")", "5" },
		{ "to_number(\".5\")", "0.5" },
		{ "to_number(\"007\")", "7" },
		{ "to_number(\"0x1p-2\")", "0.25" },
		{ "to_number(\" 5\")", "undefined" },
		{ "to_number(\"inf\")", "undefined" },
		{ "to_number(\"1e400\")", "undefined" },
		{ "to_number(null)", "0" },
		{ "rand.intn(\"a\", 0)", "0" },
		{ "count({r | numbers.range(1, 20)[_]; r := rand.intn(\"k\", "
		  "1000)})",
		    "1" },
	};

	BUILTIN_ROWS(rows);
}

TAP_MAIN
