#include <string.h>

#include "base/span.h"

struct span
span_of(const void *p, size_t len)
{
	static const uint8_t empty[1];
	struct span s = { p, NULL, false };

	if (s.p == NULL)
		s.p = empty;
	s.end = s.p + len;
	return s;
}

size_t
span_len(const struct span *s)
{
	return (size_t)(s->end - s->p);
}

bool
span_bad(const struct span *s)
{
	return s->bad;
}

void
span_fail(struct span *s)
{
	s->bad = true;
	s->p = s->end;
}

static const uint8_t *
take(struct span *s, size_t len)
{
	const uint8_t *p = s->p;

	if (s->bad || span_len(s) < len) {
		span_fail(s);
		return NULL;
	}
	s->p += len;
	return p;
}

static uint64_t
take_be(struct span *s, size_t len)
{
	const uint8_t *p = take(s, len);
	uint64_t v = 0;

	for (size_t i = 0; p != NULL && i < len; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t
take_le(struct span *s, size_t len)
{
	const uint8_t *p = take(s, len);
	uint64_t v = 0;

	for (size_t i = len; p != NULL && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint8_t
span_u8(struct span *s)
{
	return (uint8_t)take_be(s, 1);
}

uint16_t
span_be16(struct span *s)
{
	return (uint16_t)take_be(s, 2);
}

uint32_t
span_be32(struct span *s)
{
	return (uint32_t)take_be(s, 4);
}

uint64_t
span_be64(struct span *s)
{
	return take_be(s, 8);
}

uint16_t
span_le16(struct span *s)
{
	return (uint16_t)take_le(s, 2);
}

uint32_t
span_le32(struct span *s)
{
	return (uint32_t)take_le(s, 4);
}

uint64_t
span_le64(struct span *s)
{
	return take_le(s, 8);
}

struct span
span_take(struct span *s, size_t len)
{
	const uint8_t *p = take(s, len);
	struct span part = span_of(p, p == NULL ? 0 : len);

	part.bad = p == NULL;
	return part;
}

void
span_skip(struct span *s, size_t len)
{
	take(s, len);
}

void
span_copy(struct span *s, void *dst, size_t len)
{
	const uint8_t *p = take(s, len);

	if (p == NULL)
		memset(dst, 0, len);
	else if (len > 0)
		memcpy(dst, p, len);
}

bool
span_equals(const struct span *s, const void *p, size_t len)
{
	return !s->bad && span_len(s) == len &&
	       (len == 0 || memcmp(s->p, p, len) == 0);
}
