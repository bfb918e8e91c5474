/*
 * The whole rpc role in a child process; a test plays the sandbox on the
 * channel and the runtime on a unix socket.
 *
 *	start();
 *	client_open(&c);
 *	...
 *	client_close(&c);
 *	stop();
 */
#ifndef TESTS_UNIT_RPC_FIXTURE_H
#define TESTS_UNIT_RPC_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/fd.h"
#include "proc/role.h"
#include "proto/agent.pb-c.h"
#include "proto/call.h"
#include "proto/control.h"
#include "proto/message.h"
#include "rpc/rpc.h"
#include "rpc/ttrpc.h"
#include "tests/lib/openfiles.h"
#include "tests/lib/tap.h"

#define AGENT "grpc.AgentService"
#define HEALTH "grpc.Health"

static struct err e;
static struct channel_msg msg;
static struct sockaddr_un address;
static socklen_t address_len = sizeof(address);
static int sandbox = -1, pid1 = -1;
static pid_t role;
static int role_files; /* that it has open without a client */

static inline void
become_role(int parent, int peer, int listener)
{
	const int from[] = { parent, peer, listener };

	for (int i = 0; i < 3; i++)
		dup2(fcntl(from[i], F_DUPFD, 20), 40 + i);
	for (int i = 0; i < 3; i++)
		dup2(40 + i, ROLE_FD_PARENT + i);
	for (int fd = ROLE_FD_LISTEN + 1; fd < 64; fd++)
		close(fd);
	exit(rpc_main(0, NULL));
}

static inline void
start(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int up[2], down[2];

	address.sun_family = AF_UNIX;
	/* No path: the kernel picks an abstract name. */
	EQ_INT(bind(listener, (struct sockaddr *)&address,
		   offsetof(struct sockaddr_un, sun_path)),
	    0);
	getsockname(listener, (struct sockaddr *)&address, &address_len);
	EQ_INT(listen(listener, 64), 0);
	EQ_INT(channel_pair(up, &e), 0);
	EQ_INT(channel_pair(down, &e), 0);
	role = fork();
	if (role == 0)
		become_role(up[0], down[0], listener);
	close(up[0]);
	close(down[0]);
	close(listener);
	pid1 = up[1];
	sandbox = down[1];
	EQ_INT(channel_recv(pid1, &msg, &e), 1);
	EQ_INT(msg.type, CONTROL_READY);
	role_files = openfiles_of(role);
}

/*
 * End the role as PID 1 would; a leak or a crash in it fails the test. What the
 * clients had it open it closes soon after they have gone.
 */
static inline void
stop(void)
{
	int status;

	for (int i = 0; openfiles_of(role) != role_files && i < 1000; i++)
		usleep(5000);
	EQ_INT(openfiles_of(role), role_files);
	fd_close(&pid1);
	EQ_INT(waitpid(role, &status, 0), role);
	EQ_INT(status, 0);
}

struct client {
	int fd;
	uint32_t next_id;
	struct ttrpc_reader in;
	struct arena a;
	uint32_t stream_id; /* of the last response */
};

static inline void
client_open(struct client *c)
{
	memset(c, 0, sizeof(*c));
	c->next_id = 1;
	ttrpc_reader_init(&c->in);
	arena_init(&c->a, 16 << 20);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	EQ_INT(connect(c->fd, (struct sockaddr *)&address, address_len), 0);
}

static inline void
client_close(struct client *c)
{
	fd_close(&c->fd);
	ttrpc_reader_release(&c->in);
	arena_release(&c->a);
}

static inline void
send_bytes(struct client *c, const struct buf *b)
{
	EQ_INT(fd_write_all(c->fd, b->p, b->len), 0);
}

static inline uint32_t
send_raw(struct client *c, const char *service, const char *method,
    const void *p, size_t len, int64_t timeout_ms)
{
	struct buf b;
	uint32_t id = c->next_id;

	c->next_id += 2;
	buf_init(&b, 5 << 20);
	EQ_INT(ttrpc_put_request(&b, id, service, method, p, len,
		   timeout_ms * 1000000, &e),
	    0);
	send_bytes(c, &b);
	buf_release(&b);
	return id;
}

static inline uint32_t
send_message(struct client *c, enum method_id m, const ProtobufCMessage *q)
{
	struct buf b;
	uint32_t id;

	buf_init(&b, 5 << 20);
	message_pack(q, &b);
	id = send_raw(c, method_row(m)->service, method_row(m)->name, b.p,
	    b.len, 0);
	buf_release(&b);
	return id;
}

static inline uint32_t
send_start(struct client *c, const char *id)
{
	Grpc__StartContainerRequest q = GRPC__START_CONTAINER_REQUEST__INIT;

	q.container_id = (char *)id;
	return send_message(c, METHOD_START_CONTAINER, &q.base);
}

/* The next response; NULL at the end of the connection. */
static inline Ttrpc__Response *
receive(struct client *c)
{
	static uint8_t bytes[TTRPC_FEED_MAX];
	struct ttrpc_frame f;
	Ttrpc__Response *r;

	while (!ttrpc_pull(&c->in, &f)) {
		ssize_t n = fd_read(c->fd, bytes, sizeof(bytes));

		if (n <= 0)
			return NULL;
		ttrpc_feed(&c->in, bytes, (size_t)n);
	}
	arena_release(&c->a);
	EQ_INT(f.type, TTRPC_RESPONSE);
	c->stream_id = f.stream_id;
	r = ttrpc_response(&f, &c->a, &e);
	OK(r != NULL);
	return r;
}

static inline void
expect(struct client *c, uint32_t id, int code, const char *text)
{
	Ttrpc__Response *r = receive(c);

	OK(r != NULL);
	EQ_INT(c->stream_id, id);
	EQ_STR(r->status->message, text);
	EQ_INT(r->status->code, code);
}

static inline void
check_alive(void)
{
	struct client c;

	client_open(&c);
	expect(&c, send_raw(&c, HEALTH, "Check", NULL, 0, 0), 0, "");
	client_close(&c);
}

/* The sandbox's next message. */
static inline struct call
next_call(void)
{
	struct call a;

	EQ_INT(channel_recv(sandbox, &msg, &e), 1);
	EQ_INT(call_parse(&msg, &a, &e), 0);
	return a;
}

static inline uint32_t
next_id(enum call_type type)
{
	struct call a = next_call();

	EQ_INT(a.type, type);
	call_release(&a);
	return a.id;
}

#endif
