#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "proto/agent.pb-c.h"
#include "proto/call.h"
#include "proto/message.h"
#include "rpc/connection.h"
#include "rpc/request.h"
#include "rpc/rpc.h"
#include "rpc/stream_io.h"

enum {
	CAPACITY_UNKNOWN = 64 * 1024, /* of what is not a pipe */
	REPLY_MAX = STREAM_READ_MAX + 16
};

bool
stream_io_is(enum method_id m)
{
	return m == METHOD_WRITE_STDIN || m == METHOD_READ_STDOUT ||
	       m == METHOD_READ_STDERR;
}

static bool
is_write(const struct stream_io *io)
{
	return io->request->method == METHOD_WRITE_STDIN;
}

/* The container's own process has its id or none as exec id. */
static int
make_key(struct stream_io *io, const char *container, const char *exec,
    struct err *e)
{
	if (strlen(container) > RPC_ID_MAX || strlen(exec) > RPC_ID_MAX)
		return err_set(e, ERR_ARGUMENT, "an id of over %d bytes",
		    RPC_ID_MAX);
	if (str_eq(container, exec))
		exec = "";
	if (str_format(io->key, sizeof(io->key), "%c\n%s\n%s",
		'0' + (int)(io->request->method - METHOD_WRITE_STDIN),
		container, exec) < 0)
		die("stream key");
	return 0;
}

static int
read_write_request(struct stream_io *io, const Grpc__WriteStreamRequest *m,
    struct err *e)
{
	struct rpc *rpc = io->request->rpc;

	if (m->data.len > RPC_HELD_MAX - rpc->held)
		return err_set(e, ERR_LIMIT, "too much input is waiting");
	io->len = m->data.len;
	io->data = must_alloc(1, io->len + 1);
	memcpy(io->data, m->data.len > 0 ? m->data.data : (uint8_t *)"",
	    io->len);
	rpc->held += io->len;
	return make_key(io, m->container_id, m->exec_id, e);
}

static int
read_read_request(struct stream_io *io, const Grpc__ReadStreamRequest *m,
    struct err *e)
{
	if (m->len == 0)
		return err_set(e, ERR_ARGUMENT, "a read of no bytes");
	io->want = m->len < STREAM_READ_MAX ? m->len : STREAM_READ_MAX;
	return make_key(io, m->container_id, m->exec_id, e);
}

static void on_event(struct loop_watch *w, uint32_t events);
static void on_exit_event(struct loop_watch *w, uint32_t events);
static void on_end(struct loop_timer *t);

int
stream_io_new(struct request *r, const void *payload, size_t len, struct err *e)
{
	struct stream_io *io;
	struct arena a;
	ProtobufCMessage *m;
	int rc = -1;

	if (r->rpc->n_streams >= RPC_STREAMS_MAX)
		return err_set(e, ERR_LIMIT, "too many reads and writes");
	io = must_alloc(1, sizeof(*io));
	io->request = r;
	io->fd = -1;
	io->pidfd = -1;
	io->until = CLOCK_NEVER;
	loop_watch_init(&io->stream, on_event, io);
	loop_watch_init(&io->exited, on_exit_event, io);
	loop_timer_init(&io->end, on_end, io);
	r->io = io;
	r->rpc->n_streams++;
	arena_init(&a, RPC_ARENA_MAX);
	m = message_unpack(method_row(r->method)->request, payload, len, &a, e);
	if (m != NULL)
		rc = is_write(io) ? read_write_request(io,
					(Grpc__WriteStreamRequest *)m, e)
				  : read_read_request(io,
					(Grpc__ReadStreamRequest *)m, e);
	arena_release(&a);
	return rc;
}

static void
reply_data(struct stream_io *io, size_t len)
{
	Grpc__ReadStreamResponse m = GRPC__READ_STREAM_RESPONSE__INIT;
	struct buf b;

	m.data.data = io->request->rpc->scratch;
	m.data.len = len;
	buf_init(&b, REPLY_MAX);
	message_pack(&m.base, &b);
	request_reply(io->request, b.p, b.len);
	buf_release(&b);
}

static void
reply_written(struct stream_io *io)
{
	Grpc__WriteStreamResponse m = GRPC__WRITE_STREAM_RESPONSE__INIT;
	struct buf b;

	m.len = (uint32_t)io->len;
	buf_init(&b, REPLY_MAX);
	message_pack(&m.base, &b);
	request_reply(io->request, b.p, b.len);
	buf_release(&b);
}

static void
fail(struct stream_io *io, const char *what)
{
	struct err e;

	err_sys(&e, "%s", what);
	request_refuse(io->request, &e);
}

/* Returns false when io is gone. */
static bool
watch(struct stream_io *io, struct loop_watch *w, int fd, uint32_t events)
{
	struct err e;

	if (w->fd >= 0 ||
	    loop_add(&io->request->rpc->loop, w, fd, events, &e) == 0)
		return true;
	request_refuse(io->request, &e);
	return false;
}

