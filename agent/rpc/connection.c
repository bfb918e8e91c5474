#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "rpc/connection.h"
#include "rpc/request.h"
#include "rpc/rpc.h"
#include "rpc/status.h"
#include "rpc/stream_io.h"

enum {
	OUTPUT_KEEP = 256 * 1024 /* memory kept when all is written */
};

static size_t
pending(const struct connection *c)
{
	return c->out.len - c->out_at;
}

bool
connection_slow(const struct connection *c)
{
	return pending(c) > CONNECTION_OUTPUT_SOFT;
}

bool
connection_idle(const struct connection *c)
{
	return c->failed || pending(c) == 0;
}

static bool
may_take(const struct connection *c)
{
	return !c->failed && !connection_slow(c) && !rpc_blocked(c->rpc);
}

static void
update(struct connection *c)
{
	if (!c->failed)
		loop_change(&c->watch, (may_take(c) ? EPOLLIN : 0) |
					   (pending(c) > 0 ? EPOLLOUT : 0));
}

void
connection_fail(struct connection *c, const char *why)
{
	if (c->failed)
		return;
	if (why != NULL)
		log_warn("connection ended: %s", why);
	c->failed = true;
	loop_remove(&c->watch);
	loop_timer_set(&c->rpc->loop, &c->rpc->reaper, clock_now());
}

static void
resume_reads(struct connection *c)
{
	for (struct request *r = c->rpc->first; r != NULL; r = r->next) {
		if (r->conn == c && r->io != NULL)
			stream_io_resume(r->io);
	}
}

static void
flush(struct connection *c)
{
	bool was_slow = connection_slow(c);

	while (!c->failed && pending(c) > 0) {
		size_t len = pending(c) < CONNECTION_WRITE ? pending(c)
							   : CONNECTION_WRITE;
		ssize_t n = fd_write(c->fd, c->out.p + c->out_at, len);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			connection_fail(c, NULL);
		else
			c->out_at += (size_t)n;
	}
	if (pending(c) == 0) {
		c->out_at = 0;
		buf_clear(&c->out);
		if (c->out.cap > OUTPUT_KEEP)
			buf_release(&c->out);
	}
	if (was_slow && !connection_slow(c))
		resume_reads(c);
}

static void
put(struct connection *c, uint32_t stream_id, enum err_code code,
    const char *text, const void *payload, size_t len)
{
	bool idle = pending(c) == 0;
	struct err e;
	int rc;

	if (c->failed)
		return;
	if (c->out_at > c->out.len / 2) {
		buf_consume(&c->out, c->out_at);
		c->out_at = 0;
	}
	rc = ttrpc_put_response(&c->out, stream_id, status_of(code), text,
	    payload, len, &e);
	if (rc < 0 && code == ERR_NONE && len > CALL_PAYLOAD_MAX / 2)
		rc = ttrpc_put_response(&c->out, stream_id, status_of(e.code),
		    e.msg, NULL, 0, &e);
	if (rc < 0) {
		connection_fail(c, "the client does not take its replies");
		return;
	}
	/* Otherwise the loop says when there is room. */
	if (idle)
		flush(c);
	update(c);
}

void
connection_reply(struct connection *c, uint32_t stream_id, const void *payload,
    size_t len)
{
	put(c, stream_id, ERR_NONE, "", payload, len);
}

void
connection_refuse(struct connection *c, uint32_t stream_id, enum err_code code,
    const char *text)
{
	put(c, stream_id, code == ERR_NONE ? ERR_INTERNAL : code, text, NULL,
	    0);
}

static void
take_requests(struct connection *c)
{
	struct ttrpc_frame f;

	while (may_take(c) && ttrpc_pull(&c->in, &f))
		request_begin(c, &f);
}

static void
receive(struct connection *c)
{
	uint8_t bytes[CONNECTION_READ];
	ssize_t n = fd_read(c->fd, bytes, sizeof(bytes));

	if (n > 0)
		ttrpc_feed(&c->in, bytes, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		connection_fail(c, NULL);
}

void
connection_resume(struct connection *c)
{
	take_requests(c);
	update(c);
}

static void
on_event(struct loop_watch *w, uint32_t events)
{
	struct connection *c = w->arg;

	if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
		connection_fail(c, NULL);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		flush(c);
	take_requests(c);
	/* True only after every frame received so far was taken. */
	if (may_take(c) && (events & EPOLLIN) != 0) {
		receive(c);
		take_requests(c);
	}
	update(c);
}

void
connection_open(struct rpc *rpc, int fd)
{
	struct connection *c = must_alloc(1, sizeof(*c));
	struct err e;

	c->rpc = rpc;
	ttrpc_reader_init(&c->in);
	buf_init(&c->out, CONNECTION_OUTPUT_MAX);
	loop_watch_init(&c->watch, on_event, c);
	if (loop_add(&rpc->loop, &c->watch, fd, EPOLLIN, &e) < 0) {
		log_error("connection: %s", e.msg);
		fd_close(&fd);
		free(c);
		return;
	}
	c->fd = fd;
	c->next = rpc->connections;
	rpc->connections = c;
	rpc->n_connections++;
}

void
connection_free(struct connection *c)
{
	struct request *next;

	for (struct request *r = c->rpc->first; r != NULL; r = next) {
		next = r->next;
		if (r->conn == c)
			request_drop(r);
	}
	loop_remove(&c->watch);
	fd_close(&c->fd);
	ttrpc_reader_release(&c->in);
	buf_release(&c->out);
	free(c);
}
