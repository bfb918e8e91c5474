#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * The call itself, not the libc's way to it: the first look into the vdso takes
 * longer than all the calls that a role makes before it serves.
 */
static struct timespec
read_clock(clockid_t id)
{
	struct timespec ts = { 0 };

	syscall(SYS_clock_gettime, id, &ts);
	return ts;
}

int64_t
clock_now(void)
{
	struct timespec ts = read_clock(CLOCK_MONOTONIC);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_after(int64_t ms)
{
	int64_t deadline;

	if (ms < 0 || __builtin_add_overflow(clock_now(), ms, &deadline))
		return CLOCK_NEVER;
	return deadline;
}

int
clock_left(int64_t deadline)
{
	int64_t left;

	if (deadline == CLOCK_NEVER)
		return -1;
	left = deadline - clock_now();
	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

int64_t
clock_boot_us(void)
{
	struct timespec ts = read_clock(CLOCK_BOOTTIME);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}
