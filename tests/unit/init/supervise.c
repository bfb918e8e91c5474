#include <fcntl.h>
#include <signal.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/supervise.h"
#include "proc/channel.h"
#include "proc/role.h"
#include "proto/control.h"
#include "tests/lib/tap.h"

/*
 * The program as a role. Its argument is what it does, one letter a step:
 *	r	say that it is ready
 *	p	wait for the stop message, which must come
 *	n	wait for a new peer channel, and write a byte to it
 *	b	write a byte to the peer channel
 *	w	wait for a byte on the peer channel
 *	s	ask for shutdown
 *	x	send a message that does not exist
 *	e	say that it is ready without the time
 *	f	say that it is ready in the future
 *	c	close the channel and live on
 *	k	be killed by a signal
 *	i	ignore everything, for ever
 *	t	send pid1 SIGTERM
 *	0-9	exit with that status
 */
static struct channel_msg m;
static struct err e;

static void
control(uint32_t type)
{
	if (channel_send(ROLE_FD_PARENT, type, 0, NULL, 0, NULL, 0, &e) < 0)
		_exit(40);
}

static void
expect(uint32_t type)
{
	if (channel_recv(ROLE_FD_PARENT, &m, &e) != 1 || m.type != type)
		_exit(41);
}

static int
as_role(const char *steps)
{
	int peer = ROLE_FD_PEER;

	for (; *steps != '\0'; steps++) {
		switch (*steps) {
		case 'r':
			if (control_send_ready(ROLE_FD_PARENT, clock_boot_us(),
				&e) < 0)
				_exit(40);
			break;
		case 's':
			control(CONTROL_SHUTDOWN);
			break;
		case 'x':
			control(99);
			break;
		case 'e':
			control(CONTROL_READY);
			break;
		case 'f':
			if (control_send_ready(ROLE_FD_PARENT, INT64_MAX, &e) <
			    0)
				_exit(40);
			break;
		case 'p':
			expect(CONTROL_STOP);
			break;
		case 'n':
			expect(CONTROL_PEER);
			peer = channel_msg_take_fd(&m, 0);
			/* fall through */
		case 'b':
			if (channel_send(peer, 1, 0, NULL, 0, NULL, 0, &e) < 0)
				return 42;
			break;
		case 'w':
			if (channel_recv(peer, &m, &e) != 1)
				return 43;
			break;
		case 'c':
			close(ROLE_FD_PARENT);
			break;
		case 'k':
			raise(SIGKILL);
			break;
		case 't':
			kill(getppid(), SIGTERM);
			break;
		case 'i':
			for (;;)
				pause();
		default:
			return *steps - '0';
		}
	}
	return 44;
}

static int n_serving;

static int
serving(void *arg, int64_t at_us, struct err *se)
{
	(void)arg;
	OK(at_us > 0 && at_us <= clock_boot_us());
	(void)se;
	n_serving++;
	return 0;
}

static enum supervise_end
run(const char *sandbox, const char *rpc, char *reason)
{
	struct supervise s = {
		.binary_fd = spawn_open_binary(NULL, &e),
		.listen_fd = fcntl(0, F_DUPFD_CLOEXEC, FD_PARK),
		.null_fd = fcntl(0, F_DUPFD_CLOEXEC, FD_PARK),
		.sandbox_args = { sandbox },
		.rpc_args = { rpc },
		.serving = serving,
	};

	log_init("pid1", LOG_ERROR);
	supervise_block_signals();
	return supervise_run(&s, reason);
}

TEST(serves_when_both_are_ready_and_stops_when_sandbox_asks)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rsp0", "rp0", reason), SUPERVISE_SHUTDOWN);
	EQ_STR(reason, "the sandbox was destroyed");
	EQ_INT(n_serving, 1);
}

TEST(fails_when_sandbox_ends_by_itself)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("r3", "rp0", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role sandbox exited with status 3");
}

TEST(fails_when_sandbox_is_killed)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rk", "rp0", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role sandbox was killed by signal 9");
}

TEST(starts_rpc_again_three_times_only)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rnnni", "r5", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role rpc exited with status 5");
	EQ_INT(n_serving, 1);
}

/* The first rpc ends at once, later ones when the new channel works. */
TEST(gives_the_new_rpc_a_channel_that_sandbox_has_the_end_of)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rbnnni", "rw6", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role rpc exited with status 6");
}

TEST(stops_in_order_at_a_signal)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rtp0", "rp0", reason), SUPERVISE_SHUTDOWN);
	EQ_STR(reason, "signal 15");
}

TEST(kills_what_does_not_stop)
{
	char reason[SUPERVISE_REASON_MAX];

	log_init("pid1", LOG_ERROR);
	EQ_INT(run("rsi", "ri", reason), SUPERVISE_SHUTDOWN);
	EQ_INT(waitpid(-1, NULL, WNOHANG), -1);
}

TEST(fails_at_an_impossible_message)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("xi", "rp0", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role sandbox sent an impossible message (type 99)");
	EQ_INT(run("rri", "rp0", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role sandbox sent an impossible message (type 1)");
	EQ_INT(run("ri", "rsi", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role rpc sent an impossible message (type 2)");
	EQ_INT(run("i", "ei", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role rpc sent an impossible message (type 1)");
	EQ_INT(run("i", "fi", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role rpc sent an impossible message (type 1)");
}

TEST(fails_when_sandbox_closes_its_channel_and_lives_on)
{
	char reason[SUPERVISE_REASON_MAX];

	EQ_INT(run("rci", "rp0", reason), SUPERVISE_FAILED);
	EQ_STR(reason, "role sandbox was killed by signal 9");
}

TEST(reaps_children_that_are_not_its_own)
{
	char reason[SUPERVISE_REASON_MAX];
	pid_t other = fork();

	if (other == 0)
		_exit(0);
	/* The role's wish comes later than the other child's end. */
	EQ_INT(run("rsp0", "rp0", reason), SUPERVISE_SHUTDOWN);
	EQ_INT(waitpid(other, NULL, WNOHANG), -1);
}

int
main(int argc, char **argv)
{
	if (str_starts(argv[0], "husk-"))
		return as_role(argv[2]);
	return tap_main(argc, argv);
}
