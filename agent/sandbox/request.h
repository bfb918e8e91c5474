/*
 * sandbox/request -- a request of rpc that has no answer yet
 *
 * What the policy let a request change is kept when it succeeds and undone in
 * every other case (sandbox/gate.h).
 *
 * A handler gets a request and either ends it with one of request_ok(),
 * request_fail(), request_fail_text() and request_stream(), keeps it for later,
 * or returns -1 with an error, which the dispatcher sends. The functions that
 * end a request free it and its arena: nobody may touch it afterwards.
 *
 * A cancelled request gets no answer. on_cancel, when set, is called for it
 * and must end what waits; the request is freed by the canceller right after.
 * Without on_cancel the work goes on and the request lives, mute, until it is
 * ended.
 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/err.h"
#include "proto/method.h"
#include "sandbox/state.h"

struct request {
	struct request *next, **link; /* sb->requests */
	struct request *next_waiter;  /* of one process, or for OOM events */
	struct sandbox *sb;
	uint32_t id;
	enum method_id method;
	bool cancelled;
	struct arena arena;
	ProtobufCMessage *msg; /* decoded; in arena */
	void (*on_cancel)(struct request *rq);
	void *arg; /* the handler's */
};

/* Register request id. NULL with ERR_LIMIT or ERR_EXISTS. */
struct request *request_new(struct sandbox *sb, uint32_t id,
    enum method_id method, struct err *e);

/* Give back the message and its memory: for requests that wait long. */
void request_slim(struct request *rq);

/* End with success; m may be NULL (an empty message). */
void request_ok(struct request *rq, const ProtobufCMessage *m);
void request_fail(struct request *rq, const struct err *e);

/* The same with a text of any length. */
void request_fail_text(struct request *rq, enum err_code code,
    const char *text);

/* End by handing over duplicates of stream and pidfd (or -1). */
void request_stream(struct request *rq, int stream, int pidfd);

/* Cancel request id; nothing happens when there is none. */
void request_cancel(struct sandbox *sb, uint32_t id);
void request_cancel_all(struct sandbox *sb);

/* Take rq out of a list that is linked through next_waiter. */
void request_unlink_waiter(struct request **list, struct request *rq);

#endif
