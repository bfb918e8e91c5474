#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "net/netlink.h"

enum {
	ALIGN = 4,
	ATTR_HEADER = 4,
	REPLY_SECONDS = 5
};

static size_t
aligned(size_t len)
{
	return (len + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void
append(struct netlink_request *r, const void *p, size_t len)
{
	size_t room = aligned(len);

	if (r->bad || room > sizeof(r->p) - r->len) {
		r->bad = true;
		return;
	}
	if (len > 0)
		memcpy(r->p + r->len, p, len);
	memset(r->p + r->len + len, 0, room - len);
	r->len += room;
}

static void
set_length(struct netlink_request *r)
{
	uint32_t len = (uint32_t)r->len;

	memcpy(r->p, &len, sizeof(len));
}

void
netlink_begin(struct netlink_request *r, uint16_t type, uint16_t flags,
    const void *body, size_t len)
{
	struct nlmsghdr h = {
		.nlmsg_type = type,
		.nlmsg_flags = flags | NLM_F_REQUEST,
	};

	r->len = 0;
	r->bad = false;
	append(r, &h, sizeof(h));
	append(r, body, len);
	set_length(r);
}

void
netlink_add(struct netlink_request *r, uint16_t type, const void *value,
    size_t len)
{
	struct nlattr a = { .nla_type = type };
	size_t before = r->len;

	if (len > NETLINK_REQUEST_MAX) {
		r->bad = true;
		return;
	}
	a.nla_len = (uint16_t)(ATTR_HEADER + len);
	append(r, &a, sizeof(a));
	append(r, value, len);
	if (r->bad)
		r->len = before;
	set_length(r);
}

void
netlink_add_u32(struct netlink_request *r, uint16_t type, uint32_t v)
{
	netlink_add(r, type, &v, sizeof(v));
}

size_t
netlink_begin_nest(struct netlink_request *r, uint16_t type)
{
	size_t nest = r->len;

	netlink_add(r, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

void
netlink_end_nest(struct netlink_request *r, size_t nest)
{
	uint16_t len = (uint16_t)(r->len - nest);

	if (!r->bad)
		memcpy(r->p + nest, &len, sizeof(len));
}

int
netlink_next(struct span *s, struct netlink_message *ret)
{
	struct nlmsghdr h;
	size_t len, rest;

	if (span_len(s) == 0)
		return 0;
	span_copy(s, &h, sizeof(h));
	if (span_bad(s) || h.nlmsg_len < sizeof(h) ||
	    h.nlmsg_len - sizeof(h) > span_len(s)) {
		span_fail(s);
		return -1;
	}
	len = h.nlmsg_len - sizeof(h);
	ret->type = h.nlmsg_type;
	ret->flags = h.nlmsg_flags;
	ret->seq = h.nlmsg_seq;
	ret->body = span_take(s, len);
	rest = aligned(len) - len;
	/* The last message may end without its padding. */
	span_skip(s, rest < span_len(s) ? rest : span_len(s));
	return 1;
}

int
netlink_next_attr(struct span *s, struct netlink_attr *ret)
{
	struct nlattr a;
	size_t len, rest;

	if (span_len(s) == 0)
		return 0;
	span_copy(s, &a, sizeof(a));
	if (span_bad(s) || a.nla_len < ATTR_HEADER ||
	    a.nla_len - (size_t)ATTR_HEADER > span_len(s)) {
		span_fail(s);
		return -1;
	}
	len = a.nla_len - (size_t)ATTR_HEADER;
	ret->type = a.nla_type & NLA_TYPE_MASK;
	ret->value = span_take(s, len);
	rest = aligned(len) - len;
	span_skip(s, rest < span_len(s) ? rest : span_len(s));
	return 1;
}

int
netlink_error(const struct netlink_message *m)
{
	struct span body = m->body;
	int32_t number;

	span_copy(&body, &number, sizeof(number));
	return span_bad(&body) ? -EBADMSG : number;
}

int
netlink_open(struct netlink *n, struct err *e)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	struct timeval tv = { .tv_sec = REPLY_SECONDS };
	AUTO_FD int fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return err_sys(e, "rtnetlink socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) < 0 ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(e, "rtnetlink socket");
	n->fd = take_fd(&fd);
	n->seq = 0;
	return 0;
}

void
netlink_close(struct netlink *n)
{
	fd_close(&n->fd);
}

/* One datagram of the kernel into n->reply; others' are dropped. */
static ssize_t
receive(struct netlink *n, struct err *e)
{
	for (;;) {
		struct sockaddr_nl from = { .nl_pid = 0 };
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(n->fd, n->reply, sizeof(n->reply),
		    MSG_TRUNC, (struct sockaddr *)&from, &from_len);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return err_sys(e, "answer of rtnetlink");
		if ((size_t)len > sizeof(n->reply))
			return err_set(e, ERR_LIMIT,
			    "answer of rtnetlink of %zd bytes", len);
		if (from.nl_pid == 0)
			return len;
	}
}

static int
refusal(int number, struct err *e)
{
	errno = -number;
	return err_sys(e, "rtnetlink");
}

/* 1: go on; 0: the answer is complete; -1 with *e. */
static int
take_message(const struct netlink_message *m, netlink_fn *fn, void *arg,
    struct err *e)
{
	int number;

	switch (m->type) {
	case NLMSG_ERROR:
	case NLMSG_DONE:
		number = netlink_error(m);
		return number < 0 ? refusal(number, e) : 0;
	case NLMSG_NOOP:
		return 1;
	case NLMSG_OVERRUN:
		return err_set(e, ERR_SYSTEM, "rtnetlink: data was lost");
	default:
		if (fn != NULL && fn(m, arg, e) < 0)
			return -1;
		return 1;
	}
}

int
netlink_ask(struct netlink *n, struct netlink_request *r, netlink_fn *fn,
    void *arg, struct err *e)
{
	uint32_t seq = ++n->seq;
	int rc = 1;

	if (r->bad)
		return err_set(e, ERR_LIMIT, "rtnetlink request over %d bytes",
		    NETLINK_REQUEST_MAX);
	memcpy(r->p + offsetof(struct nlmsghdr, nlmsg_seq), &seq, sizeof(seq));
	if (send(n->fd, r->p, r->len, 0) < 0)
		return err_sys(e, "rtnetlink request");
	while (rc == 1) {
		struct netlink_message m;
		ssize_t len = receive(n, e);
		struct span s;
		int more = 1;

		if (len < 0)
			return -1;
		s = span_of(n->reply, (size_t)len);
		while (rc == 1 && (more = netlink_next(&s, &m)) == 1) {
			if (m.seq == seq)
				rc = take_message(&m, fn, arg, e);
		}
		if (more < 0)
			return err_set(e, ERR_SYNTAX,
			    "answer of rtnetlink is cut");
	}
	return rc;
}
