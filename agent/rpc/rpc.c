#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "proc/role.h"
#include "proto/control.h"
#include "rpc/caller.h"
#include "rpc/connection.h"
#include "rpc/request.h"
#include "rpc/rpc.h"

enum {
	ANSWERS_AT_ONCE = 64 /* taken before clients get a turn */
};

static void
rpc_end(struct rpc *r, int status)
{
	r->status = status;
	loop_stop(&r->loop);
}

bool
rpc_blocked(const struct rpc *r)
{
	return r->stopping || r->waiting != NULL || r->cancels.len > 0;
}

static void
want_room(struct rpc *r)
{
	loop_change(&r->sandbox, EPOLLIN | EPOLLOUT);
}

int
rpc_forward(struct rpc *rpc, struct request *r, const void *payload, size_t len,
    struct err *e)
{
	if (call_send_request(ROLE_FD_PEER, r->id, r->method, payload, len,
		e) == 0) {
		r->at_sandbox = true;
		return 0;
	}
	if (e->code != ERR_LIMIT)
		return -1;
	rpc->waiting = r;
	buf_clear(&rpc->waiting_payload);
	buf_add(&rpc->waiting_payload, payload, len);
	want_room(rpc);
	return 0;
}

void
rpc_cancel(struct rpc *rpc, struct request *r)
{
	if (rpc->waiting == r) {
		rpc->waiting = NULL;
		buf_release(&rpc->waiting_payload);
	} else if (r->at_sandbox) {
		buf_le32(&rpc->cancels, r->id);
		want_room(rpc);
	}
	r->at_sandbox = false;
}

static bool
send_waiting(struct rpc *rpc)
{
	struct request *r = rpc->waiting;
	struct err e;

	if (r == NULL)
		return true;
	if (call_send_request(ROLE_FD_PEER, r->id, r->method,
		rpc->waiting_payload.p, rpc->waiting_payload.len, &e) == 0)
		r->at_sandbox = true;
	else if (e.code == ERR_LIMIT)
		return false;
	rpc->waiting = NULL;
	buf_release(&rpc->waiting_payload);
	if (!r->at_sandbox)
		request_refuse(r, &e);
	return true;
}

static bool
send_cancels(struct rpc *rpc)
{
	struct span s = span_of(rpc->cancels.p, rpc->cancels.len);
	size_t n_sent = 0;
	struct err e;

	while (span_len(&s) > 0) {
		if (call_send_cancel(ROLE_FD_PEER, span_le32(&s), &e) < 0 &&
		    e.code == ERR_LIMIT)
			break;
		n_sent++;
	}
	buf_consume(&rpc->cancels, n_sent * sizeof(uint32_t));
	return rpc->cancels.len == 0;
}

static void
send_more(struct rpc *rpc)
{
	if (!send_waiting(rpc) || !send_cancels(rpc))
		return;
	loop_change(&rpc->sandbox, EPOLLIN);
	for (struct connection *c = rpc->connections; c != NULL; c = c->next)
		connection_resume(c);
}

/* Returns false when there is nothing more to receive now. */
static bool
receive_answer(struct rpc *rpc)
{
	struct call a;
	struct err e;
	struct request *r;
	int rc = channel_recv(ROLE_FD_PEER, &rpc->msg, &e);

	if (rc < 0 && e.code == ERR_UNAVAILABLE)
		return false;
	if (rc == 0)
		err_set(&e, ERR_UNAVAILABLE, "closed");
	if (rc <= 0) {
		log_error("sandbox channel: %s", e.msg);
		rpc_end(rpc, 1);
		return false;
	}
	rc = call_parse(&rpc->msg, &a, &e);
	channel_msg_close(&rpc->msg);
	if (rc < 0) {
		log_error("sandbox channel: %s", e.msg);
		rpc_end(rpc, 1);
		return false;
	}
	/* An answer that crossed its cancellation finds no request. */
	r = request_find(rpc, a.id);
	if (r != NULL)
		request_answer(r, &a);
	call_release(&a);
	return true;
}

static void
on_sandbox(struct loop_watch *w, uint32_t events)
{
	struct rpc *rpc = w->arg;

	if ((events & ~(uint32_t)EPOLLOUT) != 0) {
		for (int i = 0; i < ANSWERS_AT_ONCE; i++) {
			if (!receive_answer(rpc))
				break;
		}
	}
	if ((events & EPOLLOUT) != 0)
		send_more(rpc);
}

/* End when every reply is written, or when it takes too long. */
static void
on_stop(struct loop_timer *t)
{
	struct rpc *rpc = t->arg;
	bool idle = true;

	for (struct connection *c = rpc->connections; c != NULL; c = c->next)
		idle = idle && connection_idle(c);
	if (idle || clock_now() >= rpc->stop_deadline)
		rpc_end(rpc, 0);
	else
		loop_timer_set(&rpc->loop, t, clock_after(RPC_STOP_STEP_MS));
}

static void
begin_stop(struct rpc *rpc)
{
	if (rpc->stopping)
		return;
	rpc->stopping = true;
	rpc->stop_deadline = clock_after(RPC_STOP_MS);
	loop_remove(&rpc->listen);
	loop_timer_stop(&rpc->loop, &rpc->accept_retry);
	/* The last answers, that of DestroySandbox above all, go out first. */
	while (receive_answer(rpc))
		;
	loop_timer_set(&rpc->loop, &rpc->stop, clock_now());
}

