#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/span.h"
#include "proto/call.h"

enum {
	HEADER_LEN = 8, /* u32 method or error code, u32 payload length */
	SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
};

static int
send_payload(int chan, enum call_type type, uint32_t id, uint32_t word,
    const void *payload, size_t len, struct err *e)
{
	AUTO_FD int memfd = -1;
	struct buf b;
	int rc;

	if (len > CALL_PAYLOAD_MAX)
		return err_set(e, ERR_LIMIT, "payload of %zu bytes", len);
	buf_init(&b, HEADER_LEN + CALL_INLINE_MAX);
	buf_le32(&b, word);
	buf_le32(&b, (uint32_t)len);
	if (len > CALL_INLINE_MAX) {
		memfd = fd_memfd("payload", payload, len, e);
		if (memfd < 0) {
			/* Not the limit that a full channel is. */
			e->code = ERR_SYSTEM;
			buf_release(&b);
			return -1;
		}
	} else {
		buf_add(&b, payload, len);
	}
	rc = channel_send(chan, type, id, b.p, b.len, &memfd, memfd >= 0, e);
	buf_release(&b);
	return rc;
}

int
call_send_request(int chan, uint32_t id, enum method_id m, const void *payload,
    size_t len, struct err *e)
{
	return send_payload(chan, CALL_REQUEST, id, m, payload, len, e);
}

int
call_send_cancel(int chan, uint32_t id, struct err *e)
{
	return send_payload(chan, CALL_CANCEL, id, 0, NULL, 0, e);
}

int
call_send_ok(int chan, uint32_t id, const void *payload, size_t len,
    struct err *e)
{
	return send_payload(chan, CALL_RESPONSE, id, ERR_NONE, payload, len, e);
}

int
call_send_error(int chan, uint32_t id, const struct err *cause, struct err *e)
{
	return call_send_refusal(chan, id, cause->code, cause->msg,
	    strlen(cause->msg), e);
}

int
call_send_refusal(int chan, uint32_t id, enum err_code code, const char *text,
    size_t len, struct err *e)
{
	return send_payload(chan, CALL_RESPONSE, id, code, text, len, e);
}

int
call_send_stream(int chan, uint32_t id, int stream, int pidfd, struct err *e)
{
	const int fds[2] = { stream, pidfd };

	return channel_send(chan, CALL_STREAM, id, NULL, 0, fds,
	    pidfd >= 0 ? 2 : 1, e);
}

/* Unsealed or oddly sized memory could change while we look at it. */
static int
read_sealed(int fd, size_t len, struct buf *b, struct err *e)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);
	uint8_t *dst;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0 ||
	    st.st_size < 0 || (size_t)st.st_size != len)
		return err_set(e, ERR_SYNTAX, "payload memory is not sealed");
	dst = buf_reserve(b, len);
	if (dst == NULL)
		return err_set(e, ERR_LIMIT, "payload of %zu bytes", len);
	if (fd_read_all(fd, dst, len) < 0)
		return err_sys(e, "read a payload");
	buf_commit(b, len);
	return 0;
}

static int
parse_payload(struct channel_msg *m, struct call *c, struct err *e)
{
	struct span s = span_of(m->body, m->len);
	uint32_t word = span_le32(&s);
	uint32_t len = span_le32(&s);
	AUTO_FD int memfd = channel_msg_take_fd(m, 0);

	if (c->type == CALL_RESPONSE)
		c->code = (enum err_code)word;
	else
		c->method = (enum method_id)word;
	if (span_bad(&s) || (c->type == CALL_REQUEST && word >= METHOD_END) ||
	    (c->type == CALL_RESPONSE && word > ERR_INTERNAL))
		return err_set(e, ERR_SYNTAX, "bad call header");
	if (len > CALL_PAYLOAD_MAX)
		return err_set(e, ERR_LIMIT, "payload of %u bytes", len);
	if (memfd >= 0)
		return read_sealed(memfd, len, &c->payload, e);
	if (span_len(&s) != len)
		return err_set(e, ERR_SYNTAX, "bad call length");
	buf_add(&c->payload, s.p, len);
	return 0;
}

int
call_parse(struct channel_msg *m, struct call *ret, struct err *e)
{
	struct call c = { .type = m->type,
		.id = m->id,
		.method = METHOD_END,
		.stream = -1,
		.pidfd = -1 };

	buf_init(&c.payload, CALL_PAYLOAD_MAX);
	switch (m->type) {
	case CALL_REQUEST:
	case CALL_CANCEL:
	case CALL_RESPONSE:
		if (parse_payload(m, &c, e) < 0) {
			call_release(&c);
			return -1;
		}
		break;
	case CALL_STREAM:
		c.stream = channel_msg_take_fd(m, 0);
		c.pidfd = channel_msg_take_fd(m, 1);
		if (c.stream < 0)
			return err_set(e, ERR_SYNTAX, "stream without end");
		break;
	default:
		return err_set(e, ERR_SYNTAX, "call type %u", m->type);
	}
	*ret = c;
	return 0;
}

void
call_release(struct call *c)
{
	buf_release(&c->payload);
	fd_close(&c->stream);
	fd_close(&c->pidfd);
}
