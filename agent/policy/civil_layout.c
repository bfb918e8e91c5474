#include <string.h>

#include "policy/civil.h"

/* The longest come first where one begins another. */
static const struct {
	const char *text;
	enum civil_item item;
} items[] = {
	{ "January", CIVIL_LONG_MONTH },
	{ "Jan", CIVIL_MONTH },
	{ "Monday", CIVIL_LONG_WEEKDAY },
	{ "Mon", CIVIL_WEEKDAY },
	{ "MST", CIVIL_ZONE },
	{ "002", CIVIL_ZERO_YEARDAY },
	{ "01", CIVIL_ZERO_MONTH },
	{ "02", CIVIL_ZERO_DAY },
	{ "03", CIVIL_ZERO_HOUR12 },
	{ "04", CIVIL_ZERO_MINUTE },
	{ "05", CIVIL_ZERO_SECOND },
	{ "06", CIVIL_YEAR },
	{ "15", CIVIL_HOUR },
	{ "1", CIVIL_NUM_MONTH },
	{ "2006", CIVIL_LONG_YEAR },
	{ "2", CIVIL_DAY },
	{ "__2", CIVIL_UNDER_YEARDAY },
	{ "_2", CIVIL_UNDER_DAY },
	{ "3", CIVIL_HOUR12 },
	{ "4", CIVIL_MINUTE },
	{ "5", CIVIL_SECOND },
	{ "PM", CIVIL_PM },
	{ "pm", CIVIL_LOWER_PM },
};

static bool
starts(const char *s, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len >= n && memcmp(s, text, n) == 0;
}

static bool
is_digit(const char *s, size_t len, size_t i)
{
	return i < len && s[i] >= '0' && s[i] <= '9';
}

/* -07, -0700, -07:00, -070000, -07:00:00, and with Z for the sign. */
static bool
find_offset(const char *s, size_t len, struct civil_chunk *c)
{
	static const char *const forms[] = { "07:00:00", "070000", "07:00",
		"0700", "07" };

	if (s[0] != '-' && s[0] != 'Z')
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!starts(s + 1, len - 1, forms[i]))
			continue;
		c->item = s[0] == 'Z' ? CIVIL_Z_OFFSET : CIVIL_OFFSET;
		c->len = 1 + strlen(forms[i]);
		c->colons = i == 0 || i == 2;
		c->minutes = i < 4;
		c->seconds = i < 2;
		return true;
	}
	return false;
}

/* A point or comma, and then zeros or nines with no digit behind them. */
static bool
find_fraction(const char *s, size_t len, struct civil_chunk *c)
{
	size_t n = 1;

	if ((s[0] != '.' && s[0] != ',') || len < 2 ||
	    (s[1] != '0' && s[1] != '9'))
		return false;
	while (n < len && s[n] == s[1])
		n++;
	if (is_digit(s, len, n))
		return false;
	c->item = s[1] == '0' ? CIVIL_FRACTION : CIVIL_FRACTION_9;
	c->len = n;
	return true;
}

static bool
find_item(const char *s, size_t len, struct civil_chunk *c)
{
	if (find_offset(s, len, c) || find_fraction(s, len, c))
		return true;
	/* "_2006" is an underscore and the year. */
	if (starts(s, len, "_2006"))
		return false;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!starts(s, len, items[i].text))
			continue;
		/* "Jan" in "January" was found; in "Jane" it is none. */
		if (items[i].item == CIVIL_MONTH && len > 3 && s[3] >= 'a' &&
		    s[3] <= 'z')
			continue;
		if (items[i].item == CIVIL_WEEKDAY && len > 3 && s[3] >= 'a' &&
		    s[3] <= 'z')
			continue;
		c->item = items[i].item;
		c->len = strlen(items[i].text);
		return true;
	}
	return false;
}

struct civil_chunk
civil_next_chunk(const char *layout, size_t len, size_t from)
{
	struct civil_chunk c = { 0 };

	for (c.at = from; c.at < len; c.at++)
		if (find_item(layout + c.at, len - c.at, &c))
			return c;
	c.item = CIVIL_NONE;
	c.at = len;
	return c;
}

static void
write_offset(struct buf *b, const struct civil *t, const struct civil_chunk *c)
{
	int o = t->offset < 0 ? -t->offset : t->offset;
	const char *colon = c->colons ? ":" : "";

	if (c->item == CIVIL_Z_OFFSET && t->offset == 0) {
		buf_u8(b, 'Z');
		return;
	}
	buf_printf(b, "%c%02d", t->offset < 0 ? '-' : '+', o / 3600);
	if (c->minutes)
		buf_printf(b, "%s%02d", colon, o / 60 % 60);
	if (c->seconds)
		buf_printf(b, "%s%02d", colon, o % 60);
}

