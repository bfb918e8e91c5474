#include <stdlib.h>

#include "base/die.h"
#include "proto/message.h"
#include "sandbox/gate.h"
#include "sandbox/peer.h"
#include "sandbox/request.h"

static struct request *
request_find(struct sandbox *sb, uint32_t id)
{
	for (struct request *rq = sb->requests; rq != NULL; rq = rq->next) {
		if (rq->id == id && !rq->cancelled)
			return rq;
	}
	return NULL;
}

struct request *
request_new(struct sandbox *sb, uint32_t id, enum method_id method,
    struct err *e)
{
	struct request *rq;

	if (sb->n_requests >= SANDBOX_REQUESTS_MAX) {
		err_set(e, ERR_LIMIT, "%d requests are unanswered",
		    SANDBOX_REQUESTS_MAX);
		return NULL;
	}
	if (request_find(sb, id) != NULL) {
		err_set(e, ERR_EXISTS, "request %u is unanswered", id);
		return NULL;
	}
	rq = must_alloc(1, sizeof(*rq));
	rq->sb = sb;
	rq->id = id;
	rq->method = method;
	arena_init(&rq->arena, MESSAGE_ARENA_MAX);
	rq->next = sb->requests;
	rq->link = &sb->requests;
	if (rq->next != NULL)
		rq->next->link = &rq->next;
	sb->requests = rq;
	sb->n_requests++;
	return rq;
}

static void
request_free(struct request *rq)
{
	gate_drop(&rq->sb->gate, rq);
	*rq->link = rq->next;
	if (rq->next != NULL)
		rq->next->link = rq->link;
	rq->sb->n_requests--;
	arena_release(&rq->arena);
	free(rq);
}

void
request_slim(struct request *rq)
{
	rq->msg = NULL;
	arena_release(&rq->arena);
}

void
request_ok(struct request *rq, const ProtobufCMessage *m)
{
	gate_commit(&rq->sb->gate, rq);
	if (!rq->cancelled)
		peer_send_ok(rq->sb, rq->id, m);
	request_free(rq);
}

void
request_fail(struct request *rq, const struct err *e)
{
	if (!rq->cancelled)
		peer_send_error(rq->sb, rq->id, e);
	request_free(rq);
}

void
request_fail_text(struct request *rq, enum err_code code, const char *text)
{
	if (!rq->cancelled)
		peer_send_refusal(rq->sb, rq->id, code, text);
	request_free(rq);
}

void
request_stream(struct request *rq, int stream, int pidfd)
{
	gate_commit(&rq->sb->gate, rq);
	if (!rq->cancelled)
		peer_send_stream(rq->sb, rq->id, stream, pidfd);
	request_free(rq);
}

static void
cancel(struct request *rq)
{
	rq->cancelled = true;
	if (rq->on_cancel == NULL)
		return;
	rq->on_cancel(rq);
	request_free(rq);
}

void
request_cancel(struct sandbox *sb, uint32_t id)
{
	struct request *rq = request_find(sb, id);

	if (rq != NULL)
		cancel(rq);
}

/* on_cancel may end other requests, so start over after each. */
void
request_cancel_all(struct sandbox *sb)
{
	struct request *rq = sb->requests;

	while (rq != NULL) {
		if (rq->cancelled) {
			rq = rq->next;
			continue;
		}
		cancel(rq);
		rq = sb->requests;
	}
}

void
request_unlink_waiter(struct request **list, struct request *rq)
{
	for (; *list != NULL; list = &(*list)->next_waiter) {
		if (*list == rq) {
			*list = rq->next_waiter;
			rq->next_waiter = NULL;
			return;
		}
	}
}
