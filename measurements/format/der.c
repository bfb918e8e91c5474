#include <inttypes.h>

#include "base/str.h"
#include "measurements/format/der.h"

/* Identifier and length octets (X.690, 8.1.2, 10.1); the contents follow. */
static size_t
take_header(struct span *s, uint8_t *ret_tag)
{
	size_t len;
	uint8_t first;

	*ret_tag = span_u8(s);
	if ((*ret_tag & 0x1f) == 0x1f)
		span_fail(s);
	first = span_u8(s);
	if (first < 0x80)
		return first;
	if (first < 0x81 || first > 0x84) {
		span_fail(s);
		return 0;
	}
	len = 0;
	for (int i = first & 0x7f; i > 0; i--) {
		len = len << 8 | span_u8(s);
		if (len == 0)
			span_fail(s);
	}
	if (len < 0x80)
		span_fail(s);
	return len;
}

bool
der_is(const struct span *s, unsigned tag)
{
	return !span_bad(s) && span_len(s) > 0 && *s->p == tag;
}

struct span
der_take(struct span *s, unsigned tag)
{
	uint8_t found;
	size_t len = take_header(s, &found);

	if (found != tag)
		span_fail(s);
	return span_take(s, len);
}

struct span
der_take_whole(struct span *s, unsigned tag)
{
	const uint8_t *start = s->p;

	der_take(s, tag);
	if (span_bad(s))
		return span_take(s, 1);
	return span_of(start, (size_t)(s->p - start));
}

void
der_skip(struct span *s)
{
	uint8_t tag;
	size_t len = take_header(s, &tag);

	span_skip(s, len);
}

struct span
der_take_bits(struct span *s)
{
	struct span bits = der_take(s, DER_BIT_STRING);

	if (span_u8(&bits) != 0 || span_bad(&bits))
		span_fail(s);
	return bits;
}

struct span
der_take_unsigned(struct span *s)
{
	struct span v = der_take(s, DER_INTEGER);
	size_t len = span_len(&v);

	if (len == 0 || v.p[0] >= 0x80 ||
	    (len > 1 && v.p[0] == 0 && v.p[1] < 0x80)) {
		span_fail(s);
		return span_take(s, 1);
	}
	if (len > 1 && v.p[0] == 0)
		span_skip(&v, 1);
	return v;
}

unsigned
der_take_small(struct span *s, unsigned max)
{
	struct span v = der_take_unsigned(s);
	unsigned n = 0;

	if (span_len(&v) > sizeof(uint16_t))
		span_fail(s);
	else
		while (span_len(&v) > 0)
			n = n << 8 | span_u8(&v);
	if (n > max)
		span_fail(s);
	return span_bad(s) ? 0 : n;
}

/* Two digits. */
static int
take_pair(struct span *s)
{
	uint8_t a = span_u8(s), b = span_u8(s);

	if (a < '0' || a > '9' || b < '0' || b > '9')
		span_fail(s);
	return (a - '0') * 10 + (b - '0');
}

/* Days from 1970-01-01 in the Gregorian calendar; month and day from 1. */
static int64_t
days(int64_t year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 - 719162 +
	       before[month - 1] + (leap && month > 2) + day - 1;
}

static bool
in_range(int v, int low, int high)
{
	return v >= low && v <= high;
}

int64_t
der_take_time(struct span *s)
{
	bool utc = der_is(s, DER_UTC_TIME);
	struct span t = der_take(s, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
	int year, month, day, hour, minute, second;

	if (utc) {
		year = take_pair(&t);
		year += year < 50 ? 2000 : 1900;
	} else {
		year = 100 * take_pair(&t);
		year += take_pair(&t);
	}
	month = take_pair(&t);
	day = take_pair(&t);
	hour = take_pair(&t);
	minute = take_pair(&t);
	second = take_pair(&t);
	if (span_u8(&t) != 'Z')
		span_fail(&t);
	der_end(&t);
	if (span_bad(&t) || !in_range(year, 1, 9999) ||
	    !in_range(month, 1, 12) || !in_range(day, 1, 31) ||
	    !in_range(hour, 0, 23) || !in_range(minute, 0, 59) ||
	    !in_range(second, 0, 59)) {
		span_fail(s);
		return 0;
	}
	return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 +
	       second;
}

void
der_end(struct span *s)
{
	if (span_len(s) > 0)
		span_fail(s);
}

bool
der_oid_is(struct span oid, const void *p, size_t len)
{
	return !span_bad(&oid) && span_equals(&oid, p, len);
}

void
der_oid_text(struct span oid, char ret_text[DER_OID_TEXT])
{
	char text[DER_OID_TEXT] = "";
	uint64_t v = 0;
	bool first = true;

	while (span_len(&oid) > 0) {
		uint8_t c = span_u8(&oid);
		uint64_t root = 0;
		int rc;

		v = v << 7 | (c & 0x7f);
		if (c & 0x80)
			continue;
		if (first) {
			root = v < 40 ? 0 : v < 80 ? 1 : 2;
			rc = str_format(ret_text, DER_OID_TEXT,
			    "%" PRIu64 ".%" PRIu64, root, v - 40 * root);
		} else {
			rc = str_format(ret_text, DER_OID_TEXT, "%s.%" PRIu64,
			    text, v);
		}
		if (rc < 0 || str_copy(text, sizeof(text), ret_text) < 0)
			break;
		first = false;
		v = 0;
	}
	if (str_copy(ret_text, DER_OID_TEXT, text[0] ? text : "?") < 0)
		ret_text[0] = '\0';
}
