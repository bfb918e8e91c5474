#include "measurements/cli/shape.h"
#include "base/str.h"
#include "tests/lib/tap.h"

static struct shapes s;
static struct err e;

TEST(one_shape_when_nothing_is_said)
{
	EQ_INT(shapes_parse(NULL, NULL, &s, &e), 0);
	EQ_INT(s.n, 1);
	EQ_INT(s.s[0].vcpus, 1);
	EQ_INT(s.s[0].memory, 0);
}

TEST(every_pair_with_the_vcpus_of_a_size_together)
{
	EQ_INT(shapes_parse("1,4..6", "512M,2G", &s, &e), 0);
	EQ_INT(s.n, 8);
	EQ_INT(s.s[0].vcpus, 1);
	EQ_INT(s.s[3].vcpus, 6);
	EQ_INT(s.s[3].memory, 512 << 20);
	EQ_INT(s.s[4].vcpus, 1);
	EQ_INT(s.s[4].memory, UINT64_C(2) << 30);
}

TEST(sizes_have_units_or_are_bytes)
{
	EQ_INT(shapes_parse(NULL, "2097152,1024K,3M,64T", &s, &e), 0);
	EQ_INT(s.s[0].memory, 2 << 20);
	EQ_INT(s.s[1].memory, 1 << 20);
	EQ_INT(s.s[3].memory, UINT64_C(64) << 40);
}

TEST(as_many_shapes_as_there_is_room_for)
{
	EQ_INT(shapes_parse("1..512", "1G,2G", &s, &e), 0);
	EQ_INT(s.n, SHAPES_MAX);
	EQ_INT(shapes_parse("1..513", "1G,2G", &s, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(shapes_parse("1..1025", NULL, &s, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(refuses_what_is_no_list)
{
	static const char *const vcpus[] = { "", "0", "x", "1,", ",1", "1,,2",
		"2..1", "1..", "..2", "1..4097", "1,1", "1..3,2", "-1" };
	static const char *const sizes[] = { "", "0", "G", "2g", "1G,", "2G,2G",
		"2G,2048M", "65T", "99999999999999999999", "1.5G", "2048",
		"1023K" };

	for (size_t i = 0; i < sizeof(vcpus) / sizeof(vcpus[0]); i++) {
		printf("# %s\n", vcpus[i]);
		EQ_INT(shapes_parse(vcpus[i], NULL, &s, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		printf("# %s\n", sizes[i]);
		EQ_INT(shapes_parse(NULL, sizes[i], &s, &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
}

TAP_MAIN
