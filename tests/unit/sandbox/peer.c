#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/die.h"
#include "base/fd.h"
#include "proto/agent.pb-c.h"
#include "proto/call.h"
#include "sandbox/peer.h"
#include "tests/lib/tap.h"

enum {
	BIG = CALL_INLINE_MAX + 1
};

static struct err e;
static struct channel_msg msg;

/* A sandbox with one end of the channel to rpc; the other one is returned. */
static int
open_peer(struct sandbox *sb)
{
	int pair[2];

	memset(sb, 0, sizeof(*sb));
	sb->peer_fd = -1;
	sb->replies_end = &sb->replies;
	loop_watch_init(&sb->peer, NULL, NULL);
	EQ_INT(loop_init(&sb->loop, &e), 0);
	EQ_INT(channel_pair(pair, &e), 0);
	EQ_INT(peer_open(sb, pair[1], &e), 0);
	EQ_INT(fd_nonblock(pair[0], 1), 0);
	return pair[0];
}

/* No further descriptors for this process, or those that it had. */
static void
allow_files(rlim_t n)
{
	struct rlimit files;

	EQ_INT(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = n;
	EQ_INT(setrlimit(RLIMIT_NOFILE, &files), 0);
}

static struct call
receive(int rpc)
{
	struct call c;

	EQ_INT(channel_recv(rpc, &msg, &e), 1);
	EQ_INT(call_parse(&msg, &c, &e), 0);
	return c;
}

TEST(answers_with_an_error_where_the_answer_cannot_be_sent)
{
	Grpc__OOMEvent m = GRPC__OOMEVENT__INIT;
	struct sandbox sb;
	int rpc = open_peer(&sb);
	struct call c;

	/* So long that it goes through memory of its own. */
	m.container_id = must_alloc(1, BIG + 1);
	memset(m.container_id, 'x', BIG);
	allow_files(0);
	peer_send_ok(&sb, 7, &m.base);
	peer_send_ok(&sb, 8, NULL);
	allow_files(64);
	c = receive(rpc);
	EQ_INT(c.type, CALL_RESPONSE);
	EQ_INT(c.id, 7);
	EQ_INT(c.code, ERR_SYSTEM);
	call_release(&c);
	c = receive(rpc);
	EQ_INT(c.id, 8);
	EQ_INT(c.code, ERR_NONE);
	call_release(&c);
	EQ_INT(channel_recv(rpc, &msg, &e), -1);
	free(m.container_id);
	peer_close(&sb);
	loop_release(&sb.loop);
	close(rpc);
}

TAP_MAIN
