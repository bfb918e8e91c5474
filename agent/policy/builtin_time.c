#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/civil.h"

static const struct {
	const char *name;
	const char *layout;
} layouts[] = {
	{ "ANSIC", "Mon Jan _2 15:04:05 2006" },
	{ "UnixDate", "Mon Jan _2 15:04:05 MST 2006" },
	{ "RubyDate", "Mon Jan 02 15:04:05 -0700 2006" },
	{ "RFC822", "02 Jan 06 15:04 MST" },
	{ "RFC822Z", "02 Jan 06 15:04 -0700" },
	{ "RFC850", "Monday, 02-Jan-06 15:04:05 MST" },
	{ "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST" },
	{ "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700" },
	{ "RFC3339", "2006-01-02T15:04:05Z07:00" },
	{ "RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00" },
};

/* The layout behind a name, or the text itself. */
static const char *
layout_of(const struct string *s)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (strcmp(layouts[i].name, s->s) == 0)
			return layouts[i].layout;
	return s->s;
}

static enum builtin_result
as_ns(struct bctx *ctx, const struct civil *t, struct value *ret)
{
	int64_t ns;

	if (!civil_to_ns(t, &ns))
		return builtin_fail(ctx, "time outside of valid range");
	return builtin_return(ctx, value_int(ns), ret);
}

BUILTIN(time_now_ns)
{
	(void)args;
	return builtin_return(ctx, value_int(ctx->now_ns), ret);
}

static enum builtin_result
parse(struct bctx *ctx, const char *layout, const struct string *s,
    struct value *ret)
{
	struct civil t;

	if (budget_charge(ctx->budget, 1 + (strlen(layout) + s->len) / 4) != 0)
		return BUILTIN_LIMIT;
	if (!civil_parse(layout, strlen(layout), s->s, s->len, &t))
		return builtin_fail(ctx,
		    "parsing time \"%.80s\" as \"%.80s\": cannot parse", s->s,
		    layout);
	return as_ns(ctx, &t, ret);
}

BUILTIN(time_parse_ns)
{
	return parse(ctx, layout_of(args[0].u.s), args[1].u.s, ret);
}

BUILTIN(time_parse_rfc3339_ns)
{
	return parse(ctx, "2006-01-02T15:04:05Z07:00", args[0].u.s, ret);
}

