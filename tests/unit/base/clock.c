#include <limits.h>

#include "base/clock.h"
#include "tests/lib/tap.h"

TEST(goes_forward)
{
	int64_t a = clock_now(), us = clock_boot_us();

	usleep(20000);
	OK(clock_now() - a >= 19);
	OK(clock_boot_us() - us >= 19000);
}

TEST(makes_deadlines)
{
	int64_t now = clock_now();

	OK(clock_after(1000) >= now + 1000);
	OK(clock_after(1000) < now + 2000);
	OK(clock_after(0) >= now);
	OK(clock_after(-1) == CLOCK_NEVER);
	OK(clock_after(INT64_MAX) == CLOCK_NEVER);
	OK(clock_after(INT64_MAX - 1) == CLOCK_NEVER);
}

TEST(says_what_is_left)
{
	EQ_INT(clock_left(CLOCK_NEVER), -1);
	EQ_INT(clock_left(0), 0);
	EQ_INT(clock_left(clock_now()), 0);
	OK(clock_left(clock_after(5000)) > 4000);
	OK(clock_left(clock_after(5000)) <= 5000);
	EQ_INT(clock_left(INT64_MAX - 1), INT_MAX);
}

TAP_MAIN
