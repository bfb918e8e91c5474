#include <string.h>

#include "measurements/out/cbor.h"

enum major {
	MAJOR_UINT = 0,
	MAJOR_BYTES = 2,
	MAJOR_TEXT = 3,
	MAJOR_ARRAY = 4,
	MAJOR_MAP = 5,
	MAJOR_TAG = 6
};

/* The type and an argument in its shortest form (RFC 8949, 3). */
static void
put_head(struct buf *b, enum major major, uint64_t v)
{
	uint8_t first = (uint8_t)(major << 5);

	if (v < 24) {
		buf_u8(b, (uint8_t)(first | v));
	} else if (v <= UINT8_MAX) {
		buf_u8(b, first | 24);
		buf_u8(b, (uint8_t)v);
	} else if (v <= UINT16_MAX) {
		buf_u8(b, first | 25);
		buf_be16(b, (uint16_t)v);
	} else if (v <= UINT32_MAX) {
		buf_u8(b, first | 26);
		buf_be32(b, (uint32_t)v);
	} else {
		buf_u8(b, first | 27);
		buf_be64(b, v);
	}
}

void
cbor_uint(struct buf *b, uint64_t v)
{
	put_head(b, MAJOR_UINT, v);
}

void
cbor_bytes(struct buf *b, const void *p, size_t len)
{
	put_head(b, MAJOR_BYTES, len);
	buf_add(b, p, len);
}

void
cbor_text(struct buf *b, const char *s)
{
	put_head(b, MAJOR_TEXT, strlen(s));
	buf_add_str(b, s);
}

void
cbor_array(struct buf *b, uint64_t n)
{
	put_head(b, MAJOR_ARRAY, n);
}

void
cbor_map(struct buf *b, uint64_t n)
{
	put_head(b, MAJOR_MAP, n);
}

void
cbor_tag(struct buf *b, uint64_t tag)
{
	put_head(b, MAJOR_TAG, tag);
}
