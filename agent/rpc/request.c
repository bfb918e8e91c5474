#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/die.h"
#include "proto/message.h"
#include "rpc/connection.h"
#include "rpc/health.h"
#include "rpc/request.h"
#include "rpc/rpc.h"
#include "rpc/stream_io.h"

enum {
	SLOT_BITS = 16,
	SLOT_MASK = (1 << SLOT_BITS) - 1,
	NS_IN_MS = 1000000,
	HEALTH_REPLY_MAX = 256
};

_Static_assert((int)RPC_REQUESTS_MAX <= (int)SLOT_MASK,
    "slot numbers fit an id");

struct request *
request_find(struct rpc *rpc, uint32_t id)
{
	uint32_t slot = id & SLOT_MASK;
	struct request *r = slot < RPC_REQUESTS_MAX ? rpc->slots[slot] : NULL;

	return r != NULL && r->id == id ? r : NULL;
}

/* The caller has checked that there is a free one. */
static uint32_t
take_slot(struct rpc *rpc, struct request *r)
{
	size_t i = rpc->next_slot;

	while (rpc->slots[i] != NULL)
		i = (i + 1) % RPC_REQUESTS_MAX;
	rpc->next_slot = (i + 1) % RPC_REQUESTS_MAX;
	rpc->slots[i] = r;
	rpc->uses[i]++;
	return (uint32_t)rpc->uses[i] << SLOT_BITS | (uint32_t)i;
}

static void
request_free(struct request *r)
{
	struct rpc *rpc = r->rpc;

	stream_io_free(r->io);
	loop_timer_stop(&rpc->loop, &r->deadline);
	rpc->slots[r->id & SLOT_MASK] = NULL;
	*(r->prev != NULL ? &r->prev->next : &rpc->first) = r->next;
	*(r->next != NULL ? &r->next->prev : &rpc->last) = r->prev;
	rpc->n_requests--;
	r->conn->n_requests--;
	free(r);
}

void
request_reply(struct request *r, const void *payload, size_t len)
{
	struct connection *c = r->conn;
	uint32_t stream_id = r->stream_id;

	request_free(r);
	connection_reply(c, stream_id, payload, len);
}

void
request_refuse_text(struct request *r, enum err_code code, const char *text)
{
	struct connection *c = r->conn;
	uint32_t stream_id = r->stream_id;

	request_free(r);
	connection_refuse(c, stream_id, code, text);
}

void
request_refuse(struct request *r, const struct err *cause)
{
	request_refuse_text(r, cause->code, cause->msg);
}

void
request_drop(struct request *r)
{
	rpc_cancel(r->rpc, r);
	request_free(r);
}

static void
on_deadline(struct loop_timer *t)
{
	struct request *r = t->arg;
	struct err e;

	err_set(&e, ERR_TIMEOUT, "%s: the request's time is over",
	    method_row(r->method)->name);
	rpc_cancel(r->rpc, r);
	request_refuse(r, &e);
}

static int64_t
deadline_of(int64_t timeout_nano)
{
	if (timeout_nano == 0)
		return CLOCK_NEVER;
	if (timeout_nano < 0)
		return clock_now();
	return clock_after(timeout_nano / NS_IN_MS + 1);
}

static struct request *
request_new(struct connection *c, uint32_t stream_id, enum method_id m,
    int64_t timeout_nano)
{
	struct request *r = must_alloc(1, sizeof(*r));
	struct rpc *rpc = c->rpc;

	r->rpc = rpc;
	r->conn = c;
	r->stream_id = stream_id;
	r->method = m;
	r->id = take_slot(rpc, r);
	r->prev = rpc->last;
	*(rpc->last != NULL ? &rpc->last->next : &rpc->first) = r;
	rpc->last = r;
	rpc->n_requests++;
	c->n_requests++;
	loop_timer_init(&r->deadline, on_deadline, r);
	loop_timer_set(&rpc->loop, &r->deadline, deadline_of(timeout_nano));
	return r;
}

static bool
in_flight(const struct connection *c, uint32_t stream_id)
{
	for (const struct request *r = c->rpc->first; r != NULL; r = r->next) {
		if (r->conn == c && r->stream_id == stream_id)
			return true;
	}
	return false;
}

