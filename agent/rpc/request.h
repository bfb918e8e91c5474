/*
 * rpc/request -- one call in flight, from its frame to its reply
 *
 * A request is created by request_begin() and destroyed by whatever comes
 * first: the sandbox's answer, the end of its stream I/O, its deadline, or
 * the end of its connection. Its id on the sandbox channel is a slot number
 * and a use count, so that a late answer to a cancelled request is not taken
 * for a later one's.
 */
#ifndef RPC_REQUEST_H
#define RPC_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/loop.h"
#include "proto/call.h"
#include "proto/method.h"
#include "rpc/ttrpc.h"

struct connection;
struct rpc;
struct stream_io;

struct request {
	struct request *prev, *next; /* the role's list, by age */
	struct rpc *rpc;
	struct connection *conn;
	uint32_t id;        /* on the sandbox channel */
	uint32_t stream_id; /* on the connection */
	enum method_id method;
	bool at_sandbox; /* was sent, and is not yet answered */
	struct loop_timer deadline;
	struct stream_io *io; /* the three stream methods only */
};

/* Take a request frame: answer it, refuse it, or send it on its way. */
void request_begin(struct connection *c, const struct ttrpc_frame *f);

/* The request with that id on the sandbox channel, or NULL. */
struct request *request_find(struct rpc *rpc, uint32_t id);

/* The sandbox's answer; descriptors are taken out of a. */
void request_answer(struct request *r, struct call *a);

/* Reply with an encoded message and destroy r. */
void request_reply(struct request *r, const void *payload, size_t len);

/* Reply with an error and destroy r. */
void request_refuse(struct request *r, const struct err *cause);
void request_refuse_text(struct request *r, enum err_code code,
    const char *text);

/* Cancel at the sandbox and destroy r without a reply. */
void request_drop(struct request *r);

#endif