/* Names of zones that are an offset and need no table. */
static bool
zone_of(const char *name, int *ret_offset)
{
	static const char *const utc[] = { "", "UTC", "Local", "Etc/UTC", "GMT",
		"Etc/GMT", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal",
		"Etc/Universal", "Greenwich", "Etc/Greenwich" };
	int hours = 0;
	const char *s = name + 8;

	*ret_offset = 0;
	for (size_t i = 0; i < sizeof(utc) / sizeof(utc[0]); i++)
		if (strcmp(name, utc[i]) == 0)
			return true;
	/* Etc/GMT+5 is five hours behind Greenwich. */
	if (strncmp(name, "Etc/GMT", 7) != 0 ||
	    (name[7] != '+' && name[7] != '-') || *s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9' && hours < 100; s++)
		hours = hours * 10 + (*s - '0');
	*ret_offset = (name[7] == '+' ? -1 : 1) * hours * 3600;
	return *s == '\0' && hours <= 14;
}

/* Operand v: ns, or [ns, zone], or [ns, zone, layout]. */
static enum builtin_result
read_time(struct bctx *ctx, struct value v, int *ret_offset, int64_t *ret_ns,
    struct value *ret_layout)
{
	const struct list *l = v.u.list;
	struct value ns = v;

	*ret_offset = 0;
	*ret_layout = value_undefined();
	if ((v.type != VALUE_ARRAY && v.type != VALUE_NUMBER) ||
	    (v.type == VALUE_ARRAY && l->n == 0))
		return builtin_type(ctx, 1, v,
		    "either number (ns) or [number (ns), string (tz)]");
	if (v.type == VALUE_ARRAY) {
		ns = l->v[0];
		if (ns.type != VALUE_NUMBER)
			return builtin_type(ctx, 1, ns, "number");
		for (size_t i = 1; i < l->n && i < 3; i++)
			if (l->v[i].type != VALUE_STRING)
				return builtin_type(ctx, 1, l->v[i], "string");
		if (l->n > 1 && !zone_of(l->v[1].u.s->s, ret_offset))
			return builtin_fail(ctx,
			    "unknown time zone %.64s: there are no time zones "
			    "here but UTC and Etc/GMT+n",
			    l->v[1].u.s->s);
		if (l->n > 2)
			*ret_layout = l->v[2];
	}
	if (!number_to_i64(ns, ret_ns))
		return builtin_fail(ctx, "timestamp too big");
	return BUILTIN_OK;
}

static enum builtin_result
read_civil(struct bctx *ctx, struct value v, struct civil *ret)
{
	struct value layout;
	int offset;
	int64_t ns;
	enum builtin_result rc = read_time(ctx, v, &offset, &ns, &layout);

	if (rc == BUILTIN_OK)
		civil_from_ns(ns, offset, ret);
	return rc;
}

BUILTIN(time_format)
{
	const char *layout = "2006-01-02T15:04:05.999999999Z07:00";
	struct value given;
	struct civil t;
	struct buf b;
	int offset;
	int64_t ns;
	enum builtin_result rc = read_time(ctx, args[0], &offset, &ns, &given);

	if (rc != BUILTIN_OK)
		return rc;
	if (value_defined(given) && given.u.s->len > 0)
		layout = layout_of(given.u.s);
	if (budget_charge(ctx->budget, 1 + strlen(layout) / 2) != 0)
		return BUILTIN_LIMIT;
	civil_from_ns(ns, offset, &t);
	builtin_text_init(&b);
	civil_format(&b, &t, layout, strlen(layout));
	return builtin_text(ctx, &b, ret);
}

static enum builtin_result
as_array(struct bctx *ctx, const int64_t *n, size_t count, struct value *ret)
{
	struct value v[6];

	for (size_t i = 0; i < count; i++)
		v[i] = value_int(n[i]);
	return builtin_return(ctx, value_array(ctx->heap, v, count), ret);
}

BUILTIN(time_date)
{
	struct civil t;
	enum builtin_result rc = read_civil(ctx, args[0], &t);

	if (rc != BUILTIN_OK)
		return rc;
	return as_array(ctx, (int64_t[]){ t.year, t.month, t.day }, 3, ret);
}

BUILTIN(time_clock)
{
	struct civil t;
	enum builtin_result rc = read_civil(ctx, args[0], &t);

	if (rc != BUILTIN_OK)
		return rc;
	return as_array(ctx, (int64_t[]){ t.hour, t.minute, t.second }, 3, ret);
}

BUILTIN(time_weekday)
{
	struct civil t;
	enum builtin_result rc = read_civil(ctx, args[0], &t);

	if (rc != BUILTIN_OK)
		return rc;
	return builtin_return(ctx,
	    value_cstring(ctx->heap, civil_weekday_name(civil_weekday(&t))),
	    ret);
}

BUILTIN(time_add_date)
{
	int64_t add[3], limit = 1000000, days;
	struct civil t;
	enum builtin_result rc = read_civil(ctx, args[0], &t);

	if (rc != BUILTIN_OK)
		return rc;
	for (int i = 0; i < 3; i++) {
		if (!builtin_int(ctx, args, i + 2, &add[i]))
			return BUILTIN_ERROR;
		/* Anything beyond is outside of what 64 bits of ns hold. */
		add[i] = add[i] > limit ? limit : add[i];
		add[i] = add[i] < -limit ? -limit : add[i];
	}
	days = civil_days(t.year + add[0], t.month + add[1], t.day + add[2]);
	t.year = 1970;
	t.month = 1;
	t.day = (int)days + 1;
	return as_ns(ctx, &t, ret);
}

/* From the first field that counts smaller to larger ones. */
static void
borrow(int64_t *field, int64_t *larger, int64_t by)
{
	if (*field < 0) {
		*field += by;
		--*larger;
	}
}

BUILTIN(time_diff)
{
	struct civil a, b;
	struct value layout;
	int64_t ns[2], n[6];
	int offset, other;
	enum builtin_result rc;

	rc = read_time(ctx, args[0], &offset, &ns[0], &layout);
	if (rc == BUILTIN_OK)
		rc = read_time(ctx, args[1], &other, &ns[1], &layout);
	if (rc != BUILTIN_OK)
		return rc;
	civil_from_ns(ns[0] < ns[1] ? ns[0] : ns[1], offset, &a);
	civil_from_ns(ns[0] < ns[1] ? ns[1] : ns[0], offset, &b);
	n[0] = b.year - a.year;
	n[1] = b.month - a.month;
	n[2] = b.day - a.day;
	n[3] = b.hour - a.hour;
	n[4] = b.minute - a.minute;
	n[5] = b.second - a.second;
	borrow(&n[5], &n[4], 60);
	borrow(&n[4], &n[3], 60);
	borrow(&n[3], &n[2], 24);
	borrow(&n[2], &n[1], civil_month_length(a.year, a.month));
	borrow(&n[1], &n[0], 12);
	return as_array(ctx, n, 6, ret);
}

/* "1h15m30.5s": the unit at s, in nanoseconds, and its length. */
static int64_t
unit_of(const char *s, size_t *ret_len)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "\302\265s", 1000 },
		{ "\316\274s", 1000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "m", 60000000000 },
		{ "h", 3600000000000 },
	};
	size_t len = strcspn(s, ".0123456789");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) != len ||
		    memcmp(units[i].name, s, len) != 0)
			continue;
		*ret_len = len;
		return units[i].ns;
	}
	return 0;
}

