#include <string.h>
#include <strings.h>

#include "policy/civil.h"

struct reader {
	const char *s;
	const char *end;
	struct civil *t;
	int yday;
	bool pm;
	bool am;
};

static bool
digit(const struct reader *r, size_t i)
{
	return (size_t)(r->end - r->s) > i && r->s[i] >= '0' && r->s[i] <= '9';
}

/* n digits exactly. */
static bool
read_fixed(struct reader *r, int n, int *ret)
{
	*ret = 0;
	for (int i = 0; i < n; i++, r->s++) {
		if (!digit(r, 0))
			return false;
		*ret = *ret * 10 + (*r->s - '0');
	}
	return true;
}

/* One or two digits; two if fixed. In min..max. */
static bool
read_field(struct reader *r, bool fixed, int min, int max, int *ret)
{
	if (!read_fixed(r, fixed || digit(r, 1) ? 2 : 1, ret))
		return false;
	return *ret >= min && *ret <= max;
}

static bool
read_name(struct reader *r, const char *const *names, int n, size_t cut,
    int *ret)
{
	for (int i = 0; i < n; i++) {
		size_t len = cut > 0 ? cut : strlen(names[i]);

		if ((size_t)(r->end - r->s) < len ||
		    strncasecmp(r->s, names[i], len) != 0)
			continue;
		r->s += len;
		*ret = i;
		return true;
	}
	return false;
}

/* The digits behind a point, at most nine of which count. */
static bool
read_fraction(struct reader *r, size_t n)
{
	int scale = 100000000;

	r->t->nanosecond = 0;
	r->s++;
	for (size_t i = 0; i < n; i++, r->s++, scale /= 10) {
		if (!digit(r, 0))
			return false;
		r->t->nanosecond += (*r->s - '0') * scale;
	}
	return true;
}

static size_t
fraction_digits(const struct reader *r)
{
	size_t n = 0;

	if (r->s >= r->end || (*r->s != '.' && *r->s != ','))
		return 0;
	while (digit(r, 1 + n))
		n++;
	return n;
}

static bool
read_offset(struct reader *r, const struct civil_chunk *c)
{
	int sign, hour = 0, minute = 0, second = 0;

	if (c->item == CIVIL_Z_OFFSET && r->s < r->end && *r->s == 'Z') {
		r->s++;
		r->t->offset = 0;
		r->t->utc = true;
		return true;
	}
	if (r->s >= r->end || (*r->s != '+' && *r->s != '-'))
		return false;
	sign = *r->s++ == '-' ? -1 : 1;
	if (!read_fixed(r, 2, &hour))
		return false;
	if (c->minutes) {
		if (c->colons && (r->s >= r->end || *r->s++ != ':'))
			return false;
		if (!read_fixed(r, 2, &minute))
			return false;
	}
	if (c->seconds) {
		if (c->colons && (r->s >= r->end || *r->s++ != ':'))
			return false;
		if (!read_fixed(r, 2, &second))
			return false;
	}
	r->t->offset = sign * (hour * 3600 + minute * 60 + second);
	r->t->utc = false;
	return hour <= 24 && minute < 60 && second < 60;
}

/*
 * An abbreviation: three to five capitals. Only UTC is known; any other is
 * taken for UTC as well, as Go does. "GMT+3" has its offset.
 */
static bool
read_zone(struct reader *r)
{
	size_t n = 0;
	int hours;

	while (r->s + n < r->end && r->s[n] >= 'A' && r->s[n] <= 'Z')
		n++;
	if (n < 3 || n > 5)
		return false;
	r->t->offset = 0;
	r->t->utc = n == 3 && memcmp(r->s, "UTC", 3) == 0;
	memcpy(r->t->zone, r->s, n);
	r->s += n;
	if (n == 3 && memcmp(r->t->zone, "GMT", 3) == 0 && r->s < r->end &&
	    (*r->s == '+' || *r->s == '-')) {
		int sign = *r->s == '-' ? -1 : 1;

		r->s++;
		if (!read_field(r, false, 0, 23, &hours))
			return false;
		r->t->offset = sign * hours * 3600;
	}
	return true;
}

static bool
read_date(struct reader *r, enum civil_item item)
{
	int v = 0;

	switch (item) {
	case CIVIL_LONG_MONTH:
	case CIVIL_MONTH:
		if (!read_name(r, civil_months, 12, item == CIVIL_MONTH ? 3 : 0,
			&v))
			return false;
		r->t->month = v + 1;
		return true;
	case CIVIL_LONG_WEEKDAY:
		return read_name(r, civil_weekdays, 7, 0, &v);
	case CIVIL_WEEKDAY:
		return read_name(r, civil_weekdays, 7, 3, &v);
	case CIVIL_NUM_MONTH:
	case CIVIL_ZERO_MONTH:
		return read_field(r, item == CIVIL_ZERO_MONTH, 1, 12,
		    &r->t->month);
	case CIVIL_UNDER_YEARDAY:
	case CIVIL_ZERO_YEARDAY:
		while (item == CIVIL_UNDER_YEARDAY && r->s < r->end &&
		       *r->s == ' ')
			r->s++;
		return read_fixed(r,
		    item == CIVIL_ZERO_YEARDAY || digit(r, 2) ? 3
		    : digit(r, 1)                             ? 2
							      : 1,
		    &r->yday);
	case CIVIL_LONG_YEAR:
		if (!read_fixed(r, 4, &v))
			return false;
		r->t->year = v;
		return true;
	case CIVIL_YEAR:
		if (!read_fixed(r, 2, &v))
			return false;
		r->t->year = v >= 69 ? 1900 + v : 2000 + v;
		return true;
	default:
		if (item == CIVIL_UNDER_DAY && r->s < r->end && *r->s == ' ')
			r->s++;
		return read_field(r, item == CIVIL_ZERO_DAY, 0, 99, &r->t->day);
	}
}

