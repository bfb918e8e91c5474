#include <math.h>

#include "codec/toml_scalar.h"
#include "tests/lib/tap.h"

TEST(reads_integers)
{
	static const struct {
		const char *s;
		int64_t i;
	} rows[] = {
		{ "0", 0 },
		{ "+0", 0 },
		{ "-0", 0 },
		{ "+99", 99 },
		{ "-17", -17 },
		{ "1_000_000", 1000000 },
		{ "1_2_3", 123 },
		{ "0xDEADBEEF", 0xdeadbeef },
		{ "0xdead_beef", 0xdeadbeef },
		{ "0o0755", 0755 },
		{ "0b1101_0110", 0xd6 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
		{ "0x7fffffffffffffff", INT64_MAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct toml_node n;

		OK(toml_scalar_read(rows[i].s, strlen(rows[i].s), &n) == NULL);
		EQ_INT(n.type, TOML_INTEGER);
		EQ_INT(n.u.i, rows[i].i);
	}
}

TEST(reads_floats_and_booleans)
{
	static const struct {
		const char *s;
		double d;
	} rows[] = {
		{ "+1.0", 1 },
		{ "3.5", 3.5 },
		{ "-0.01", -0.01 },
		{ "5e+22", 5e22 },
		{ "1e06", 1e6 },
		{ "-2E-2", -0.02 },
		{ "6.626e-34", 6.626e-34 },
		{ "224_617.445_991", 224617.445991 },
		{ "-inf", -(double)INFINITY },
	};
	struct toml_node n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		OK(toml_scalar_read(rows[i].s, strlen(rows[i].s), &n) == NULL);
		EQ_INT(n.type, TOML_FLOAT);
		OK(n.u.d == rows[i].d);
	}
	OK(toml_scalar_read("nan", 3, &n) == NULL && isnan(n.u.d));
	OK(toml_scalar_read("true", 4, &n) == NULL && n.u.b);
	OK(toml_scalar_read("false", 5, &n) == NULL && !n.u.b);
	EQ_INT(n.type, TOML_BOOL);
}

TEST(reads_dates)
{
	static const char *const rows[] = { "1979-05-27T07:32:00Z",
		"1979-05-27T00:32:00-07:00", "1979-05-27t00:32:00.999999z",
		"1979-05-27 07:32:00Z", "1979-05-27T07:32:00",
		"1979-05-27T00:32:00.5", "1979-05-27", "07:32:00",
		"00:32:00.999999", "2024-02-29", "2000-02-29",
		"1990-12-31T23:59:60Z" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct toml_node n;

		OK(toml_scalar_read(rows[i], strlen(rows[i]), &n) == NULL);
		EQ_INT(n.type, TOML_DATETIME);
		EQ_INT(n.u.text.len, strlen(rows[i]));
	}
}

TEST(refuses_everything_else)
{
	static const char *const rows[] = { "", "x", "True", "TRUE", "Inf",
		"--1", "+-1", "01", "-01", "+", "-", "1_", "_1", "1__0", "0x",
		"0x_1", "0xg", "-0x1", "+0b1", "0o8", "0b2", "1.", ".1", "1.e1",
		"1e", "1e+", "1._1", "1_.1", "1e1_", "01.5", "1.5.5", "1e1.5",
		"9223372036854775808", "-9223372036854775809",
		"0x8000000000000000", "1979-13-01", "1979-00-01", "1979-01-32",
		"2023-02-29", "1900-02-29", "1979-1-1", "1979-05-27T",
		"1979-05-27T07:32", "1979-05-27T25:00:00", "24:00:00",
		"07:60:00", "07:32:61", "07:32:00.", "07:32:00Z", "07:32",
		"1979-05-27T07:32:00+24:00", "1979-05-27T07:32:00+7:00",
		"1979-05-27X07:32:00",
		"11111111111111111111111111111111111111111111111111111111111111"
		"111.0" };
	struct toml_node n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (toml_scalar_read(rows[i], strlen(rows[i]), &n) == NULL)
			EQ_STR(rows[i], "refused");
	}
	OK(toml_scalar_read("1\0002", 3, &n) != NULL);
}

TEST(takes_what_may_be_one_value)
{
	static const struct {
		const char *s;
		size_t len;
	} rows[] = {
		{ "1,2", 1 },
		{ "1]", 1 },
		{ "1 # c", 1 },
		{ "1979-05-27 # c", 10 },
		{ "1979-05-27 07:32:00]", 19 },
		{ "1979-05-27 0", 10 },
		{ "", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(
		    toml_scalar_len(rows[i].s, rows[i].s + strlen(rows[i].s)),
		    rows[i].len);
}

TAP_MAIN
