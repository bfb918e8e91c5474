#include "rpc/ttrpc.h"
#include "tests/lib/tap.h"

static struct err e;

static void
put_header(struct buf *b, uint32_t len, uint32_t id, uint8_t type)
{
	buf_be32(b, len);
	buf_be32(b, id);
	buf_u8(b, type);
	buf_u8(b, 0);
}

/* Feed all of b in steps, counting the frames; the last is left in *ret. */
static int
feed_steps(struct ttrpc_reader *r, const struct buf *b, size_t step,
    struct ttrpc_frame *ret)
{
	int n = 0;

	for (size_t at = 0; at < b->len; at += step) {
		size_t len = b->len - at < step ? b->len - at : step;

		ttrpc_feed(r, b->p + at, len);
		while (ttrpc_pull(r, ret))
			n++;
	}
	return n;
}

TEST(gives_the_same_frames_for_every_way_to_cut_the_bytes)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (uint32_t i = 0; i < 5; i++) {
		put_header(&b, 3 * i, 2 * i + 1, TTRPC_REQUEST);
		for (uint32_t j = 0; j < 3 * i; j++)
			buf_u8(&b, (uint8_t)(i + j));
	}
	for (size_t step = 1; step <= b.len; step++) {
		struct ttrpc_reader r;
		struct ttrpc_frame f;

		ttrpc_reader_init(&r);
		EQ_INT(feed_steps(&r, &b, step, &f), 5);
		EQ_INT(f.stream_id, 9);
		EQ_INT(f.type, TTRPC_REQUEST);
		EQ_INT(f.len, 12);
		EQ_INT(span_len(&f.payload), 12);
		EQ_INT(f.payload.p[11], 15);
		OK(!ttrpc_partial(&r));
		ttrpc_reader_release(&r);
	}
	buf_release(&b);
}

TEST(gives_an_empty_frame)
{
	struct ttrpc_reader r;
	struct ttrpc_frame f;
	struct buf b;

	buf_init(&b, 64);
	put_header(&b, 0, 1, 77);
	ttrpc_reader_init(&r);
	EQ_INT(feed_steps(&r, &b, 64, &f), 1);
	EQ_INT(f.len, 0);
	EQ_INT(f.type, 77);
	EQ_INT(span_len(&f.payload), 0);
	OK(!f.oversize);
	ttrpc_reader_release(&r);
	buf_release(&b);
}

