#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/audit.h"
#include "init/supervise.h"
#include "proc/channel.h"
#include "proc/loop.h"
#include "proc/role.h"
#include "proto/control.h"

enum {
	SANDBOX,
	RPC,
	N_MEMBERS,
	DEATH_MAX = 96
};

struct state;

/* One supervised role. */
struct member {
	struct state *st;
	const char *name;
	pid_t pid;   /* 0 when it does not run */
	int channel; /* our end of its ROLE_FD_PARENT; -1 when gone */
	struct loop_watch watch;
	bool ready;
	bool stopping;
	int restarts;
};

struct state {
	const struct supervise *conf;
	struct member m[N_MEMBERS];
	struct loop loop;
	struct loop_watch signals;
	struct loop_timer timer; /* to be ready, then to stop */
	struct loop_timer idle;
	int sandbox_peer; /* its end of the peer channel, until it starts */
	bool serving;
	bool stopping;
	bool ended; /* result and reason are final */
	enum supervise_end result;
	char *reason;
	struct channel_msg msg;
};

static void
fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGPWR);
}

void
supervise_block_signals(void)
{
	sigset_t set;

	fill_signals(&set);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		die("sigprocmask: %s", strerror(errno));
}

/* The first decision counts: what follows from it is no reason. */
__attribute__((format(printf, 3, 4))) static void
decide(struct state *st, enum supervise_end result, const char *fmt, ...)
{
	va_list ap;

	if (st->ended)
		return;
	st->ended = true;
	st->result = result;
	va_start(ap, fmt);
	vsnprintf(st->reason, SUPERVISE_REASON_MAX, fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 2, 3))) static void
