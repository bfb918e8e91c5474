#include "base/span.h"
#include "tests/lib/tap.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

TEST(reads_numbers_in_both_orders)
{
	struct span s = span_of(bytes, sizeof(bytes));

	EQ_INT(span_u8(&s), 1);
	EQ_INT(span_be16(&s), 0x0203);
	EQ_INT(span_be32(&s), 0x04050607);
	EQ_INT(span_le16(&s), 0x0908);
	EQ_INT(span_len(&s), 0);
	OK(!span_bad(&s));
	s = span_of(bytes, sizeof(bytes));
	EQ_INT(span_le32(&s), 0x04030201);
	s = span_of(bytes, sizeof(bytes));
	OK(span_be64(&s) == UINT64_C(0x0102030405060708));
	s = span_of(bytes, sizeof(bytes));
	OK(span_le64(&s) == UINT64_C(0x0807060504030201));
}

TEST(stays_bad_after_a_read_past_the_end)
{
	struct span s = span_of(bytes, 3);

	EQ_INT(span_be32(&s), 0);
	OK(span_bad(&s));
	EQ_INT(span_len(&s), 0);
	EQ_INT(span_u8(&s), 0);
	OK(span_bad(&s));
}

TEST(reads_up_to_the_end_exactly)
{
	struct span s = span_of(bytes, 4);

	EQ_INT(span_be32(&s), 0x01020304);
	OK(!span_bad(&s));
	span_skip(&s, 0);
	OK(!span_bad(&s));
	span_skip(&s, 1);
	OK(span_bad(&s));
}

TEST(takes_parts)
{
	struct span s = span_of(bytes, sizeof(bytes));
	struct span part = span_take(&s, 4);

	EQ_INT(span_len(&part), 4);
	EQ_INT(span_u8(&part), 1);
	EQ_INT(span_u8(&s), 5);
	part = span_take(&s, 5);
	OK(span_bad(&part));
	OK(span_bad(&s));
	EQ_INT(span_len(&part), 0);
	s = span_of(bytes, 1);
	part = span_take(&s, SIZE_MAX);
	OK(span_bad(&part));
}

TEST(copies_or_gives_zeros)
{
	struct span s = span_of(bytes, 3);
	uint8_t to[4] = { 9, 9, 9, 9 };

	span_copy(&s, to, 2);
	EQ_MEM(to, "\1\2\11\11", 4);
	span_copy(&s, to, 4);
	EQ_MEM(to, "\0\0\0\0", 4);
	OK(span_bad(&s));
}

TEST(accepts_nothing_at_all)
{
	struct span s = span_of(NULL, 0);

	EQ_INT(span_len(&s), 0);
	OK(span_equals(&s, NULL, 0) || span_equals(&s, "", 0));
	EQ_INT(span_u8(&s), 0);
	OK(span_bad(&s));
}

TEST(compares_what_is_left)
{
	struct span s = span_of("abc", 3);

	OK(span_equals(&s, "abc", 3));
	OK(!span_equals(&s, "abd", 3));
	OK(!span_equals(&s, "ab", 2));
	span_u8(&s);
	OK(span_equals(&s, "bc", 2));
	span_fail(&s);
	OK(!span_equals(&s, "", 0));
}

TAP_MAIN
