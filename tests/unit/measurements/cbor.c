#include "measurements/out/cbor.h"
#include "tests/lib/tap.h"

static struct buf b;

static void
is(const char *bytes, size_t len)
{
	EQ_INT(b.len, len);
	EQ_INT(memcmp(b.p, bytes, len), 0);
	buf_release(&b);
}

TEST(numbers_have_their_shortest_form)
{
	/* RFC 8949, appendix A. */
	static const struct {
		uint64_t v;
		const char *bytes;
		size_t len;
	} rows[] = {
		{ 0, "\x00", 1 },
		{ 23, "\x17", 1 },
		{ 24, "\x18\x18", 2 },
		{ 100, "\x18\x64", 2 },
		{ 255, "\x18\xff", 2 },
		{ 256, "\x19\x01\x00", 3 },
		{ 1000, "\x19\x03\xe8", 3 },
		{ 65535, "\x19\xff\xff", 3 },
		{ 1000000, "\x1a\x00\x0f\x42\x40", 5 },
		{ UINT32_MAX, "\x1a\xff\xff\xff\xff", 5 },
		{ UINT64_C(1000000000000),
		    "\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", 9 },
		{ UINT64_MAX, "\x1b\xff\xff\xff\xff\xff\xff\xff\xff", 9 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_init(&b, 100);
		cbor_uint(&b, rows[i].v);
		is(rows[i].bytes, rows[i].len);
	}
}

TEST(strings_arrays_maps_and_tags)
{
	buf_init(&b, 100);
	cbor_map(&b, 2);
	cbor_uint(&b, 1);
	cbor_array(&b, 3);
	cbor_text(&b, "");
	cbor_text(&b, "IETF");
	cbor_bytes(&b, "\1\2\3\4", 4);
	cbor_uint(&b, 2);
	cbor_tag(&b, 501);
	cbor_bytes(&b, NULL, 0);
	is("\xa2\x01\x83\x60\x64IETF\x44\x01\x02\x03\x04\x02\xd9\x01\xf5\x40",
	    19);
}

TAP_MAIN