fail(struct state *st, const char *fmt, ...)
{
	char text[SUPERVISE_REASON_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	decide(st, SUPERVISE_FAILED, "%s", text);
	loop_stop(&st->loop);
}

static void
stop_member(struct member *m)
{
	struct err e;

	m->stopping = true;
	loop_timer_set(&m->st->loop, &m->st->timer,
	    clock_after(CONTROL_STOP_MS));
	/* One that cannot be told is gone already, or the timer gets it. */
	if (channel_send(m->channel, CONTROL_STOP, 0, NULL, 0, NULL, 0, &e) < 0)
		log_debug("%s: %s", m->name, e.msg);
}

/* Stop the next role that runs, rpc before sandbox; the loop if none does. */
static void
stop_next(struct state *st)
{
	for (int i = N_MEMBERS - 1; i >= 0; i--) {
		struct member *m = &st->m[i];

		if (m->pid == 0)
			continue;
		if (!m->stopping)
			stop_member(m);
		return;
	}
	loop_stop(&st->loop);
}

static void
begin_stop(struct state *st, const char *why)
{
	decide(st, SUPERVISE_SHUTDOWN, "%s", why);
	if (st->stopping)
		return;
	st->stopping = true;
	stop_next(st);
}

static void
on_timer(struct loop_timer *t)
{
	struct state *st = t->arg;

	if (!st->stopping) {
		fail(st, "roles were not ready within %d ms",
		    SUPERVISE_READY_MS);
		return;
	}
	for (int i = 0; i < N_MEMBERS; i++) {
		struct member *m = &st->m[i];

		if (m->pid > 0 && m->stopping) {
			log_warn("%s did not stop, killed", m->name);
			kill(m->pid, SIGKILL);
		}
	}
}

static void
on_idle(struct loop_timer *t)
{
	struct state *st = t->arg;
	struct supervise_role roles[N_MEMBERS + 1] = {
		{ .name = "pid1", .pid = getpid() },
	};

	for (int i = 0; i < N_MEMBERS; i++)
		roles[i + 1] =
		    (struct supervise_role){ st->m[i].name, st->m[i].pid };
	st->conf->idle(st->conf->arg, roles, N_MEMBERS + 1);
}

static void on_channel(struct loop_watch *w, uint32_t events);

/*
 * Start m with its end of the peer channel. Our end of its own channel is
 * watched from here on.
 */
static int
start_member(struct state *st, int which, int peer, struct err *e)
{
	const struct supervise *conf = st->conf;
	struct member *m = &st->m[which];
	AUTO_FD int theirs = -1;
	struct spawn_child child;
	int pair[2];
	struct spawn_request r = {
		.role = m->name,
		.no_pidfd = true,
		.binary_fd = conf->binary_fd,
		.cgroup_fd = -1,
		.pidns_fd = -1,
		.n_fds = 4,
	};

	if (channel_pair(pair, e) < 0)
		return -1;
	m->channel = pair[0];
	theirs = pair[1];
	memcpy(r.args, which == RPC ? conf->rpc_args : conf->sandbox_args,
	    sizeof(r.args));
	r.fds[0] = (struct spawn_fd){ conf->null_fd, STDIN_FILENO };
	r.fds[1] = (struct spawn_fd){ theirs, ROLE_FD_PARENT };
	r.fds[2] = (struct spawn_fd){ peer, ROLE_FD_PEER };
	if (which == RPC)
		r.fds[3] = (struct spawn_fd){ conf->listen_fd, ROLE_FD_LISTEN };
	else
		r.fds[3] = (struct spawn_fd){ conf->binary_fd, ROLE_FD_BINARY };
	if (fd_nonblock(m->channel, 1) < 0)
		return err_sys(e, "channel to role '%s'", m->name);
	if (loop_add(&st->loop, &m->watch, m->channel, EPOLLIN, e) < 0 ||
	    spawn_role(&r, &child, e) < 0)
		return -1;
	m->pid = child.pid;
	m->ready = false;
	return 0;
}

/* rpc listens: say so, then start the role that it asks. */
static void
on_rpc_ready(struct state *st, int64_t at_us)
{
	struct err e;

	if (st->serving)
		return;
	st->serving = true;
	if (st->stopping)
		return;
	if (st->conf->serving(st->conf->arg, at_us, &e) < 0 ||
	    start_member(st, SANDBOX, st->sandbox_peer, &e) < 0)
		fail(st, "%s", e.msg);
	fd_close(&st->sandbox_peer);
}

static void
on_sandbox_ready(struct state *st)
{
	if (!st->stopping)
		loop_timer_stop(&st->loop, &st->timer);
	if (st->conf->idle != NULL)
		loop_timer_set(&st->loop, &st->idle,
		    clock_after(SUPERVISE_IDLE_MS));
}

static void
on_message(struct state *st, struct member *m)
{
	const struct channel_msg *msg = &st->msg;
	bool plain = msg->len == 0 && msg->n_fds == 0;
	int64_t at_us;

	if (!m->ready &&
	    control_parse_ready(msg, clock_boot_us(), &at_us) == 0) {
		m->ready = true;
		if (m == &st->m[RPC])
			on_rpc_ready(st, at_us);
		else
			on_sandbox_ready(st);
	} else if (plain && msg->type == CONTROL_SHUTDOWN &&
		   m == &st->m[SANDBOX]) {
		begin_stop(st, "the sandbox was destroyed");
	} else if (msg->type == CONTROL_FAILED && msg->n_fds == 0 &&
		   msg->len <= CONTROL_REASON_MAX && !m->ready) {
		fail(st, "role %s: %.*s", m->name, (int)msg->len,
		    (const char *)msg->body);
	} else {
		fail(st, "role %s sent an impossible message (type %u)",
		    m->name, (unsigned)msg->type);
	}
}

static void
close_channel(struct member *m)
{
	loop_remove(&m->watch);
	fd_close(&m->channel);
}

static void
on_channel(struct loop_watch *w, uint32_t events)
{
	struct member *m = w->arg;
	struct state *st = m->st;
	struct err e;
	int rc = channel_recv(m->channel, &st->msg, &e);

	(void)events;
	if (rc > 0) {
		on_message(st, m);
		channel_msg_close(&st->msg);
	} else if (rc == 0) {
		/* Its exit follows, or it lives on unheard: not for long. */
		close_channel(m);
		if (!m->stopping && m->pid > 0)
			kill(m->pid, SIGKILL);
	} else if (e.code != ERR_UNAVAILABLE) {
		fail(st, "role %s: %s", m->name, e.msg);
	}
}

/* rpc with one end of a new peer channel; the other one is for sandbox. */
static int
start_rpc(struct state *st, struct err *e)
{
	AUTO_FD int theirs = -1;
	int pair[2];

	fd_close(&st->sandbox_peer);
	if (channel_pair(pair, e) < 0)
		return -1;
	st->sandbox_peer = pair[0];
	theirs = pair[1];
	return start_member(st, RPC, theirs, e);
}

static int
restart_rpc(struct state *st, struct err *e)
{
	if (!st->serving)
		return start_rpc(st, e);
	if (st->m[SANDBOX].channel < 0)
		return err_set(e, ERR_UNAVAILABLE, "sandbox is gone");
	if (start_rpc(st, e) < 0)
		return -1;
	if (channel_send(st->m[SANDBOX].channel, CONTROL_PEER, 0, NULL, 0,
		&st->sandbox_peer, 1, e) < 0)
		return err_wrap(e, "tell sandbox");
	fd_close(&st->sandbox_peer);
	return 0;
}

/* How a child ended, in words. */
static void
describe(const siginfo_t *si, char ret[DEATH_MAX])
{
	int call;

	if (si->si_code == CLD_EXITED) {
		snprintf(ret, DEATH_MAX, "exited with status %d",
		    si->si_status);
	} else if (si->si_status != SIGSYS) {
		snprintf(ret, DEATH_MAX, "was killed by signal %d",
		    si->si_status);
	} else if ((call = audit_refused_call(si->si_pid)) >= 0) {
		snprintf(ret, DEATH_MAX,
		    "was killed by signal %d for system call %d", SIGSYS, call);
	} else {
		snprintf(ret, DEATH_MAX,
		    "was killed by signal %d for a system call that the "
		    "kernel's log does not name",
		    SIGSYS);
	}
}

static void
on_death(struct state *st, struct member *m, const siginfo_t *si)
{
	char death[DEATH_MAX];
	struct err e;

	m->pid = 0;
	if (m->channel >= 0) {
		/* What it said last still counts, a wish to shut down too. */
		while (m->channel >= 0 && !st->loop.stop &&
		       channel_recv(m->channel, &st->msg, &e) > 0) {
			on_message(st, m);
			channel_msg_close(&st->msg);
		}
		close_channel(m);
	}
	describe(si, death);
	if (st->stopping) {
		log_info("role %s stopped (%s)", m->name, death);
		stop_next(st);
		return;
	}
	if (m == &st->m[SANDBOX] || m->restarts >= SUPERVISE_RESTARTS) {
		fail(st, "role %s %s", m->name, death);
		return;
	}
	m->restarts++;
	if (restart_rpc(st, &e) == 0) {
		log_warn("role %s %s; started again (%d of %d)", m->name, death,
		    m->restarts, SUPERVISE_RESTARTS);
	} else if (e.code == ERR_UNAVAILABLE && st->m[SANDBOX].pid > 0) {
		/* rpc saw sandbox end before we did: that is the reason. */
		log_warn("role %s %s", m->name, death);
		kill(st->m[SANDBOX].pid, SIGKILL);
	} else {
		fail(st, "role %s cannot be started again: %s", m->name, e.msg);
	}
}

static void
reap(struct state *st)
{
	for (;;) {
		siginfo_t si = { 0 };

		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG) < 0 ||
		    si.si_pid == 0)
			return;
		for (int i = 0; i < N_MEMBERS; i++) {
			if (st->m[i].pid == si.si_pid)
				on_death(st, &st->m[i], &si);
		}
	}
}

