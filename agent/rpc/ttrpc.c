#include <string.h>

#include "base/die.h"
#include "proto/message.h"
#include "rpc/ttrpc.h"

enum {
	READER_MAX = TTRPC_HEADER_LEN + TTRPC_PAYLOAD_MAX + TTRPC_FEED_MAX,
	READER_KEEP = 256 * 1024 /* memory kept when it is empty */
};

void
ttrpc_reader_init(struct ttrpc_reader *r)
{
	memset(r, 0, sizeof(*r));
	buf_init(&r->in, READER_MAX);
}

void
ttrpc_reader_release(struct ttrpc_reader *r)
{
	buf_release(&r->in);
	ttrpc_reader_init(r);
}

static size_t
skip_some(struct ttrpc_reader *r, size_t len)
{
	size_t n = len < r->skip ? len : r->skip;

	r->skip -= (uint32_t)n;
	return n;
}

void
ttrpc_feed(struct ttrpc_reader *r, const void *p, size_t len)
{
	buf_consume(&r->in, r->at);
	r->at = 0;
	if (r->in.len == 0 && r->in.cap > READER_KEEP)
		buf_release(&r->in);
	buf_add(&r->in, p, len);
	if (buf_bad(&r->in))
		die("ttrpc: fed %zu bytes beyond a frame", len);
}

static struct ttrpc_frame
read_header(struct span *s)
{
	struct ttrpc_frame f = { .payload = span_of(NULL, 0) };

	f.len = span_be32(s);
	f.stream_id = span_be32(s);
	f.type = span_u8(s);
	f.flags = span_u8(s);
	f.oversize = f.len > TTRPC_PAYLOAD_MAX;
	return f;
}

bool
ttrpc_pull(struct ttrpc_reader *r, struct ttrpc_frame *ret)
{
	struct span s = span_of(r->in.p, r->in.len);
	struct ttrpc_frame f;

	span_skip(&s, r->at);
	if (r->skip == 0) {
		if (span_len(&s) < TTRPC_HEADER_LEN)
			return false;
		f = read_header(&s);
		if (!f.oversize) {
			if (span_len(&s) < f.len)
				return false;
			f.payload = span_take(&s, f.len);
			r->at += TTRPC_HEADER_LEN + f.len;
			*ret = f;
			return true;
		}
		r->at += TTRPC_HEADER_LEN;
		r->skip = f.len;
		r->skipped = f;
	}
	r->at += skip_some(r, span_len(&s));
	if (r->skip > 0)
		return false;
	*ret = r->skipped;
	return true;
}

bool
ttrpc_partial(const struct ttrpc_reader *r)
{
	return r->skip > 0 || r->in.len > r->at;
}

static int
put_frame(struct buf *b, uint32_t stream_id, enum ttrpc_type type,
    const ProtobufCMessage *m, struct err *e)
{
	size_t len = protobuf_c_message_get_packed_size(m);

	if (len > TTRPC_PAYLOAD_MAX)
		return err_set(e, ERR_LIMIT,
		    "message of %zu bytes, at most %d fit", len,
		    TTRPC_PAYLOAD_MAX);
	if (buf_reserve(b, TTRPC_HEADER_LEN + len) == NULL) {
		b->bad = false;
		return err_set(e, ERR_LIMIT,
		    "message of %zu bytes does not fit the output", len);
	}
	buf_be32(b, (uint32_t)len);
	buf_be32(b, stream_id);
	buf_u8(b, type);
	buf_u8(b, 0);
	message_pack(m, b);
	return 0;
}

int
ttrpc_put_request(struct buf *b, uint32_t stream_id, const char *service,
    const char *method, const void *payload, size_t len, int64_t timeout_nano,
    struct err *e)
{
	Ttrpc__Request m = TTRPC__REQUEST__INIT;

	m.service = (char *)service;
	m.method = (char *)method;
	m.payload.data = (uint8_t *)payload;
	m.payload.len = len;
	m.timeout_nano = timeout_nano;
	return put_frame(b, stream_id, TTRPC_REQUEST, &m.base, e);
}

/* Texts may quote what came from outside; protobuf strings must be UTF-8. */
static void
copy_text(char dst[TTRPC_TEXT_MAX], const char *text)
{
	size_t n = 0;

	for (; text[n] != '\0' && n < TTRPC_TEXT_MAX - 1; n++) {
		unsigned char c = (unsigned char)text[n];

		dst[n] = (char)(c < 0x80 ? c : '?');
	}
	dst[n] = '\0';
}

int
ttrpc_put_response(struct buf *b, uint32_t stream_id, int32_t code,
    const char *text, const void *payload, size_t len, struct err *e)
{
	Ttrpc__Response m = TTRPC__RESPONSE__INIT;
	Ttrpc__Status status = TTRPC__STATUS__INIT;
	char copy[TTRPC_TEXT_MAX];

	copy_text(copy, text);
	status.code = code;
	status.message = copy;
	m.status = &status;
	m.payload.data = (uint8_t *)payload;
	m.payload.len = len;
	return put_frame(b, stream_id, TTRPC_RESPONSE, &m.base, e);
}

Ttrpc__Request *
ttrpc_request(const struct ttrpc_frame *f, struct arena *a, struct err *e)
{
	return (Ttrpc__Request *)message_unpack(&ttrpc__request__descriptor,
	    f->payload.p, span_len(&f->payload), a, e);
}

Ttrpc__Response *
ttrpc_response(const struct ttrpc_frame *f, struct arena *a, struct err *e)
{
	return (Ttrpc__Response *)message_unpack(&ttrpc__response__descriptor,
	    f->payload.p, span_len(&f->payload), a, e);
}
