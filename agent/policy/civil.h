/*
 * policy/civil -- dates and times of day in the Gregorian calendar
 *
 * Proleptic, without leap seconds, in UTC or at a fixed offset from it: there
 * is no time zone database here. Layouts are Go's: the reference time Mon Jan
 * 2 15:04:05 MST 2006, written as one wants it.
 *
 * Memory: none of these functions allocates.
 */
#ifndef POLICY_CIVIL_H
#define POLICY_CIVIL_H

#include "base/buf.h"

enum {
	CIVIL_ZONE_SIZE = 8
};

struct civil {
	int64_t year;
	int month; /* 1..12 */
	int day;
	int hour;
	int minute;
	int second;
	int nanosecond;
	int offset;                 /* seconds east of UTC */
	bool utc;                   /* is written as Z and UTC */
	char zone[CIVIL_ZONE_SIZE]; /* abbreviation, or "" */
};

/* Days since 1970-01-01; month and day may be out of range. */
int64_t civil_days(int64_t year, int64_t month, int64_t day);

int civil_month_length(int64_t year, int month);

/* The time so many nanoseconds after 1970, at an offset. */
void civil_from_ns(int64_t ns, int offset, struct civil *ret);

/*
 * Nanoseconds since 1970. False when they do not fit in 64 bits. Fields out
 * of range carry over.
 */
bool civil_to_ns(const struct civil *t, int64_t *ret);

/* 0 is Sunday. */
int civil_weekday(const struct civil *t);
const char *civil_weekday_name(int weekday);

/* t under a layout. */
void civil_format(struct buf *b, const struct civil *t, const char *layout,
    size_t len);

/*
 * The time that the text s is under a layout. False when it is not; or a
 * field is out of range.
 */
bool civil_parse(const char *layout, size_t layout_len, const char *s,
    size_t len, struct civil *ret);

/* -- between civil_format() and civil_parse() -------------------------- */

enum civil_item {
	CIVIL_NONE, /* the end of the layout */
	CIVIL_LONG_MONTH,
	CIVIL_MONTH,
	CIVIL_NUM_MONTH,
	CIVIL_ZERO_MONTH,
	CIVIL_LONG_WEEKDAY,
	CIVIL_WEEKDAY,
	CIVIL_DAY,
	CIVIL_UNDER_DAY,
	CIVIL_ZERO_DAY,
	CIVIL_UNDER_YEARDAY,
	CIVIL_ZERO_YEARDAY,
	CIVIL_HOUR,
	CIVIL_HOUR12,
	CIVIL_ZERO_HOUR12,
	CIVIL_MINUTE,
	CIVIL_ZERO_MINUTE,
	CIVIL_SECOND,
	CIVIL_ZERO_SECOND,
	CIVIL_LONG_YEAR,
	CIVIL_YEAR,
	CIVIL_PM,
	CIVIL_LOWER_PM,
	CIVIL_ZONE,
	CIVIL_OFFSET,    /* -0700 and its like */
	CIVIL_Z_OFFSET,  /* Z0700: Z for UTC */
	CIVIL_FRACTION,  /* .000: so many digits */
	CIVIL_FRACTION_9 /* .999: without zeros at the end */
};

struct civil_chunk {
	enum civil_item item;
	size_t at; /* where it stands in the layout */
	size_t len;
	bool colons; /* of an offset */
	bool minutes;
	bool seconds;
};

/* The next item of a layout at or after from; CIVIL_NONE at its end. */
struct civil_chunk civil_next_chunk(const char *layout, size_t len,
    size_t from);

extern const char *const civil_months[12];
extern const char *const civil_weekdays[7];

#endif
