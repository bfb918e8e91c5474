/*
 * proc/channel -- messages with descriptors between two roles
 *
 * A channel is one end of an AF_UNIX SOCK_SEQPACKET pair: the kernel keeps
 * message boundaries. A message is a header {u32 type, u32 id} in host byte
 * order (both ends are the same machine and binary), at most
 * CHANNEL_BODY_MAX bytes, and at most CHANNEL_FDS_MAX descriptors. Bulk data
 * goes in a sealed memfd or a pipe, never in a body.
 *
 * Both directions check: a message that is truncated, too short, or carries
 * too many descriptors is ERR_SYNTAX and its descriptors are closed.
 */
#ifndef PROC_CHANNEL_H
#define PROC_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	CHANNEL_BODY_MAX = 60 * 1024,
	CHANNEL_FDS_MAX = 16
};

struct channel_msg {
	uint32_t type;
	uint32_t id;
	size_t len;
	size_t n_fds;
	int fds[CHANNEL_FDS_MAX]; /* owned by the message */
	uint8_t body[CHANNEL_BODY_MAX];
};

/* A connected pair, close-on-exec, blocking. */
int channel_pair(int ret_fds[2], struct err *e);

/*
 * Send one message; the descriptors stay the caller's. ERR_UNAVAILABLE when
 * the peer is gone, ERR_LIMIT when the socket buffer of a nonblocking
 * channel is full.
 */
int channel_send(int fd, uint32_t type, uint32_t id, const void *body,
    size_t len, const int *fds, size_t n_fds, struct err *e);

/*
 * Receive one message into *m. Returns 1, 0 at end (the peer closed), or -1:
 * ERR_UNAVAILABLE when a nonblocking channel has nothing, ERR_SYNTAX, or
 * ERR_SYSTEM. On 1 the caller owns m->fds and ends with channel_msg_close().
 * Received descriptors are close-on-exec.
 */
int channel_recv(int fd, struct channel_msg *m, struct err *e);

/* Close the descriptors that the message still holds (those not -1). */
void channel_msg_close(struct channel_msg *m);

/* Take descriptor i out of the message; -1 when it has none. */
int channel_msg_take_fd(struct channel_msg *m, size_t i);

#endif
