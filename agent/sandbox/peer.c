#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "proto/call.h"
#include "proto/message.h"
#include "sandbox/dispatch.h"
#include "sandbox/peer.h"
#include "sandbox/request.h"

struct reply {
	struct reply *next;
	enum call_type type;
	uint32_t id;
	enum err_code code; /* ERR_NONE: success */
	bool failed;        /* to be sent: then it is a failure already */
	struct buf payload; /* of a failure: its text */
	int stream;
	int pidfd;
};

static void
reply_free(struct reply *r)
{
	buf_release(&r->payload);
	fd_close(&r->stream);
	fd_close(&r->pidfd);
	free(r);
}

static int
reply_send(int fd, const struct reply *r, struct err *e)
{
	if (r->type == CALL_STREAM)
		return call_send_stream(fd, r->id, r->stream, r->pidfd, e);
	if (r->code != ERR_NONE)
		return call_send_refusal(fd, r->id, r->code,
		    (const char *)r->payload.p, r->payload.len, e);
	return call_send_ok(fd, r->id, r->payload.p, r->payload.len, e);
}

static void
adjust_events(struct sandbox *sb)
{
	uint32_t events = 0;

	if (sb->peer_fd < 0)
		return;
	if (sb->n_replies < SANDBOX_REPLIES_MAX)
		events |= EPOLLIN;
	if (sb->n_replies > 0)
		events |= EPOLLOUT;
	loop_change(&sb->peer, events);
}

/* Make the reply a failure; no code is one of our own faults. */
static void
reply_fail(struct reply *r, enum err_code code, const char *text)
{
	r->type = CALL_RESPONSE;
	r->code = code == ERR_NONE ? ERR_INTERNAL : code;
	buf_clear(&r->payload);
	buf_add_str(&r->payload, text);
}

/*
 * Send r. True when that is over: r was sent, or rpc is gone, which its end of
 * file will tell; false when the channel is full. What cannot be sent for want
 * of memory or descriptors becomes a failure, which needs neither: somebody
 * waits for an answer.
 */
static bool
reply_try(int fd, struct reply *r)
{
	struct err e;

	for (;;) {
		if (reply_send(fd, r, &e) == 0 || e.code == ERR_UNAVAILABLE)
			return true;
		if (e.code == ERR_LIMIT)
			return false;
		log_error("reply %u: %s", r->id, e.msg);
		if (r->failed)
			return true;
		r->failed = true;
		reply_fail(r, e.code, e.msg);
	}
}

/* Send what the channel takes, and keep the rest. */
static void
send_queued(struct sandbox *sb)
{
	while (sb->replies != NULL && sb->peer_fd >= 0) {
		struct reply *r = sb->replies;

		if (!reply_try(sb->peer_fd, r))
			break;
		sb->replies = r->next;
		if (sb->replies == NULL)
			sb->replies_end = &sb->replies;
		sb->n_replies--;
		reply_free(r);
	}
	adjust_events(sb);
}

static struct reply *
reply_new(enum call_type type, uint32_t id)
{
	struct reply *r = must_alloc(1, sizeof(*r));

	r->type = type;
	r->id = id;
	r->code = ERR_NONE;
	r->stream = -1;
	r->pidfd = -1;
	buf_init(&r->payload, CALL_PAYLOAD_MAX);
	return r;
}

static void
reply_queue(struct sandbox *sb, struct reply *r)
{
	if (sb->peer_fd < 0) {
		reply_free(r);
		return;
	}
	*sb->replies_end = r;
	sb->replies_end = &r->next;
	sb->n_replies++;
	send_queued(sb);
}

void
peer_send_ok(struct sandbox *sb, uint32_t id, const ProtobufCMessage *m)
{
	struct reply *r = reply_new(CALL_RESPONSE, id);

	if (m != NULL)
		message_pack(m, &r->payload);
	if (buf_bad(&r->payload))
		reply_fail(r, ERR_LIMIT, "the reply is too large");
	reply_queue(sb, r);
}

void
peer_send_error(struct sandbox *sb, uint32_t id, const struct err *e)
{
	peer_send_refusal(sb, id, e->code, e->msg);
}

void
peer_send_refusal(struct sandbox *sb, uint32_t id, enum err_code code,
    const char *text)
{
	struct reply *r = reply_new(CALL_RESPONSE, id);

	reply_fail(r, code, text);
	reply_queue(sb, r);
}

void
peer_send_stream(struct sandbox *sb, uint32_t id, int stream, int pidfd)
{
	struct reply *r = reply_new(CALL_STREAM, id);
	struct err e;

	r->stream = fcntl(stream, F_DUPFD_CLOEXEC, FD_PARK);
	if (pidfd >= 0)
		r->pidfd = fcntl(pidfd, F_DUPFD_CLOEXEC, FD_PARK);
	if (r->stream < 0 || (pidfd >= 0 && r->pidfd < 0)) {
		err_sys(&e, "duplicate a stream");
		reply_fail(r, e.code, e.msg);
	}
	reply_queue(sb, r);
}

static void
on_peer(struct loop_watch *w, uint32_t events)
{
	struct sandbox *sb = w->arg;
	struct err e;
	int n;

	if ((events & EPOLLOUT) != 0)
		send_queued(sb);
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0)
		return;
	n = channel_recv(sb->peer_fd, &sb->msg, &e);
	if (n < 0 && e.code == ERR_UNAVAILABLE)
		return;
	if (n <= 0) {
		if (n < 0)
			log_error("channel to rpc: %s", e.msg);
		peer_close(sb);
		return;
	}
	dispatch_message(sb, &sb->msg);
	channel_msg_close(&sb->msg);
}

int
peer_open(struct sandbox *sb, int fd, struct err *e)
{
	peer_close(sb);
	loop_watch_init(&sb->peer, on_peer, sb);
	if (fd_nonblock(fd, 1) < 0)
		err_sys(e, "channel to rpc");
	else if (loop_add(&sb->loop, &sb->peer, fd, EPOLLIN, e) == 0) {
		sb->peer_fd = fd;
		return 0;
	}
	fd_close(&fd);
	return -1;
}

void
peer_close(struct sandbox *sb)
{
	if (sb->peer_fd >= 0) {
		loop_remove(&sb->peer);
		fd_close(&sb->peer_fd);
	}
	request_cancel_all(sb);
	while (sb->replies != NULL) {
		struct reply *r = sb->replies;

		sb->replies = r->next;
		reply_free(r);
	}
	sb->replies_end = &sb->replies;
	sb->n_replies = 0;
}

void
peer_flush(struct sandbox *sb, int ms)
{
	int64_t deadline = clock_after(ms);

	while (sb->peer_fd >= 0 && sb->replies != NULL &&
	       clock_left(deadline) > 0) {
		struct pollfd p = { .fd = sb->peer_fd, .events = POLLOUT };

		poll(&p, 1, clock_left(deadline));
		if ((p.revents & (POLLHUP | POLLERR)) != 0)
			return;
		send_queued(sb);
	}
}
