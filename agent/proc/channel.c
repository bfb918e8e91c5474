#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/fd.h"
#include "proc/channel.h"

struct header {
	uint32_t type;
	uint32_t id;
};

/* Room for the descriptors of one message, aligned as the kernel asks. */
union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
};

int
channel_pair(int ret_fds[2], struct err *e)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(e, "socketpair");
	ret_fds[0] = fds[0];
	ret_fds[1] = fds[1];
	return 0;
}

static void
put_fds(struct msghdr *mh, union control *c, const int *fds, size_t n_fds)
{
	struct cmsghdr *cm;

	memset(c, 0, sizeof(*c));
	mh->msg_control = c->room;
	mh->msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
	cm = CMSG_FIRSTHDR(mh);
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, n_fds * sizeof(int));
}

static int
send_error(struct err *e)
{
	switch (errno) {
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return err_set(e, ERR_UNAVAILABLE, "the peer is gone");
	case EAGAIN:
		return err_set(e, ERR_LIMIT, "the channel is full");
	default:
		return err_sys(e, "send on a channel");
	}
}

int
channel_send(int fd, uint32_t type, uint32_t id, const void *body, size_t len,
    const int *fds, size_t n_fds, struct err *e)
{
	struct header h = { .type = type, .id = id };
	struct iovec iov[2] = {
		{ .iov_base = &h, .iov_len = sizeof(h) },
		{ .iov_base = (void *)body, .iov_len = len },
	};
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = 2 };
	union control c;
	ssize_t n;

	if (len > CHANNEL_BODY_MAX)
		return err_set(e, ERR_LIMIT,
		    "a message of %zu bytes, at most %d fit", len,
		    CHANNEL_BODY_MAX);
	if (n_fds > CHANNEL_FDS_MAX)
		return err_set(e, ERR_LIMIT,
		    "a message with %zu descriptors, at most %d fit", n_fds,
		    CHANNEL_FDS_MAX);
	if (n_fds > 0)
		put_fds(&mh, &c, fds, n_fds);
	do
		n = sendmsg(fd, &mh, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? send_error(e) : 0;
}

/* Take over what arrived, so that a refusal after this closes it. */
static int
get_fds(struct msghdr *mh, struct channel_msg *m)
{
	bool foreign = false;

	for (struct cmsghdr *cm = CMSG_FIRSTHDR(mh); cm != NULL;
	     cm = CMSG_NXTHDR(mh, cm)) {
		size_t n;

		if (cm->cmsg_level != SOL_SOCKET ||
		    cm->cmsg_type != SCM_RIGHTS) {
			foreign = true;
			continue;
		}
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		/* The kernel puts all descriptors in one control message. */
		if (n > CHANNEL_FDS_MAX - m->n_fds)
			n = CHANNEL_FDS_MAX - m->n_fds;
		memcpy(&m->fds[m->n_fds], CMSG_DATA(cm), n * sizeof(int));
		m->n_fds += n;
	}
	return foreign ? -1 : 0;
}

/*
 * A peer that closes with unread messages leaves ECONNRESET behind, once;
 * what it sent before is still in the queue, so ask again.
 */
static ssize_t
receive(int fd, struct msghdr *mh)
{
	size_t room = mh->msg_controllen;
	ssize_t n;
	int resets = 0;

	for (;;) {
		mh->msg_controllen = room;
		mh->msg_flags = 0;
		n = recvmsg(fd, mh, MSG_CMSG_CLOEXEC);
		if (n >= 0)
			return n;
		if (errno == ECONNRESET && resets++ == 0)
			continue;
		if (errno != EINTR)
			return -1;
	}
}

static int
receive_error(struct err *e)
{
	switch (errno) {
	case EAGAIN:
		return err_set(e, ERR_UNAVAILABLE, "nothing on the channel");
	case ECONNRESET:
	case ENOTCONN:
		return 0;
	default:
		return err_sys(e, "receive from a channel");
	}
}

int
channel_recv(int fd, struct channel_msg *m, struct err *e)
{
	struct header h;
	struct iovec iov[2] = {
		{ .iov_base = &h, .iov_len = sizeof(h) },
		{ .iov_base = m->body, .iov_len = sizeof(m->body) },
	};
	union control c;
	struct msghdr mh = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = c.room,
		.msg_controllen = sizeof(c.room),
	};
	ssize_t n;
	int rc;

	m->n_fds = 0;
	m->len = 0;
	n = receive(fd, &mh);
	if (n < 0)
		return receive_error(e);
	rc = get_fds(&mh, m);
	if (n == 0 && m->n_fds == 0)
		return 0;
	if (rc < 0 || (size_t)n < sizeof(h) ||
	    (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		channel_msg_close(m);
		return err_set(e, ERR_SYNTAX,
		    "a message of %zd bytes is cut or malformed", n);
	}
	m->type = h.type;
	m->id = h.id;
	m->len = (size_t)n - sizeof(h);
	return 1;
}

void
channel_msg_close(struct channel_msg *m)
{
	for (size_t i = 0; i < m->n_fds; i++)
		fd_close(&m->fds[i]);
	m->n_fds = 0;
}

int
channel_msg_take_fd(struct channel_msg *m, size_t i)
{
	return i < m->n_fds ? take_fd(&m->fds[i]) : -1;
}
