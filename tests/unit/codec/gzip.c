#include <zlib.h>

#include "codec/gzip.h"
#include "tests/lib/tap.h"

enum {
	PACKED_MAX = 256 * 1024
};

static uint8_t packed[PACKED_MAX];

/* A gzip file of the len bytes at p. */
static size_t
pack(const void *p, size_t len)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)p };

	z.avail_in = (uInt)len;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	OK(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, 0) == Z_OK);
	OK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return sizeof(packed) - z.avail_out;
}

TEST(reads_what_was_packed)
{
	static uint8_t data[3 * 65536 + 1];
	static const size_t lens[] = { 0, 1, 65535, 65536, 65537,
		sizeof(data) };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i >> 7);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		size_t len = pack(data, lens[i]);
		struct buf out;
		struct err e;

		buf_init(&out, lens[i]);
		EQ_INT(gzip_read(packed, len, &out, &e), 0);
		EQ_INT(out.len, lens[i]);
		EQ_MEM(out.p != NULL ? out.p : data, data, lens[i]);
		buf_release(&out);
		if (lens[i] == 0)
			continue;
		buf_init(&out, lens[i] - 1);
		EQ_INT(gzip_read(packed, len, &out, &e), -1);
		EQ_INT(e.code, ERR_LIMIT);
		buf_release(&out);
	}
}

TEST(appends_and_bounds_the_whole_buffer)
{
	size_t len = pack("world", 5);
	struct buf out;
	struct err e;

	buf_init(&out, 11);
	buf_add_str(&out, "hello ");
	EQ_INT(gzip_read(packed, len, &out, &e), 0);
	EQ_STR(buf_str(&out), "hello world");
	buf_release(&out);
}

TEST(refuses_a_bomb_at_its_limit)
{
	static uint8_t zeros[16 * 1024 * 1024];
	size_t len = pack(zeros, sizeof(zeros));
	struct buf out;
	struct err e;

	buf_init(&out, 1024 * 1024);
	EQ_INT(gzip_read(packed, len, &out, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_STR(e.msg, "the gzip data holds more than 1048576 bytes");
	buf_release(&out);
}

TEST(refuses_what_is_damaged)
{
	static const char text[] = "some text, some text, some text";
	size_t len = pack(text, strlen(text));
	struct buf out;
	struct err e;

	buf_init(&out, 4096);
	for (size_t i = 0; i < len; i++) {
		EQ_INT(gzip_read(packed, i, &out, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
		buf_clear(&out);
	}
	for (size_t i = 0; i < len; i++) {
		/* Bits that say nothing about the contents may change. */
		packed[i] ^= 0x40;
		if (gzip_read(packed, len, &out, &e) == 0)
			EQ_STR(buf_str(&out), text);
		else
			EQ_INT(e.code, ERR_SYNTAX);
		packed[i] ^= 0x40;
		buf_clear(&out);
	}
	packed[len] = 0;
	EQ_INT(gzip_read(packed, len + 1, &out, &e), -1);
	EQ_STR(e.msg, "1 bytes after the end of the gzip data");
	memcpy(packed + len, packed, len);
	buf_clear(&out);
	EQ_INT(gzip_read(packed, 2 * len, &out, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	buf_release(&out);
}

TAP_MAIN