static uint64_t
capacity(int fd)
{
	int n = fcntl(fd, F_GETPIPE_SZ);

	return n > 0 ? (uint64_t)n : CAPACITY_UNKNOWN;
}

/*
 * The drain entry of a process that exited; NULL while it runs. The table may
 * forget an entry: the read keeps its first deadline, or it might never end.
 */
static struct drain *
drain_of(struct stream_io *io, int64_t now)
{
	struct drain_table *t = &io->request->rpc->drains;
	struct pollfd p = { .fd = io->pidfd, .events = POLLIN };
	struct drain *d;
	struct stat st;

	if (io->pidfd < 0)
		return NULL;
	if (poll(&p, 1, 0) <= 0) {
		drain_forget(t, io->key);
		return NULL;
	}
	d = drain_get(t, io->key, fstat(io->pidfd, &st) == 0 ? st.st_ino : 0,
	    now, capacity(io->fd));
	if (d->deadline < io->until)
		io->until = d->deadline;
	return d;
}

static void
wait_for_data(struct stream_io *io, const struct drain *d)
{
	if (!watch(io, &io->stream, io->fd, EPOLLIN))
		return;
	if (d != NULL) {
		loop_remove(&io->exited);
		loop_timer_set(&io->request->rpc->loop, &io->end, io->until);
	} else if (io->pidfd >= 0) {
		watch(io, &io->exited, io->pidfd, EPOLLIN);
	}
}

static void
read_some(struct stream_io *io)
{
	struct rpc *rpc = io->request->rpc;
	int64_t now = clock_now();
	struct drain *d;
	size_t want = io->want;
	bool late;
	ssize_t n;

	if (connection_slow(io->request->conn)) {
		io->paused = true;
		loop_remove(&io->stream);
		loop_remove(&io->exited);
		return;
	}
	d = drain_of(io, now);
	late = d != NULL && now >= io->until;
	if (late && want > d->left)
		want = (size_t)d->left;
	n = fd_read(io->fd, rpc->scratch, want);
	if (n < 0 && errno == EAGAIN && !late) {
		wait_for_data(io, d);
		return;
	}
	if (n < 0 && errno != EAGAIN && errno != EIO) {
		fail(io, "read");
		return;
	}
	if (n > 0 && late)
		d->left -= (uint64_t)n;
	reply_data(io, n > 0 ? (size_t)n : 0);
}

static bool
earlier_write(const struct stream_io *io)
{
	const struct request *r = io->request->prev;

	for (; r != NULL; r = r->prev) {
		if (r->io != NULL && str_eq(r->io->key, io->key))
			return true;
	}
	return false;
}

static void
write_some(struct stream_io *io)
{
	if (earlier_write(io)) {
		loop_remove(&io->stream);
		return;
	}
	while (io->at < io->len) {
		ssize_t n =
		    fd_write(io->fd, io->data + io->at, io->len - io->at);

		if (n < 0 && errno == EAGAIN) {
			watch(io, &io->stream, io->fd, EPOLLOUT);
			return;
		}
		if (n < 0) {
			fail(io, "write");
			return;
		}
		io->at += (size_t)n;
	}
	reply_written(io);
}

static void
move(struct stream_io *io)
{
	if (is_write(io))
		write_some(io);
	else
		read_some(io);
}

static void
on_event(struct loop_watch *w, uint32_t events)
{
	(void)events;
	move(w->arg);
}

static void
on_exit_event(struct loop_watch *w, uint32_t events)
{
	(void)events;
	move(w->arg);
}

static void
on_end(struct loop_timer *t)
{
	move(t->arg);
}

void
stream_io_start(struct stream_io *io, int fd, int pidfd)
{
	io->fd = fd;
	io->pidfd = pidfd;
	if (fd_nonblock(fd, 1) < 0)
		fail(io, "stream");
	else
		move(io);
}

void
stream_io_resume(struct stream_io *io)
{
	if (!io->paused)
		return;
	io->paused = false;
	/* Through the loop: a reply now would upset whoever resumes. */
	loop_timer_set(&io->request->rpc->loop, &io->end, clock_now());
}

/* The oldest write that waits for this one's stream gets a turn. */
static void
wake_next_write(struct stream_io *io)
{
	struct request *r = io->request->next;

	for (; r != NULL; r = r->next) {
		if (r->io != NULL && str_eq(r->io->key, io->key)) {
			if (r->io->fd >= 0)
				loop_timer_set(&r->rpc->loop, &r->io->end,
				    clock_now());
			return;
		}
	}
}

void
stream_io_free(struct stream_io *io)
{
	struct rpc *rpc;

	if (io == NULL)
		return;
	rpc = io->request->rpc;
	if (is_write(io))
		wake_next_write(io);
	loop_remove(&io->stream);
	loop_remove(&io->exited);
	loop_timer_stop(&rpc->loop, &io->end);
	fd_close(&io->fd);
	fd_close(&io->pidfd);
	rpc->n_streams--;
	rpc->held -= io->data != NULL ? io->len : 0;
	free(io->data);
	free(io);
}