static void
on_parent(struct loop_watch *w, uint32_t events)
{
	struct rpc *rpc = w->arg;
	struct err e;
	int rc = channel_recv(w->fd, &rpc->msg, &e);

	(void)events;
	if (rc > 0 && rpc->msg.type == CONTROL_STOP && rpc->msg.len == 0 &&
	    rpc->msg.n_fds == 0) {
		begin_stop(rpc);
	} else if (rc > 0) {
		channel_msg_close(&rpc->msg);
		log_error("PID 1 sent a message of type %u", rpc->msg.type);
		rpc_end(rpc, 1);
	} else if (rc == 0) {
		rpc_end(rpc, 0);
	} else if (e.code != ERR_UNAVAILABLE) {
		log_error("PID 1's channel: %s", e.msg);
		rpc_end(rpc, 1);
	}
}

static void
on_listen(struct loop_watch *w, uint32_t events)
{
	struct rpc *rpc = w->arg;
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd;

	(void)events;
	/* Those that have ended already make room first. */
	if (rpc->n_connections >= RPC_CONNECTIONS_MAX && !rpc->was_full) {
		rpc->was_full = true;
		loop_change(w, 0);
		loop_timer_set(&rpc->loop, &rpc->accept_retry, clock_now());
		return;
	}
	rpc->was_full = false;
	fd = accept4(w->fd, (struct sockaddr *)&from, &len,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0 && !caller_allowed(&from, len)) {
		log_warn("a connection that is not the host's");
		fd_close(&fd);
		return;
	}
	if (fd >= 0 && rpc->n_connections < RPC_CONNECTIONS_MAX) {
		connection_open(rpc, fd);
		return;
	}
	if (fd >= 0) {
		log_warn("more than %d connections", RPC_CONNECTIONS_MAX);
		fd_close(&fd);
		return;
	}
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
	    errno != ENOBUFS)
		return;
	log_warn("accept: %s", strerror(errno));
	loop_change(w, 0);
	loop_timer_set(&rpc->loop, &rpc->accept_retry,
	    clock_after(RPC_ACCEPT_RETRY_MS));
}

static void
on_accept_retry(struct loop_timer *t)
{
	struct rpc *rpc = t->arg;

	loop_change(&rpc->listen, EPOLLIN);
}

static void
on_reaper(struct loop_timer *t)
{
	struct rpc *rpc = t->arg;
	struct connection **at = &rpc->connections;

	while (*at != NULL) {
		struct connection *c = *at;

		if (c->failed) {
			*at = c->next;
			rpc->n_connections--;
			connection_free(c);
		} else {
			at = &c->next;
		}
	}
}

static void
on_announce(struct loop_timer *t)
{
	struct rpc *rpc = t->arg;
	struct err e;

	if (control_send_ready(ROLE_FD_PARENT, rpc->serving_us, &e) < 0) {
		log_error("%s", e.msg);
		rpc_end(rpc, 1);
	}
}

static int
rpc_init(struct rpc *rpc, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
	buf_init(&rpc->waiting_payload, CALL_PAYLOAD_MAX);
	/* Each in flight can be cancelled once before the next is taken. */
	buf_init(&rpc->cancels, RPC_REQUESTS_MAX * sizeof(uint32_t));
	loop_watch_init(&rpc->listen, on_listen, rpc);
	loop_watch_init(&rpc->sandbox, on_sandbox, rpc);
	loop_watch_init(&rpc->parent, on_parent, rpc);
	loop_timer_init(&rpc->accept_retry, on_accept_retry, rpc);
	loop_timer_init(&rpc->reaper, on_reaper, rpc);
	loop_timer_init(&rpc->stop, on_stop, rpc);
	loop_timer_init(&rpc->announce, on_announce, rpc);
	if (fd_nonblock(ROLE_FD_PEER, 1) < 0 ||
	    fd_nonblock(ROLE_FD_PARENT, 1) < 0 ||
	    fd_nonblock(ROLE_FD_LISTEN, 1) < 0)
		return err_sys(e, "a descriptor of the role");
	if (loop_init(&rpc->loop, e) < 0)
		return -1;
	if (loop_add(&rpc->loop, &rpc->parent, ROLE_FD_PARENT, EPOLLIN, e) <
		0 ||
	    loop_add(&rpc->loop, &rpc->sandbox, ROLE_FD_PEER, EPOLLIN, e) < 0)
		return -1;
	if (loop_add(&rpc->loop, &rpc->listen, ROLE_FD_LISTEN, EPOLLIN, e) < 0)
		return -1;
	/* From the loop's first round, behind what the host asks already. */
	rpc->serving_us = clock_boot_us();
	loop_timer_set(&rpc->loop, &rpc->announce, clock_now());
	return 0;
}

static void
rpc_release(struct rpc *rpc)
{
	while (rpc->connections != NULL) {
		struct connection *c = rpc->connections;

		rpc->connections = c->next;
		connection_free(c);
	}
	loop_timer_stop(&rpc->loop, &rpc->accept_retry);
	loop_timer_stop(&rpc->loop, &rpc->announce);
	loop_release(&rpc->loop);
	buf_release(&rpc->waiting_payload);
	buf_release(&rpc->cancels);
	munmap(rpc, sizeof(*rpc));
}

int
rpc_main(int argc, char **argv)
{
	struct rpc *rpc = must_map(sizeof(*rpc));
	struct err e;
	int status = 1;

	(void)argc;
	(void)argv;
	if (rpc_init(rpc, &e) == 0 && loop_run(&rpc->loop, &e) == 0)
		status = rpc->status;
	else
		log_error("%s", e.msg);
	rpc_release(rpc);
	return status;
}