TEST(says_that_a_frame_is_cut)
{
	static const struct {
		uint32_t len;
		size_t have;
	} rows[] = {
		{ 0, 1 },
		{ 0, TTRPC_HEADER_LEN - 1 },
		{ 5, TTRPC_HEADER_LEN },
		{ 5, TTRPC_HEADER_LEN + 4 },
		{ TTRPC_PAYLOAD_MAX + 1, TTRPC_HEADER_LEN },
		{ UINT32_MAX, TTRPC_HEADER_LEN + 4 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ttrpc_reader r;
		struct ttrpc_frame f;
		struct buf b;

		buf_init(&b, 64);
		put_header(&b, rows[i].len, 1, TTRPC_REQUEST);
		buf_add_zero(&b, 16);
		ttrpc_reader_init(&r);
		OK(!ttrpc_partial(&r));
		ttrpc_feed(&r, b.p, rows[i].have);
		OK(!ttrpc_pull(&r, &f));
		OK(ttrpc_partial(&r));
		ttrpc_reader_release(&r);
		buf_release(&b);
	}
}

TEST(takes_the_longest_frame_and_skips_one_byte_more)
{
	for (uint32_t more = 0; more <= 1; more++) {
		struct ttrpc_reader r;
		struct ttrpc_frame f;
		struct buf b;

		buf_init(&b, 5 << 20);
		put_header(&b, TTRPC_PAYLOAD_MAX + more, 7, TTRPC_REQUEST);
		buf_add_zero(&b, TTRPC_PAYLOAD_MAX + more);
		ttrpc_reader_init(&r);
		EQ_INT(feed_steps(&r, &b, TTRPC_FEED_MAX, &f), 1);
		EQ_INT(f.oversize, more);
		EQ_INT(f.stream_id, 7);
		EQ_INT(f.len, TTRPC_PAYLOAD_MAX + more);
		EQ_INT(span_len(&f.payload), more == 0 ? TTRPC_PAYLOAD_MAX : 0);
		/* In step again: the next frame is read as usual. */
		buf_clear(&b);
		put_header(&b, 1, 9, TTRPC_REQUEST);
		buf_u8(&b, 42);
		EQ_INT(feed_steps(&r, &b, 3, &f), 1);
		EQ_INT(f.stream_id, 9);
		OK(!f.oversize);
		EQ_INT(f.payload.p[0], 42);
		OK(r.in.cap <= 1 << 20);
		ttrpc_reader_release(&r);
		buf_release(&b);
	}
}

TEST(holds_nothing_of_an_oversize_frame)
{
	static const uint8_t zeros[TTRPC_FEED_MAX];
	struct ttrpc_reader r;
	struct ttrpc_frame f;
	struct buf b;

	buf_init(&b, 64);
	put_header(&b, UINT32_MAX, 7, TTRPC_REQUEST);
	ttrpc_reader_init(&r);
	ttrpc_feed(&r, b.p, b.len);
	for (int i = 0; i < 65535; i++) {
		OK(!ttrpc_pull(&r, &f));
		ttrpc_feed(&r, zeros, sizeof(zeros));
	}
	OK(!ttrpc_pull(&r, &f));
	ttrpc_feed(&r, zeros, sizeof(zeros) - 1);
	OK(ttrpc_pull(&r, &f));
	OK(f.oversize);
	OK(!ttrpc_partial(&r));
	OK(r.in.cap <= 4 * TTRPC_FEED_MAX);
	ttrpc_reader_release(&r);
	buf_release(&b);
}

TEST(reads_the_requests_that_it_writes)
{
	struct ttrpc_reader r;
	struct ttrpc_frame f;
	struct arena a;
	struct buf b;
	Ttrpc__Request *q;

	buf_init(&b, 4096);
	arena_init(&a, 1 << 20);
	EQ_INT(ttrpc_put_request(&b, 5, "grpc.Health", "Check", "\1\2", 2,
		   1234567, &e),
	    0);
	ttrpc_reader_init(&r);
	EQ_INT(feed_steps(&r, &b, 1, &f), 1);
	EQ_INT(f.type, TTRPC_REQUEST);
	EQ_INT(f.stream_id, 5);
	q = ttrpc_request(&f, &a, &e);
	OK(q != NULL);
	EQ_STR(q->service, "grpc.Health");
	EQ_STR(q->method, "Check");
	EQ_INT(q->payload.len, 2);
	EQ_INT(q->payload.data[1], 2);
	EQ_INT(q->timeout_nano, 1234567);
	arena_release(&a);
	ttrpc_reader_release(&r);
	buf_release(&b);
}

TEST(writes_responses_with_a_status_in_valid_utf8)
{
	/* Status {code 5, "a?b"}: field 1, length 7; then the payload. */
	static const uint8_t error[] = { 0, 0, 0, 9, 0, 0, 0, 3, 2, 0, 0x0a, 7,
		8, 5, 0x12, 3, 'a', '?', 'b' };
	static const uint8_t success[] = { 0, 0, 0, 5, 0, 0, 1, 1, 2, 0, 0x0a,
		0, 0x12, 1, 'x' };
	struct buf b;

	buf_init(&b, 4096);
	EQ_INT(ttrpc_put_response(&b, 3, 5,
		   "a\xff"
		   "b",
		   NULL, 0, &e),
	    0);
	EQ_INT(b.len, sizeof(error));
	EQ_MEM(b.p, error, sizeof(error));
	buf_clear(&b);
	EQ_INT(ttrpc_put_response(&b, 257, 0, "", "x", 1, &e), 0);
	EQ_INT(b.len, sizeof(success));
	EQ_MEM(b.p, success, sizeof(success));
	buf_release(&b);
}

TEST(refuses_to_write_what_does_not_fit)
{
	/* The longest payload of a response with an empty status. */
	const size_t most = TTRPC_PAYLOAD_MAX - 2 - 5;
	uint8_t *big = calloc(1, TTRPC_PAYLOAD_MAX + 1);
	struct buf b;

	buf_init(&b, 8 << 20);
	EQ_INT(ttrpc_put_response(&b, 1, 0, "", big, most, &e), 0);
	EQ_INT(b.len, TTRPC_HEADER_LEN + TTRPC_PAYLOAD_MAX);
	EQ_INT(ttrpc_put_response(&b, 1, 0, "", big, most + 1, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(b.len, TTRPC_HEADER_LEN + TTRPC_PAYLOAD_MAX);
	EQ_INT(
	    ttrpc_put_request(&b, 1, "s", "m", big, TTRPC_PAYLOAD_MAX, 0, &e),
	    -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&b);
	buf_init(&b, 20);
	EQ_INT(ttrpc_put_response(&b, 1, 0, "", big, 8, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(b.len, 0);
	EQ_INT(ttrpc_put_response(&b, 1, 0, "", big, 5, &e), 0);
	buf_release(&b);
	free(big);
}

TEST(refuses_payloads_that_are_not_the_message)
{
	static const struct {
		const char *bytes;
		size_t len;
	} rows[] = {
		{ "\x0a", 1 },              /* no length */
		{ "\x0a\x05sv", 4 },        /* cut string */
		{ "\x0a\x02s\0", 4 },       /* NUL in a string */
		{ "\x0a\x02\xc0\x80", 4 },  /* overlong UTF-8 */
		{ "\x08\x01", 2 },          /* service as a number */
		{ "\x22\x01x", 3 },         /* timeout as a string */
		{ "\x0b\x0c", 2 },          /* a group */
		{ "\x2a\x03\x0a\x05k", 5 }, /* cut inside metadata */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ttrpc_frame f = { 0 };
		struct arena a;

		arena_init(&a, 1 << 20);
		f.payload = span_of(rows[i].bytes, rows[i].len);
		OK(ttrpc_request(&f, &a, &e) == NULL);
		EQ_INT(e.code, ERR_SYNTAX);
		arena_release(&a);
	}
}

TAP_MAIN
