#include "measurements/verify/der.h"

uint8_t
der_peek(const struct span *s)
{
	return span_len(s) > 0 ? *s->p : 0;
}

/* A length in its shortest form, of at most four bytes. */
static size_t
take_length(struct span *s)
{
	size_t len = span_u8(s);
	int n;

	if (len < 0x80)
		return len;
	n = (int)(len & 0x7f);
	if (n < 1 || n > 4 || der_peek(s) == 0) {
		span_fail(s);
		return 0;
	}
	for (len = 0; n > 0; n--)
		len = len << 8 | span_u8(s);
	if (len < 0x80)
		span_fail(s);
	return len;
}

struct span
der_take(struct span *s, unsigned tag)
{
	if (span_u8(s) != tag)
		span_fail(s);
	return span_take(s, take_length(s));
}

struct span
der_take_whole(struct span *s, unsigned tag)
{
	const uint8_t *start = s->p;
	struct span contents = der_take(s, tag);

	if (span_bad(s))
		return contents;
	return span_of(start, (size_t)(s->p - start));
}

void
der_skip(struct span *s)
{
	der_take(s, der_peek(s));
}

struct span
der_take_integer(struct span *s)
{
	struct span n = der_take(s, DER_INTEGER);

	/* X.690, 8.3.2: no more octets than the sign needs. */
	if (span_len(&n) == 0 || n.p[0] >= 0x80 ||
	    (span_len(&n) > 1 && n.p[0] == 0 && n.p[1] < 0x80))
		span_fail(s);
	else if (n.p[0] == 0)
		n.p++;
	return n;
}

uint32_t
der_take_u31(struct span *s)
{
	struct span n = der_take_integer(s);
	uint32_t v = 0;

	if (span_bad(s) || span_len(&n) > 4 ||
	    (span_len(&n) == 4 && n.p[0] >= 0x80)) {
		span_fail(s);
		return 0;
	}
	while (span_len(&n) > 0)
		v = v << 8 | span_u8(&n);
	return v;
}

struct span
der_take_bits(struct span *s)
{
	struct span bits = der_take(s, DER_BITS);

	if (span_u8(&bits) != 0 || span_bad(&bits))
		span_fail(s);
	return bits;
}

void
der_end(struct span *s)
{
	if (span_len(s) != 0)
		span_fail(s);
}
