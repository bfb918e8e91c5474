#include "base/buf.h"
#include "tests/lib/tap.h"

TEST(grows_to_the_limit_and_not_beyond)
{
	struct buf b;

	buf_init(&b, 1000);
	for (int i = 0; i < 1000; i++)
		buf_u8(&b, (uint8_t)i);
	OK(!buf_bad(&b));
	EQ_INT(b.len, 1000);
	EQ_INT(b.p[999], 999 & 0xff);
	OK(b.cap <= 1001);
	buf_u8(&b, 1);
	OK(buf_bad(&b));
	EQ_INT(b.len, 1000);
	EQ_STR(buf_str(&b), "");
	buf_clear(&b);
	OK(!buf_bad(&b));
	buf_add_str(&b, "x");
	EQ_STR(buf_str(&b), "x");
	buf_release(&b);
	EQ_INT(b.limit, 1000);
}

TEST(stays_bad_even_for_what_would_fit)
{
	struct buf b;

	buf_init(&b, 4);
	buf_add(&b, "12345", 5);
	OK(buf_bad(&b));
	buf_add(&b, "1", 1);
	EQ_INT(b.len, 0);
	OK(buf_reserve(&b, 0) == NULL);
	buf_release(&b);
}

TEST(refuses_lengths_that_overflow)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	OK(buf_reserve(&b, SIZE_MAX) == NULL);
	OK(buf_bad(&b));
	buf_release(&b);
}

TEST(writes_numbers_in_both_orders)
{
	struct buf b;

	buf_init(&b, 64);
	buf_be16(&b, 0x0102);
	buf_be32(&b, 0x03040506);
	buf_be64(&b, UINT64_C(0x0708090a0b0c0d0e));
	buf_le16(&b, 0x100f);
	buf_le32(&b, 0x14131211);
	buf_le64(&b, UINT64_C(0x1c1b1a1918171615));
	EQ_INT(b.len, 28);
	for (int i = 0; i < 28; i++)
		EQ_INT(b.p[i], i + 1);
	buf_release(&b);
}

TEST(drops_bytes_from_the_front)
{
	struct buf b;

	buf_init(&b, 64);
	buf_add_str(&b, "abcdef");
	buf_consume(&b, 0);
	EQ_STR(buf_str(&b), "abcdef");
	buf_consume(&b, 2);
	EQ_STR(buf_str(&b), "cdef");
	buf_consume(&b, 4);
	EQ_STR(buf_str(&b), "");
	buf_add_zero(&b, 3);
	EQ_INT(b.len, 3);
	buf_consume(&b, 99);
	EQ_INT(b.len, 0);
	buf_release(&b);
}

TEST(formats_up_to_the_limit)
{
	struct buf b;

	buf_init(&b, 8);
	buf_printf(&b, "%s-%d", "abc", 1234);
	EQ_STR(buf_str(&b), "abc-1234");
	EQ_INT(b.len, 8);
	buf_printf(&b, "%s", "");
	OK(!buf_bad(&b));
	buf_printf(&b, "x");
	OK(buf_bad(&b));
	buf_release(&b);
}

TEST(is_an_empty_string_at_first)
{
	struct buf b;

	buf_init(&b, 8);
	EQ_STR(buf_str(&b), "");
	buf_add(&b, NULL, 0);
	OK(!buf_bad(&b));
	EQ_STR(buf_str(&b), "");
	buf_release(&b);
}

TAP_MAIN
