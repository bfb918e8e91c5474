/*
 * sandbox/peer -- the channel to rpc, and the replies that wait for it
 *
 * The channel is nonblocking: a reply that does not fit is queued here and
 * sent when rpc has read some, so that sandbox never blocks on rpc. With
 * SANDBOX_REPLIES_MAX queued no more requests are read.
 */
#ifndef SANDBOX_PEER_H
#define SANDBOX_PEER_H

#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/err.h"
#include "sandbox/state.h"

/* Talk to the peer at fd (taken over), in place of any earlier one. */
int peer_open(struct sandbox *sb, int fd, struct err *e);

/* Stop talking: every request is cancelled, every queued reply dropped. */
void peer_close(struct sandbox *sb);

/* Send, or queue, the answer to request id. */
void peer_send_ok(struct sandbox *sb, uint32_t id, const ProtobufCMessage *m);
void peer_send_error(struct sandbox *sb, uint32_t id, const struct err *e);
void peer_send_refusal(struct sandbox *sb, uint32_t id, enum err_code code,
    const char *text);

/* stream and pidfd (which may be -1) stay the caller's. */
void peer_send_stream(struct sandbox *sb, uint32_t id, int stream, int pidfd);

/* Try for ms milliseconds to send what is queued: before the end. */
void peer_flush(struct sandbox *sb, int ms);

#endif