static void
write_zone(struct buf *b, const struct civil *t)
{
	int minutes = (t->offset < 0 ? -t->offset : t->offset) / 60;

	if (t->zone[0] != '\0' || t->utc) {
		buf_add_str(b, t->zone[0] != '\0' ? t->zone : "UTC");
		return;
	}
	buf_printf(b, "%c%02d", t->offset < 0 ? '-' : '+', minutes / 60);
	if (minutes % 60 != 0)
		buf_printf(b, "%02d", minutes % 60);
}

static void
write_fraction(struct buf *b, const struct civil *t,
    const struct civil_chunk *c, char point)
{
	size_t n = c->len - 1;
	char digits[16] = "0000000000000";
	int ns = t->nanosecond;

	for (size_t i = 9; i-- > 0; ns /= 10)
		digits[i] = (char)('0' + ns % 10);
	if (n > 9)
		n = 9;
	while (c->item == CIVIL_FRACTION_9 && n > 0 && digits[n - 1] == '0')
		n--;
	if (n > 0) {
		buf_u8(b, (uint8_t)point);
		buf_add(b, digits, n);
	}
}

static void
write_date(struct buf *b, const struct civil *t, enum civil_item item)
{
	int yday = (int)(civil_days(t->year, t->month, t->day) -
			 civil_days(t->year, 1, 1)) +
		   1;

	switch (item) {
	case CIVIL_LONG_MONTH:
		buf_add_str(b, civil_months[t->month - 1]);
		break;
	case CIVIL_MONTH:
		buf_printf(b, "%.3s", civil_months[t->month - 1]);
		break;
	case CIVIL_NUM_MONTH:
		buf_printf(b, "%d", t->month);
		break;
	case CIVIL_ZERO_MONTH:
		buf_printf(b, "%02d", t->month);
		break;
	case CIVIL_LONG_WEEKDAY:
		buf_add_str(b, civil_weekdays[civil_weekday(t)]);
		break;
	case CIVIL_WEEKDAY:
		buf_printf(b, "%.3s", civil_weekdays[civil_weekday(t)]);
		break;
	case CIVIL_DAY:
		buf_printf(b, "%d", t->day);
		break;
	case CIVIL_UNDER_DAY:
		buf_printf(b, "%2d", t->day);
		break;
	case CIVIL_ZERO_DAY:
		buf_printf(b, "%02d", t->day);
		break;
	case CIVIL_UNDER_YEARDAY:
		buf_printf(b, "%3d", yday);
		break;
	case CIVIL_ZERO_YEARDAY:
		buf_printf(b, "%03d", yday);
		break;
	case CIVIL_LONG_YEAR:
		buf_printf(b, "%04d", (int)t->year);
		break;
	default:
		buf_printf(b, "%02d", (int)(t->year % 100));
		break;
	}
}

static void
write_time(struct buf *b, const struct civil *t, enum civil_item item)
{
	int hour12 = t->hour % 12 == 0 ? 12 : t->hour % 12;

	switch (item) {
	case CIVIL_HOUR:
		buf_printf(b, "%02d", t->hour);
		break;
	case CIVIL_HOUR12:
		buf_printf(b, "%d", hour12);
		break;
	case CIVIL_ZERO_HOUR12:
		buf_printf(b, "%02d", hour12);
		break;
	case CIVIL_MINUTE:
		buf_printf(b, "%d", t->minute);
		break;
	case CIVIL_ZERO_MINUTE:
		buf_printf(b, "%02d", t->minute);
		break;
	case CIVIL_SECOND:
		buf_printf(b, "%d", t->second);
		break;
	case CIVIL_ZERO_SECOND:
		buf_printf(b, "%02d", t->second);
		break;
	case CIVIL_PM:
		buf_add_str(b, t->hour >= 12 ? "PM" : "AM");
		break;
	default:
		buf_add_str(b, t->hour >= 12 ? "pm" : "am");
		break;
	}
}

void
civil_format(struct buf *b, const struct civil *t, const char *layout,
    size_t len)
{
	size_t from = 0;

	for (;;) {
		struct civil_chunk c = civil_next_chunk(layout, len, from);

		buf_add(b, layout + from, c.at - from);
		if (c.item == CIVIL_NONE || buf_bad(b))
			return;
		if (c.item == CIVIL_OFFSET || c.item == CIVIL_Z_OFFSET)
			write_offset(b, t, &c);
		else if (c.item == CIVIL_ZONE)
			write_zone(b, t);
		else if (c.item >= CIVIL_FRACTION)
			write_fraction(b, t, &c, layout[c.at]);
		else if (c.item >= CIVIL_HOUR && c.item != CIVIL_LONG_YEAR &&
			 c.item != CIVIL_YEAR)
			write_time(b, t, c.item);
		else
			write_date(b, t, c.item);
		from = c.at + c.len;
	}
}