/*
 * The reference server also wants stream ids to increase. Clients that send
 * from several threads do not promise that, so only an id that is in flight
 * is refused: nothing else would be ambiguous.
 */
static int
check_frame(const struct connection *c, const struct ttrpc_frame *f,
    struct err *e)
{
	if (f->oversize)
		return err_set(e, ERR_LIMIT,
		    "message of %u bytes, at most %d are allowed", f->len,
		    TTRPC_PAYLOAD_MAX);
	if (f->stream_id % 2 == 0)
		return err_set(e, ERR_ARGUMENT,
		    "stream id %u: a client's must be odd", f->stream_id);
	if (f->type == TTRPC_DATA)
		return err_set(e, ERR_ARGUMENT, "stream id %u: no such stream",
		    f->stream_id);
	if (in_flight(c, f->stream_id))
		return err_set(e, ERR_ARGUMENT, "stream id %u: in use already",
		    f->stream_id);
	if ((f->flags & TTRPC_REMOTE_OPEN) != 0)
		return err_set(e, ERR_UNIMPLEMENTED,
		    "streaming requests are not supported");
	if (c->n_requests >= CONNECTION_REQUESTS_MAX ||
	    c->rpc->n_requests >= RPC_REQUESTS_MAX)
		return err_set(e, ERR_LIMIT, "too many requests in flight");
	return 0;
}

static void
answer_health(struct connection *c, uint32_t stream_id, enum method_id m)
{
	struct buf b;

	buf_init(&b, HEALTH_REPLY_MAX);
	health_answer(m, &b);
	connection_reply(c, stream_id, b.p, b.len);
	buf_release(&b);
}

static int
dispatch(struct connection *c, uint32_t stream_id, const Ttrpc__Request *q,
    struct err *e)
{
	enum method_id m = method_find(q->service, q->method);
	const void *payload = q->payload.data;
	size_t len = q->payload.len;
	struct request *r;

	if (m == METHOD_END)
		return err_set(e, ERR_UNIMPLEMENTED,
		    "/%.96s/%.96s is not supported", q->service, q->method);
	if (message_check(method_row(m)->request, payload, len, e) < 0)
		return -1;
	if (m >= METHOD_AGENT_END) {
		answer_health(c, stream_id, m);
		return 0;
	}
	r = request_new(c, stream_id, m, q->timeout_nano);
	if ((stream_io_is(m) && stream_io_new(r, payload, len, e) < 0) ||
	    rpc_forward(c->rpc, r, payload, len, e) < 0)
		request_refuse(r, e);
	return 0;
}

void
request_begin(struct connection *c, const struct ttrpc_frame *f)
{
	struct arena a;
	struct err e;
	Ttrpc__Request *q;
	int rc = -1;

	/* PROTOCOL.md: other types are left to future versions. */
	if (f->type != TTRPC_REQUEST && f->type != TTRPC_DATA)
		return;
	if (f->type == TTRPC_DATA && in_flight(c, f->stream_id))
		return;
	arena_init(&a, RPC_ARENA_MAX);
	if (check_frame(c, f, &e) == 0) {
		q = ttrpc_request(f, &a, &e);
		if (q != NULL)
			rc = dispatch(c, f->stream_id, q, &e);
	}
	if (rc < 0)
		connection_refuse(c, f->stream_id, e.code, e.msg);
	arena_release(&a);
}

void
request_answer(struct request *r, struct call *a)
{
	struct err e;

	r->at_sandbox = false;
	if (a->type == CALL_RESPONSE && a->code == ERR_NONE) {
		request_reply(r, a->payload.p, a->payload.len);
	} else if (a->type == CALL_RESPONSE) {
		request_refuse_text(r, a->code, buf_str(&a->payload));
	} else if (a->type == CALL_STREAM && r->io != NULL && r->io->fd < 0) {
		int fd = a->stream, pidfd = a->pidfd;

		a->stream = -1;
		a->pidfd = -1;
		stream_io_start(r->io, fd, pidfd);
	} else {
		err_set(&e, ERR_INTERNAL, "%s: an answer of the wrong kind",
		    method_row(r->method)->name);
		request_refuse(r, &e);
	}
}