static void
on_signal(struct loop_watch *w, uint32_t events)
{
	struct state *st = w->arg;
	struct signalfd_siginfo si;
	char why[DEATH_MAX];

	(void)events;
	if (fd_read(w->fd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	if (si.ssi_signo == SIGCHLD) {
		reap(st);
		return;
	}
	snprintf(why, sizeof(why), "signal %u", (unsigned)si.ssi_signo);
	begin_stop(st, why);
}

/* *st is zeros. */
static void
init_state(struct state *st, const struct supervise *conf, char *reason)
{
	static const char *const names[] = { "sandbox", "rpc" };

	st->conf = conf;
	st->reason = reason;
	st->sandbox_peer = -1;
	loop_watch_init(&st->signals, on_signal, st);
	loop_timer_init(&st->timer, on_timer, st);
	loop_timer_init(&st->idle, on_idle, st);
	for (int i = 0; i < N_MEMBERS; i++) {
		st->m[i].st = st;
		st->m[i].name = names[i];
		st->m[i].channel = -1;
		loop_watch_init(&st->m[i].watch, on_channel, &st->m[i]);
	}
}

/* Nothing of the roles may outlive the decision that ended them. */
static void
kill_members(struct state *st)
{
	for (int i = 0; i < N_MEMBERS; i++) {
		struct member *m = &st->m[i];

		close_channel(m);
		if (m->pid <= 0)
			continue;
		kill(m->pid, SIGKILL);
		while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
			;
		m->pid = 0;
	}
}

/* The signals are blocked: one that comes before is read all the same. */
static int
open_signals(struct state *st, int *ret_fd, struct err *e)
{
	sigset_t set;

	fill_signals(&set);
	*ret_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (*ret_fd < 0)
		return err_sys(e, "signalfd");
	return loop_add(&st->loop, &st->signals, *ret_fd, EPOLLIN, e);
}

static int
run(struct state *st, int *ret_sigfd, struct err *e)
{
	if (loop_init(&st->loop, e) < 0 || start_rpc(st, e) < 0 ||
	    open_signals(st, ret_sigfd, e) < 0)
		return -1;
	loop_timer_set(&st->loop, &st->timer, clock_after(SUPERVISE_READY_MS));
	return loop_run(&st->loop, e);
}

enum supervise_end
supervise_run(const struct supervise *s, char reason[SUPERVISE_REASON_MAX])
{
	struct state *st = must_map(sizeof(*st));
	AUTO_FD int sigfd = -1;
	enum supervise_end result;
	struct err e;

	init_state(st, s, reason);
	if (run(st, &sigfd, &e) < 0)
		decide(st, SUPERVISE_FAILED, "%s", e.msg);
	kill_members(st);
	fd_close(&st->sandbox_peer);
	result = st->result;
	loop_remove(&st->signals);
	loop_release(&st->loop);
	munmap(st, sizeof(*st));
	return result;
}
