#include <string.h>

#include "policy/civil.h"

enum {
	DAY_SECONDS = 86400
};

static const int64_t second_ns = 1000000000;

const char *const civil_months[12] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };

const char *const civil_weekdays[7] = { "Sunday", "Monday", "Tuesday",
	"Wednesday", "Thursday", "Friday", "Saturday" };

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t
civil_days(int64_t year, int64_t month, int64_t day)
{
	int64_t y, era, yoe, doy, m;

	year += floor_div(month - 1, 12);
	m = month - 1 - 12 * floor_div(month - 1, 12) + 1;
	/* Years begin in March, so that the leap day is their last. */
	y = m <= 2 ? year - 1 : year;
	era = floor_div(y, 400);
	yoe = y - era * 400;
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468 +
	       day - 1;
}

int
civil_month_length(int64_t year, int month)
{
	return (
	    int)(civil_days(year, month + 1, 1) - civil_days(year, month, 1));
}

static void
from_days(int64_t days, struct civil *t)
{
	int64_t z = days + 719468, era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	t->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	t->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	t->year = yoe + era * 400 + (t->month <= 2);
}

void
civil_from_ns(int64_t ns, int offset, struct civil *ret)
{
	int64_t seconds = floor_div(ns, second_ns);
	int64_t days, rest;

	memset(ret, 0, sizeof(*ret));
	ret->nanosecond = (int)((ns % second_ns + second_ns) % second_ns);
	seconds += offset;
	days = floor_div(seconds, DAY_SECONDS);
	rest = seconds - days * DAY_SECONDS;
	from_days(days, ret);
	ret->hour = (int)(rest / 3600);
	ret->minute = (int)(rest / 60 % 60);
	ret->second = (int)(rest % 60);
	ret->offset = offset;
	ret->utc = offset == 0;
}

bool
civil_to_ns(const struct civil *t, int64_t *ret)
{
	__int128 ns = civil_days(t->year, t->month, t->day);

	ns = ns * DAY_SECONDS + t->hour * 3600 + t->minute * 60 + t->second -
	     t->offset;
	ns = ns * second_ns + t->nanosecond;
	if (ns < INT64_MIN || ns > INT64_MAX)
		return false;
	*ret = (int64_t)ns;
	return true;
}

int
civil_weekday(const struct civil *t)
{
	int64_t days = civil_days(t->year, t->month, t->day) + 4;

	return (int)(days - 7 * floor_div(days, 7));
}

const char *
civil_weekday_name(int weekday)
{
	return civil_weekdays[weekday];
}
