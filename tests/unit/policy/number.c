#include "policy/number.h"
#include "tests/lib/tap.h"

static struct budget budget;
static struct heap heap;

static struct value
num(const char *s)
{
	return number_parse(&heap, s, strlen(s));
}

static const char *
text(struct value v)
{
	static char out[70000];
	char buf[NUMBER_INT_SIZE];
	const char *s;
	size_t n;

	if (!value_defined(v))
		return budget_name(budget_hit(&budget));
	s = number_text(v, buf, &n);
	snprintf(out, sizeof(out), "%.*s", (int)n, s);
	return out;
}

static void
fresh(void)
{
	struct heap_key key = { 3, 4 };

	heap_release(&heap);
	budget_init(&budget, 1000000000, 100);
	heap_init(&heap, 64 << 20, key, &budget);
}

typedef struct value op(struct heap *, struct value, struct value);

static void
check(op *f, const char *a, const char *b, const char *want)
{
	fresh();
	EQ_STR(text(f(&heap, num(a), num(b))), want);
}

TEST(text_survives)
{
	static const char *const rows[] = { "0", "-0", "1", "-1", "1.0", "1e2",
		"1E+2", "0.10", "9223372036854775807", "-9223372036854775808",
		"9223372036854775808", "123456789012345678901234567890",
		"0.000000000000000000000000000001" };

	fresh();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_STR(text(num(rows[i])), rows[i]);
	OK(value_is_int(num("9223372036854775807")));
	OK(value_is_int(num("-9223372036854775808")));
	OK(!value_is_int(num("9223372036854775808")));
	OK(!value_is_int(num("1.0")));
	heap_release(&heap);
}

TEST(what_is_no_number)
{
	static const char *const rows[] = { "", "-", "+1", "01", "1.", ".5",
		"1e", "1e+", "0x1", "1 ", " 1", "NaN", "Infinity", "1.5.2",
		"--1", "1_0" };

	fresh();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		OK(!value_defined(num(rows[i])));
	EQ_INT(budget_hit(&budget), BUDGET_OK);
	heap_release(&heap);
}

TEST(integers_are_exact)
{
	check(number_add, "9223372036854775807", "1", "9223372036854775808");
	check(number_sub, "-9223372036854775808", "1", "-9223372036854775809");
	check(number_mul, "4294967296", "4294967296", "18446744073709551616");
	check(number_add, "18446744073709551615", "-18446744073709551615", "0");
	check(number_sub, "18446744073709551615", "9223372036854775807",
	    "9223372036854775808");
	check(number_rem, "-7", "3", "-1");
	check(number_rem, "-9223372036854775808", "-1", "0");
	check(number_div, "-9223372036854775808", "-1", "9223372036854775808");
	check(number_add, "1.0", "2", "3");
}

TEST(beyond_64_bits_integers_are_rounded_as_by_opa)
{
	check(number_mul, "123456789012345678901234567890",
	    "-987654321098765432109876543210",
	    "-121932631137021795230000000000000000000000000000000000000000");
	check(number_rem, "100000000000000000000000000007",
	    "100000000000000000000000000000", "0");
	check(number_add, "18446744073709551615", "18446744073709551615",
	    "36893488147419103230");
	check(number_add, "18446744073709551617", "1", "18446744073709551616");
	check(number_mul, "9223372036854775807", "3", "27670116110564327420");
	fresh();
	EQ_STR(text(number_ceil(&heap, num("123456789012345678901234567890"))),
	    "123456789012345678899921813504");
	EQ_STR(text(number_abs(&heap, num("-123456789012345678901234567890"))),
	    "123456789012345678900000000000");
	heap_release(&heap);
}

