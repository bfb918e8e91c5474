#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"

enum {
	BUF_FIRST = 256
};

void
buf_init(struct buf *b, size_t limit)
{
	memset(b, 0, sizeof(*b));
	b->limit = limit;
}

void
buf_release(struct buf *b)
{
	size_t limit = b->limit;

	free(b->p);
	buf_init(b, limit);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->bad = false;
}

bool
buf_bad(const struct buf *b)
{
	return b->bad;
}

/* One byte more than asked is kept free for buf_str()'s NUL. */
static void
grow(struct buf *b, size_t need)
{
	size_t cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	uint8_t *p;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap - 1 > b->limit)
		cap = b->limit + 1;
	p = realloc(b->p, cap);
	if (p == NULL)
		die("out of memory (%zu bytes)", cap);
	b->p = p;
	b->cap = cap;
}

uint8_t *
buf_reserve(struct buf *b, size_t n)
{
	size_t need;

	if (b->bad || n > b->limit || b->len > b->limit - n || n == SIZE_MAX ||
	    __builtin_add_overflow(b->len, n + 1, &need)) {
		b->bad = true;
		return NULL;
	}
	if (need > b->cap)
		grow(b, need);
	return b->p + b->len;
}

void
buf_commit(struct buf *b, size_t n)
{
	b->len += n;
}

void
buf_add(struct buf *b, const void *p, size_t len)
{
	uint8_t *dst = buf_reserve(b, len);

	if (dst == NULL || len == 0)
		return;
	memcpy(dst, p, len);
	b->len += len;
}

void
buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_add_zero(struct buf *b, size_t n)
{
	uint8_t *dst = buf_reserve(b, n);

	if (dst == NULL || n == 0)
		return;
	memset(dst, 0, n);
	b->len += n;
}

static void
add_be(struct buf *b, uint64_t v, size_t len)
{
	uint8_t tmp[8];

	for (size_t i = 0; i < len; i++)
		tmp[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
	buf_add(b, tmp, len);
}

static void
add_le(struct buf *b, uint64_t v, size_t len)
{
	uint8_t tmp[8];

	for (size_t i = 0; i < len; i++)
		tmp[i] = (uint8_t)(v >> (8 * i));
	buf_add(b, tmp, len);
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_add(b, &v, 1);
}

void
buf_be16(struct buf *b, uint16_t v)
{
	add_be(b, v, 2);
}

void
buf_be32(struct buf *b, uint32_t v)
{
	add_be(b, v, 4);
}

void
buf_be64(struct buf *b, uint64_t v)
{
	add_be(b, v, 8);
}

void
buf_le16(struct buf *b, uint16_t v)
{
	add_le(b, v, 2);
}

void
buf_le32(struct buf *b, uint32_t v)
{
	add_le(b, v, 4);
}

void
buf_le64(struct buf *b, uint64_t v)
{
	add_le(b, v, 8);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	uint8_t *dst;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (dst = buf_reserve(b, (size_t)n)) == NULL) {
		b->bad = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf((char *)dst, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->p, b->p + n, b->len - n);
	b->len -= n;
}

const char *
buf_str(struct buf *b)
{
	if (b->bad || b->len == 0)
		return "";
	b->p[b->len] = '\0';
	return (const char *)b->p;
}