static bool
read_time(struct reader *r, enum civil_item item, bool fraction_follows)
{
	switch (item) {
	case CIVIL_HOUR:
		return read_field(r, false, 0, 23, &r->t->hour);
	case CIVIL_HOUR12:
	case CIVIL_ZERO_HOUR12:
		return read_field(r, item == CIVIL_ZERO_HOUR12, 0, 12,
		    &r->t->hour);
	case CIVIL_MINUTE:
	case CIVIL_ZERO_MINUTE:
		return read_field(r, item == CIVIL_ZERO_MINUTE, 0, 59,
		    &r->t->minute);
	case CIVIL_SECOND:
	case CIVIL_ZERO_SECOND:
		if (!read_field(r, item == CIVIL_ZERO_SECOND, 0, 59,
			&r->t->second))
			return false;
		/* A fraction is read even if the layout has none. */
		if (!fraction_follows && fraction_digits(r) > 0)
			return read_fraction(r, fraction_digits(r));
		return true;
	default:
		if (r->end - r->s < 2 ||
		    r->s[1] != (item == CIVIL_PM ? 'M' : 'm'))
			return false;
		r->pm = r->s[0] == (item == CIVIL_PM ? 'P' : 'p');
		r->am = r->s[0] == (item == CIVIL_PM ? 'A' : 'a');
		r->s += 2;
		return r->pm || r->am;
	}
}

static bool
read_item(struct reader *r, const struct civil_chunk *c, bool fraction_follows)
{
	size_t n;

	switch (c->item) {
	case CIVIL_OFFSET:
	case CIVIL_Z_OFFSET:
		return read_offset(r, c);
	case CIVIL_ZONE:
		return read_zone(r);
	case CIVIL_FRACTION:
		n = c->len - 1;
		return fraction_digits(r) >= n && read_fraction(r, n);
	case CIVIL_FRACTION_9:
		n = fraction_digits(r);
		return n == 0 || read_fraction(r, n);
	case CIVIL_HOUR:
	case CIVIL_HOUR12:
	case CIVIL_ZERO_HOUR12:
	case CIVIL_MINUTE:
	case CIVIL_ZERO_MINUTE:
	case CIVIL_SECOND:
	case CIVIL_ZERO_SECOND:
	case CIVIL_PM:
	case CIVIL_LOWER_PM:
		return read_time(r, c->item, fraction_follows);
	default:
		return read_date(r, c->item);
	}
}

static const char *
skip_spaces(const char *s, const char *end)
{
	while (s < end && *s == ' ')
		s++;
	return s;
}

/* The layout's text between items; a row of spaces matches any other. */
static bool
read_text(struct reader *r, const char *text, const char *end)
{
	while (text < end) {
		if (*text == ' ') {
			if (r->s < r->end && *r->s != ' ')
				return false;
			text = skip_spaces(text, end);
			r->s = skip_spaces(r->s, r->end);
			continue;
		}
		if (r->s >= r->end || *r->s++ != *text++)
			return false;
	}
	return true;
}

static bool
finish(struct reader *r, bool has_month, bool has_day)
{
	struct civil *t = r->t;

	if (r->pm && t->hour < 12)
		t->hour += 12;
	if (r->am && t->hour == 12)
		t->hour = 0;
	if (r->yday >= 0) {
		int length = (int)(civil_days(t->year + 1, 1, 1) -
				   civil_days(t->year, 1, 1));
		int month = 1, day = r->yday;

		if (day < 1 || day > length)
			return false;
		for (; day > civil_month_length(t->year, month); month++)
			day -= civil_month_length(t->year, month);
		if ((has_month && t->month != month) ||
		    (has_day && t->day != day))
			return false;
		t->month = month;
		t->day = day;
	}
	return t->day >= 1 && t->day <= civil_month_length(t->year, t->month);
}

bool
civil_parse(const char *layout, size_t layout_len, const char *s, size_t len,
    struct civil *ret)
{
	struct reader r = { .s = s, .end = s + len, .t = ret, .yday = -1 };
	bool has_month = false, has_day = false;
	size_t from = 0;

	*ret = (struct civil){ .month = 1, .day = 1, .utc = true };
	for (;;) {
		struct civil_chunk c =
		    civil_next_chunk(layout, layout_len, from);
		struct civil_chunk next;

		if (!read_text(&r, layout + from, layout + c.at))
			return false;
		if (c.item == CIVIL_NONE)
			break;
		from = c.at + c.len;
		next = civil_next_chunk(layout, layout_len, from);
		if (!read_item(&r, &c,
			next.item >= CIVIL_FRACTION && next.at == from))
			return false;
		has_month |=
		    c.item >= CIVIL_LONG_MONTH && c.item <= CIVIL_ZERO_MONTH;
		has_day |= c.item >= CIVIL_DAY && c.item <= CIVIL_ZERO_DAY;
	}
	return r.s == r.end && finish(&r, has_month, has_day);
}
