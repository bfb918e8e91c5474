/*
 * rpc/connection -- one client: frames in, replies out
 *
 * A connection ends when the client closes it, breaks off inside a frame,
 * or does not take its replies. Its requests are then cancelled. A failed
 * connection is freed at the end of the loop's round, so pointers to it stay
 * valid within a callback.
 */
#ifndef RPC_CONNECTION_H
#define RPC_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proc/loop.h"
#include "rpc/ttrpc.h"

struct rpc;

struct connection {
	struct connection *next;
	struct rpc *rpc;
	struct loop_watch watch;
	int fd;
	struct ttrpc_reader in;
	struct buf out;
	size_t out_at; /* bytes of out that were written */
	size_t n_requests;
	bool failed;
};

/* Serve the nonblocking socket fd, which is taken over. */
void connection_open(struct rpc *rpc, int fd);

/* Free c, which must have been removed from the list; cancels its requests. */
void connection_free(struct connection *c);

/* No reply will reach the client any more. */
void connection_fail(struct connection *c, const char *why);

/* Queue the success reply of len bytes of encoded message. */
void connection_reply(struct connection *c, uint32_t stream_id,
    const void *payload, size_t len);

/* Queue the error reply; of text TTRPC_TEXT_MAX bytes are sent. */
void connection_refuse(struct connection *c, uint32_t stream_id,
    enum err_code code, const char *text);

/* True while the client has not read enough to be given more. */
bool connection_slow(const struct connection *c);

/* True when no byte of a reply is left to be written. */
bool connection_idle(const struct connection *c);

/* Go on with requests that were held back. */
void connection_resume(struct connection *c);

#endif
