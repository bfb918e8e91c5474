/*
 * rpc/rpc -- the rpc role: ttrpc on one side, the sandbox channel on the other
 *
 * The role accepts connections, splits them into requests, answers Health
 * itself, checks that a request decodes, and forwards it to the sandbox role,
 * whose answers it returns in the order in which they come. It holds no state
 * of containers and needs no privilege: what it decides is who may not go on
 * (limits.h); what is allowed is decided behind the channel.
 *
 * Nothing here blocks. A client that does not read its replies, or a sandbox
 * that does not take requests, stops the reading of further requests.
 *
 * Descriptors at start: see proc/role.h; messages of PID 1: proto/control.h.
 * Told to stop, it takes no more requests, writes out the replies that it has
 * and ends. Exit status: 0 when PID 1 said so or closed its channel, 1 when
 * the sandbox closed its own or on a failure, which was logged.
 */
#ifndef RPC_RPC_H
#define RPC_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proc/channel.h"
#include "proc/loop.h"
#include "proto/method.h"
#include "rpc/drain.h"
#include "rpc/limits.h"

struct connection;
struct request;

/* What the role knows; one object, passed down. */
struct rpc {
	struct loop loop;
	struct loop_watch listen;
	struct loop_watch sandbox;
	struct loop_watch parent;
	struct loop_timer accept_retry;
	bool was_full; /* when the last connection came */
	struct loop_timer announce;
	int64_t serving_us;     /* what it tells */
	struct loop_timer stop; /* set once stopping */
	int64_t stop_deadline;
	bool stopping;
	struct loop_timer reaper; /* frees failed connections */
	struct connection *connections;
	size_t n_connections;
	struct request *first, *last; /* all requests, oldest first */
	struct request *slots[RPC_REQUESTS_MAX]; /* by the low half of id */
	uint16_t uses[RPC_REQUESTS_MAX];         /* the high half of id */
	size_t next_slot; /* where to look for a free one */
	size_t n_requests;
	size_t n_streams;
	size_t held; /* bytes of WriteStdin data */
	struct drain_table drains;
	/* Not yet sent to the sandbox: one request, and cancellations. */
	struct request *waiting;
	struct buf waiting_payload;
	struct buf cancels;
	int status;
	struct channel_msg msg;
	uint8_t scratch[STREAM_READ_MAX];
};

/* The role's main function. */
int rpc_main(int argc, char **argv);

/* True while the channel is full or the role ends: no request may be taken. */
bool rpc_blocked(const struct rpc *r);

/*
 * Forward r's request, or keep it until the channel has room. -1 with *e when
 * it can never be sent.
 */
int rpc_forward(struct rpc *rpc, struct request *r, const void *payload,
    size_t len, struct err *e);

/* Tell the sandbox that nobody waits for r any more, if it knows of r. */
void rpc_cancel(struct rpc *rpc, struct request *r);

#endif