/* One number with its unit; false when it is none or too large. */
static bool
read_part(const char **s, unsigned __int128 *sum)
{
	unsigned __int128 whole = 0, part = 0, scale = 1;
	const char *start = *s;
	size_t len, digits = 0;
	int64_t unit;

	for (; **s >= '0' && **s <= '9'; ++*s, digits++)
		if (whole < (uint64_t)1 << 63)
			whole = whole * 10 + (unsigned int)(**s - '0');
	if (**s == '.')
		for (++*s; **s >= '0' && **s <= '9'; ++*s, digits++)
			if (scale < 1000000000000000) {
				part = part * 10 + (unsigned int)(**s - '0');
				scale *= 10;
			}
	if (digits == 0 || *s == start)
		return false;
	unit = unit_of(*s, &len);
	*s += unit != 0 ? len : 0;
	*sum += whole * (uint64_t)unit + part * (uint64_t)unit / scale;
	return unit != 0 && whole <= (uint64_t)1 << 63 &&
	       *sum <= (uint64_t)1 << 63;
}

BUILTIN(time_parse_duration_ns)
{
	const char *s = args[0].u.s->s;
	bool negative = *s == '-', ok = true;
	unsigned __int128 sum = 0;

	if (budget_charge_bytes(ctx->budget, args[0].u.s->len) != 0)
		return BUILTIN_LIMIT;
	if (*s == '-' || *s == '+')
		s++;
	if (strcmp(s, "0") == 0)
		return builtin_return(ctx, value_int(0), ret);
	ok = *s != '\0' && strlen(args[0].u.s->s) == args[0].u.s->len;
	while (ok && *s != '\0')
		ok = read_part(&s, &sum);
	if (!ok || (!negative && sum > INT64_MAX))
		return builtin_fail(ctx, "time: invalid duration \"%.100s\"",
		    args[0].u.s->s);
	return builtin_return(ctx,
	    value_int((int64_t)(negative ? 0 - (uint64_t)sum : (uint64_t)sum)),
	    ret);
}
