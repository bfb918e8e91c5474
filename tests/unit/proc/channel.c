#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "proc/channel.h"
#include "tests/lib/tap.h"

static struct channel_msg m;
static struct err e;

static int
n_open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(carries_type_id_and_body)
{
	int fds[2];

	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(channel_send(fds[0], 7, 9, "hello", 5, NULL, 0, &e), 0);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_INT(m.type, 7);
	EQ_INT(m.id, 9);
	EQ_INT(m.len, 5);
	EQ_INT(m.n_fds, 0);
	EQ_MEM(m.body, "hello", 5);
}

TEST(carries_an_empty_body)
{
	int fds[2];

	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(channel_send(fds[0], 1, 0, NULL, 0, NULL, 0, &e), 0);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_INT(m.len, 0);
}

TEST(carries_a_body_of_the_limit_and_refuses_one_more)
{
	static uint8_t body[CHANNEL_BODY_MAX + 1];
	int fds[2];

	body[CHANNEL_BODY_MAX - 1] = 42;
	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(channel_send(fds[0], 1, 2, body, CHANNEL_BODY_MAX, NULL, 0, &e),
	    0);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_INT(m.len, CHANNEL_BODY_MAX);
	EQ_INT(m.body[CHANNEL_BODY_MAX - 1], 42);
	EQ_INT(channel_send(fds[0], 1, 2, body, sizeof(body), NULL, 0, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(passes_descriptors_close_on_exec)
{
	int fds[2], pipes[2], got;
	char c;

	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(pipe(pipes), 0);
	EQ_INT(channel_send(fds[0], 1, 2, "x", 1, pipes, 2, &e), 0);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_INT(m.n_fds, 2);
	got = channel_msg_take_fd(&m, 1);
	OK(got >= 0);
	EQ_INT(fcntl(got, F_GETFD), FD_CLOEXEC);
	EQ_INT(channel_msg_take_fd(&m, 1), -1);
	EQ_INT(channel_msg_take_fd(&m, 2), -1);
	EQ_INT(write(got, "y", 1), 1);
	EQ_INT(read(pipes[0], &c, 1), 1);
	EQ_INT(c, 'y');
	channel_msg_close(&m);
	EQ_INT(fcntl(got, F_GETFD), FD_CLOEXEC);
}

TEST(passes_the_most_descriptors_and_refuses_one_more)
{
	int fds[2], many[CHANNEL_FDS_MAX + 1], before;

	for (size_t i = 0; i < CHANNEL_FDS_MAX + 1; i++)
		many[i] = 0;
	EQ_INT(channel_pair(fds, &e), 0);
	before = n_open_fds();
	EQ_INT(channel_send(fds[0], 1, 2, NULL, 0, many, CHANNEL_FDS_MAX, &e),
	    0);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_INT(m.n_fds, CHANNEL_FDS_MAX);
	channel_msg_close(&m);
	EQ_INT(n_open_fds(), before);
	EQ_INT(
	    channel_send(fds[0], 1, 2, NULL, 0, many, CHANNEL_FDS_MAX + 1, &e),
	    -1);
	EQ_INT(e.code, ERR_LIMIT);
}

/* A peer that does not use channel_send(). */
static void
send_raw(int fd, size_t len, size_t n_fds)
{
	static char body[CHANNEL_BODY_MAX + 64];
	char room[CMSG_SPACE(64 * sizeof(int))] = { 0 };
	struct iovec iov = { body, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n_fds > 0) {
		struct cmsghdr *cm;

		mh.msg_control = room;
		mh.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memset(CMSG_DATA(cm), 0, n_fds * sizeof(int));
	}
	EQ_INT(sendmsg(fd, &mh, 0), len);
}

TEST(refuses_malformed_messages_and_closes_their_descriptors)
{
	static const struct {
		size_t len, n_fds;
	} rows[] = {
		{ 1, 0 },
		{ 7, 0 },
		{ 7, 3 },
		{ 8 + CHANNEL_BODY_MAX + 1, 0 },
		{ 8 + CHANNEL_BODY_MAX + 1, 2 },
		{ 8, CHANNEL_FDS_MAX + 1 },
		{ 8, 60 },
	};
	int fds[2], before;

	EQ_INT(channel_pair(fds, &e), 0);
	before = n_open_fds();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		send_raw(fds[0], rows[i].len, rows[i].n_fds);
		EQ_INT(channel_recv(fds[1], &m, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
		EQ_INT(m.n_fds, 0);
		EQ_INT(n_open_fds(), before);
	}
}

TEST(reports_the_end_after_what_was_sent)
{
	int fds[2];

	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(channel_send(fds[1], 5, 5, NULL, 0, NULL, 0, &e), 0);
	EQ_INT(channel_send(fds[0], 1, 2, "last", 4, NULL, 0, &e), 0);
	/* Closing with a message unread leaves a reset on the other end. */
	close(fds[0]);
	EQ_INT(channel_recv(fds[1], &m, &e), 1);
	EQ_MEM(m.body, "last", 4);
	EQ_INT(channel_recv(fds[1], &m, &e), 0);
	EQ_INT(channel_recv(fds[1], &m, &e), 0);
}

TEST(reports_a_gone_peer_when_sending)
{
	int fds[2];

	EQ_INT(channel_pair(fds, &e), 0);
	close(fds[1]);
	EQ_INT(channel_send(fds[0], 1, 2, "x", 1, NULL, 0, &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
}

TEST(reports_a_full_and_an_empty_nonblocking_channel)
{
	static uint8_t body[CHANNEL_BODY_MAX];
	int fds[2], rc, n = 0;

	EQ_INT(channel_pair(fds, &e), 0);
	EQ_INT(fd_nonblock(fds[0], 1), 0);
	EQ_INT(fd_nonblock(fds[1], 1), 0);
	EQ_INT(channel_recv(fds[1], &m, &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
	do
		rc =
		    channel_send(fds[0], 1, 2, body, sizeof(body), NULL, 0, &e);
	while (rc == 0 && ++n < 1000);
	EQ_INT(rc, -1);
	EQ_INT(e.code, ERR_LIMIT);
	OK(n > 0);
}

TAP_MAIN
