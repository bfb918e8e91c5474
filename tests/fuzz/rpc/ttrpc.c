/*
 * The frame reader: however the bytes are cut, the frames are the same; and
 * the envelope decoders. The first byte says how the rest is cut.
 */
#include <stdlib.h>

#include "rpc/ttrpc.h"

enum {
	ARENA_MAX = 1 << 20
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* A number that depends on every frame given and on its bytes. */
static uint64_t
digest(const struct ttrpc_frame *f, uint64_t h)
{
	h = h * 31 + f->len;
	h = h * 31 + f->stream_id;
	h = h * 31 + f->type;
	h = h * 31 + f->flags;
	h = h * 31 + f->oversize;
	for (const uint8_t *p = f->payload.p; p < f->payload.end; p++)
		h = h * 31 + *p;
	return h;
}

static void
decode(const struct ttrpc_frame *f)
{
	struct arena a;
	struct err e;
	Ttrpc__Request *q;

	arena_init(&a, ARENA_MAX);
	q = ttrpc_request(f, &a, &e);
	if (q != NULL) {
		struct buf b;

		buf_init(&b, ARENA_MAX);
		must(ttrpc_put_request(&b, f->stream_id, q->service, q->method,
			 q->payload.data, q->payload.len, q->timeout_nano,
			 &e) == 0);
		buf_release(&b);
	}
	ttrpc_response(f, &a, &e);
	arena_release(&a);
}

static uint64_t
run(const uint8_t *p, size_t len, size_t step, bool decoded)
{
	struct ttrpc_reader r;
	struct ttrpc_frame f;
	uint64_t h = 0;

	ttrpc_reader_init(&r);
	for (size_t n; len > 0; p += n, len -= n) {
		n = len < step ? len : step;
		ttrpc_feed(&r, p, n);
		while (ttrpc_pull(&r, &f)) {
			must(f.oversize || span_len(&f.payload) == f.len);
			h = digest(&f, h);
			if (decoded)
				decode(&f);
		}
	}
	h = h * 31 + ttrpc_partial(&r);
	ttrpc_reader_release(&r);
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	if (len == 0)
		return 0;
	must(run(p + 1, len - 1, TTRPC_FEED_MAX, true) ==
	     run(p + 1, len - 1, (size_t)p[0] + 1, false));
	return 0;
}
