#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/ctl/ctl_client.h"
#include "net/vsock.h"
#include "proto/message.h"
#include "proto/method.h"

enum {
	RETRY_MS = 20,
	HANDSHAKE_MAX = 32, /* "OK " and a number */
	HANDSHAKE_MS = 5000,
	NS_IN_MS = 1000000
};

struct ctl_call {
	struct ctl_call *next;
	uint32_t stream_id;
	const ProtobufCMessageDescriptor *response;
	ctl_answer_fn *fn;
	void *arg;
};

struct address {
	struct vsock_address at;
	bool hybrid;
	uint64_t port;
};

static int
parse_hybrid(const char *s, struct address *ret, struct err *e)
{
	const char *colon = strrchr(s, ':');
	char unix_form[VSOCK_PATH_MAX + sizeof("unix://")];

	if (colon == NULL ||
	    str_u64(colon + 1, UINT32_MAX - 1, &ret->port) < 0 ||
	    str_format(unix_form, sizeof(unix_form), "unix://%.*s",
		(int)(colon - s), s) < 0)
		return err_set(e, ERR_SYNTAX,
		    "address 'hvsock://%.96s' is not hvsock://PATH:PORT", s);
	ret->hybrid = true;
	return vsock_parse(unix_form, &ret->at, e);
}

static int
parse_address(const char *s, struct address *ret, struct err *e)
{
	static const char hybrid[] = "hvsock://";

	memset(ret, 0, sizeof(*ret));
	if (str_starts(s, hybrid))
		return parse_hybrid(s + strlen(hybrid), ret, e);
	if (vsock_parse(s, &ret->at, e) < 0)
		return err_set(e, ERR_SYNTAX,
		    "address %s is none of vsock://CID:PORT, unix://PATH, "
		    "hvsock://PATH:PORT",
		    STR_QUOTED(s));
	return 0;
}

/* Byte by byte: what follows the line belongs to ttrpc. */
static int
read_line(int fd, char line[HANDSHAKE_MAX], int64_t deadline)
{
	size_t n = 0;

	while (n < HANDSHAKE_MAX - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, clock_left(deadline)) <= 0 ||
		    fd_read(fd, line + n, 1) != 1)
			return -1;
		if (line[n] == '\n') {
			line[n] = '\0';
			return 0;
		}
		n++;
	}
	return -1;
}

static int
handshake(int fd, uint64_t port, struct err *e)
{
	char line[HANDSHAKE_MAX];
	uint64_t n;

	if (str_format(line, sizeof(line), "CONNECT %llu\n",
		(unsigned long long)port) < 0 ||
	    send(fd, line, strlen(line), MSG_NOSIGNAL) !=
		(ssize_t)strlen(line) ||
	    read_line(fd, line, clock_after(HANDSHAKE_MS)) < 0)
		return err_set(e, ERR_UNAVAILABLE,
		    "nobody listens on the guest's port %llu",
		    (unsigned long long)port);
	if (!str_starts(line, "OK ") || str_u64(line + 3, UINT32_MAX, &n) < 0)
		return err_set(e, ERR_UNAVAILABLE, "the other end says %s",
		    STR_QUOTED(line));
	return 0;
}

static int
connect_once(const struct address *a, struct err *e)
{
	AUTO_FD int fd = vsock_connect(&a->at, e);

	if (fd < 0)
		return -1;
	if (a->hybrid && handshake(fd, a->port, e) < 0)
		return -1;
	if (fd_nonblock(fd, 1) < 0)
		return err_sys(e, "socket");
	return take_fd(&fd);
}

int
ctl_client_open(struct ctl_client *c, const char *address, int64_t deadline,
    struct err *e)
{
	const struct timespec pause = { .tv_nsec = RETRY_MS * NS_IN_MS };
	struct address a;

	memset(c, 0, sizeof(*c));
	c->fd = -1;
	c->next_id = 1;
	ttrpc_reader_init(&c->in);
	buf_init(&c->out, CTL_OUTPUT_MAX);
	arena_init(&c->a, CTL_ANSWER_MAX);
	if (parse_address(address, &a, e) < 0)
		return -1;
	for (;;) {
		c->fd = connect_once(&a, e);
		if (c->fd >= 0)
			return 0;
		if (clock_left(deadline) == 0)
			return err_wrap(e, "%s", STR_QUOTED(address));
		nanosleep(&pause, NULL);
	}
}

void
ctl_client_close(struct ctl_client *c)
{
	while (c->calls != NULL) {
		struct ctl_call *next = c->calls->next;

		free(c->calls);
		c->calls = next;
	}
	fd_close(&c->fd);
	ttrpc_reader_release(&c->in);
	buf_release(&c->out);
	arena_release(&c->a);
}

struct ctl_method
ctl_client_method(int id)
{
	const struct method *row = method_row((enum method_id)id);

	return (struct ctl_method){ row->service, row->name, row->response };
}

int
ctl_client_start(struct ctl_client *c, const struct ctl_method *m,
    const void *payload, size_t len, int64_t timeout_ms, ctl_answer_fn *fn,
    void *arg, struct err *e)
{
	struct ctl_call *call;

	if (ttrpc_put_request(&c->out, c->next_id, m->service, m->name, payload,
		len, timeout_ms * NS_IN_MS, e) < 0)
		return -1;
	call = must_alloc(1, sizeof(*call));
	call->stream_id = c->next_id;
	call->response = m->response;
	call->fn = fn;
	call->arg = arg;
	call->next = c->calls;
	c->calls = call;
	c->next_id += 2;
	return 0;
}

int
ctl_client_start_message(struct ctl_client *c, int id,
    const ProtobufCMessage *q, int64_t timeout_ms, ctl_answer_fn *fn, void *arg,
    struct err *e)
{
	struct ctl_method m = ctl_client_method(id);
	struct buf b;
	int rc;

