/*
 * rpc/stream_io -- moves stdio bytes between a container and a connection
 *
 * WriteStdin, ReadStdout and ReadStderr are judged by the sandbox, which then
 * hands over the stream's end; the bytes go through here only.
 *
 *	read	waits for data and gives what is there, at most the length
 *		asked for; no bytes means the end, as does EIO of a terminal.
 *		After the process exited rpc/drain says when to stop.
 *	write	gives everything to the stream; writes to one process happen
 *		one after the other in the order in which they were asked for.
 *
 * Several may be in flight on one stream. The descriptors are set nonblocking:
 * a pipe's end is an open file of its own; a terminal's master is not used by
 * the container.
 */
#ifndef RPC_STREAM_IO_H
#define RPC_STREAM_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proc/loop.h"
#include "proto/method.h"
#include "rpc/limits.h"

struct request;

enum {
	STREAM_KEY_MAX = 2 * RPC_ID_MAX + 4 /* as struct drain */
};

struct stream_io {
	struct request *request;
	char key[STREAM_KEY_MAX]; /* stream, container, process */
	int fd;                   /* -1 until the sandbox has given it */
	int pidfd;                /* or -1 */
	struct loop_watch stream;
	struct loop_watch exited;
	struct loop_timer end; /* of draining */
	int64_t until;         /* read: when that is, once it is known */
	size_t want;           /* read: bytes asked for */
	uint8_t *data;         /* write: what to write, and how far it is */
	size_t len;
	size_t at;
	bool paused; /* a read that waits for a slow client */
};

/* True for the three methods. */
bool stream_io_is(enum method_id m);

/*
 * Read the request's payload and hang a new object on r. Refuses with
 * ERR_SYNTAX, ERR_ARGUMENT or ERR_LIMIT.
 */
int stream_io_new(struct request *r, const void *payload, size_t len,
    struct err *e);

/* Begin: both descriptors are taken over; pidfd may be -1. Ends r in time. */
void stream_io_start(struct stream_io *io, int fd, int pidfd);

/* Go on after the client has read; does nothing when not paused. */
void stream_io_resume(struct stream_io *io);

/* Free io and, for a write, let the next one go on. NULL is accepted. */
void stream_io_free(struct stream_io *io);

#endif