TEST(fractions_are_those_of_64_bits)
{
	check(number_add, "0.1", "0.2", "0.3");
	check(number_sub, "0.3", "0.1", "0.20000000000000000002");
	check(number_mul, "0.1", "3", "0.3");
	check(number_div, "1", "3", "0.33333333333333333334");
	check(number_div, "2", "3", "0.6666666666666666667");
	check(number_div, "10", "4", "2.5");
	check(number_div, "1", "1000000", "1e-06");
	check(number_div, "1", "10000", "0.0001");
	check(number_div, "7000001", "2", "3.5000005e+06");
	check(number_div, "0", "5", "0");
	check(number_div, "0", "-5", "-0");
	check(number_mul, "1e300", "1e300",
	    "1" /* and 600 zeros */
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000000"
	    "000000000000000");
	check(number_mul, "1e-300", "1e-300", "9.9999999999999999994e-601");
}

TEST(rounding)
{
	static const struct {
		const char *v, *ceil, *floor, *round;
	} rows[] = {
		{ "1.5", "2", "1", "2" },
		{ "-1.5", "-1", "-2", "-2" },
		{ "2.4999999999", "3", "2", "2" },
		{ "2.0", "2", "2", "2" },
		{ "1e2", "100", "100", "100" },
		{ "7", "7", "7", "7" },
		{ "0.5", "1", "0", "1" },
		{ "12345678901234567890.5", "12345678901234567890",
		    "12345678901234567890", "12345678901234567890" },
		{ "1234567890123456789.5", "1234567890123456790",
		    "1234567890123456789", "1234567890123456790" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		EQ_STR(text(number_ceil(&heap, num(rows[i].v))), rows[i].ceil);
		EQ_STR(text(number_floor(&heap, num(rows[i].v))),
		    rows[i].floor);
		EQ_STR(text(number_round(&heap, num(rows[i].v))),
		    rows[i].round);
	}
	EQ_STR(text(number_abs(&heap, num("-1.50"))), "1.5");
	EQ_STR(text(number_abs(&heap, num("-9223372036854775808"))),
	    "9223372036854775808");
	heap_release(&heap);
}

TEST(order_is_by_value)
{
	static const char *const rising[] = { "-1e400", "-10", "-9.99", "-0.5",
		"-1e-400", "0", "1e-400", "0.09", "0.1", "1", "9.99", "10",
		"9223372036854775807", "9223372036854775808",
		"18446744073709551615", "1e20", "1e400" };
	int n = (int)(sizeof(rising) / sizeof(rising[0]));

	fresh();
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++)
			EQ_INT(number_compare(num(rising[i]), num(rising[k])),
			    (i > k) - (i < k));
	EQ_INT(number_compare(num("10.0"), num("10")), 0);
	EQ_INT(number_compare(num("0.0"), num("-0")), 0);
	heap_release(&heap);
}

TEST(sizes_end_at_their_limits)
{
	static char digits[NUMBER_DIGITS_MAX + 2];

	fresh();
	memset(digits, '9', NUMBER_DIGITS_MAX);
	OK(value_defined(num(digits)));
	digits[NUMBER_DIGITS_MAX] = '9';
	OK(!value_defined(num(digits)));
	EQ_STR(budget_name(budget_hit(&budget)), "limit_number");
	fresh();
	OK(!value_defined(num("1e999999999")));
	EQ_STR(budget_name(budget_hit(&budget)), "limit_number");
	check(number_mul, "1e30000", "1e30000", "limit_number");
	heap_release(&heap);
}

TEST(conversions)
{
	int64_t i;

	fresh();
	OK(number_to_i64(num("1e3"), &i) && i == 1000);
	OK(number_to_i64(num("-9223372036854775808.0"), &i) && i == INT64_MIN);
	OK(!number_to_i64(num("9223372036854775808"), &i));
	OK(!number_to_i64(num("0.5"), &i));
	OK(number_to_double(num("0.1")) == 0.1);
	OK(number_to_double(num("1e308")) == 1e308);
	EQ_STR(text(number_u64(&heap, UINT64_MAX)), "18446744073709551615");
	OK(number_is_plain(num("123456789012345678901234567890")));
	OK(!number_is_plain(num("1e30")));
	heap_release(&heap);
}

TAP_MAIN