	buf_init(&b, CTL_OUTPUT_MAX);
	message_pack(q, &b);
	rc = ctl_client_start(c, &m, b.p, b.len, timeout_ms, fn, arg, e);
	buf_release(&b);
	return rc;
}

static void
ignore(void *arg, const struct ctl_answer *a)
{
	(void)arg;
	(void)a;
}

void
ctl_client_forget(struct ctl_client *c)
{
	for (struct ctl_call *call = c->calls; call != NULL; call = call->next)
		call->fn = ignore;
}

short
ctl_client_events(const struct ctl_client *c)
{
	return c->out.len > 0 ? POLLIN | POLLOUT : POLLIN;
}

static int
send_some(struct ctl_client *c, struct err *e)
{
	while (c->out.len > 0) {
		ssize_t n = send(c->fd, c->out.p, c->out.len, MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n < 0)
			return err_sys(e, "send");
		buf_consume(&c->out, (size_t)n);
	}
	return 0;
}

static struct ctl_call *
take_call(struct ctl_client *c, uint32_t stream_id)
{
	for (struct ctl_call **at = &c->calls; *at != NULL; at = &(*at)->next) {
		struct ctl_call *call = *at;

		if (call->stream_id == stream_id) {
			*at = call->next;
			return call;
		}
	}
	return NULL;
}

static int
decode(struct ctl_client *c, const struct ttrpc_frame *f,
    const struct ctl_call *call, struct ctl_answer *a, struct err *e)
{
	Ttrpc__Response *r;

	arena_release(&c->a);
	if (f->oversize)
		return err_set(e, ERR_LIMIT, "the guest sent %u bytes", f->len);
	r = ttrpc_response(f, &c->a, e);
	if (r == NULL)
		return err_wrap(e, "answer of the guest");
	memset(a, 0, sizeof(*a));
	a->text = "";
	if (r->status != NULL) {
		a->code = r->status->code;
		a->text = r->status->message;
	}
	a->payload = span_of(r->payload.data, r->payload.len);
	if (a->code != 0 || call->response == NULL)
		return 0;
	a->message = message_unpack(call->response, r->payload.data,
	    r->payload.len, &c->a, e);
	return a->message != NULL ? 0 : err_wrap(e, "answer of the guest");
}

static int
deliver(struct ctl_client *c, struct err *e)
{
	struct ttrpc_frame f;

	while (ttrpc_pull(&c->in, &f)) {
		struct ctl_call *call = take_call(c, f.stream_id);
		struct ctl_answer a;
		struct ctl_call known;

		if (call == NULL)
			return err_set(e, ERR_SYNTAX,
			    "the guest answers what was not asked");
		known = *call;
		free(call);
		if (f.type != TTRPC_RESPONSE)
			return err_set(e, ERR_SYNTAX,
			    "the guest sent a frame of type %u", f.type);
		if (decode(c, &f, &known, &a, e) < 0)
			return -1;
		known.fn(known.arg, &a);
	}
	return 0;
}

int
ctl_client_step(struct ctl_client *c, short revents, struct err *e)
{
	uint8_t bytes[TTRPC_FEED_MAX];
	ssize_t n;

	if ((revents & POLLOUT) != 0 && send_some(c, e) < 0)
		return -1;
	if ((revents & (POLLIN | POLLHUP | POLLERR)) == 0)
		return 0;
	n = fd_read(c->fd, bytes, sizeof(bytes));
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		return err_sys(e, "receive");
	if (n == 0)
		return err_set(e, ERR_UNAVAILABLE,
		    "the guest closed the connection%s",
		    ttrpc_partial(&c->in) ? " inside a frame" : "");
	ttrpc_feed(&c->in, bytes, (size_t)n);
	return deliver(c, e);
}

struct waiting {
	bool done;
	struct ctl_answer answer;
};

static void
on_answer(void *arg, const struct ctl_answer *a)
{
	struct waiting *w = arg;

	w->done = true;
	w->answer = *a;
}

static int
wait_answer(struct ctl_client *c, struct waiting *w, struct err *e)
{
	while (!w->done) {
		struct pollfd p = { .fd = c->fd,
			.events = ctl_client_events(c) };

		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return err_sys(e, "poll");
		if (ctl_client_step(c, p.revents, e) < 0)
			return -1;
	}
	return 0;
}

int
ctl_client_call(struct ctl_client *c, const struct ctl_method *m,
    const void *payload, size_t len, int64_t timeout_ms, struct ctl_answer *ret,
    struct err *e)
{
	struct waiting w = { .done = false };

	if (ctl_client_start(c, m, payload, len, timeout_ms, on_answer, &w, e) <
		0 ||
	    wait_answer(c, &w, e) < 0)
		return -1;
	*ret = w.answer;
	return 0;
}

int
ctl_client_call_message(struct ctl_client *c, int id, const ProtobufCMessage *q,
    int64_t timeout_ms, struct ctl_answer *ret, struct err *e)
{
	struct waiting w = { .done = false };

	if (ctl_client_start_message(c, id, q, timeout_ms, on_answer, &w, e) <
		0 ||
	    wait_answer(c, &w, e) < 0)
		return -1;
	*ret = w.answer;
	return 0;
}

const char *
ctl_client_code_name(int32_t code)
{
	static const char *const names[] = { "OK", "CANCELLED", "UNKNOWN",
		"INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
		"ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
		"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
		"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
		"UNAUTHENTICATED" };

	if (code < 0 || (size_t)code >= sizeof(names) / sizeof(names[0]))
		return "UNKNOWN";
	return names[code];
}
