#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "oci/rlimit.h"
#include "proc/role.h"
#include "proto/control.h"
#include "sandbox/device.h"
#include "sandbox/guestpath.h"
#include "sandbox/oom.h"
#include "sandbox/peer.h"
#include "sandbox/pod.h"
#include "sandbox/policy_source.h"
#include "sandbox/process.h"
#include "sandbox/state.h"

static void
fault(struct sandbox *sb, const char *what)
{
	log_error("%s", what);
	sb->status = 1;
	loop_stop(&sb->loop);
}

static void
handle_control(struct sandbox *sb)
{
	struct channel_msg *m = &sb->msg;
	struct err e;

	if (m->type == CONTROL_STOP && m->len == 0 && m->n_fds == 0)
		pod_stop(sb);
	else if (m->type != CONTROL_PEER || m->len != 0 || m->n_fds != 1)
		fault(sb, "unexpected message of pid1");
	else if (peer_open(sb, channel_msg_take_fd(m, 0), &e) < 0)
		fault(sb, e.msg);
	channel_msg_close(m);
}

static void
on_control(struct loop_watch *w, uint32_t events)
{
	struct sandbox *sb = w->arg;
	struct err e;
	int n = channel_recv(sb->control_fd, &sb->msg, &e);

	(void)events;
	if (n > 0)
		handle_control(sb);
	else if (n == 0)
		fault(sb, "pid1 is gone");
	else if (e.code != ERR_UNAVAILABLE)
		fault(sb, e.msg);
}

static void
on_signal(struct loop_watch *w, uint32_t events)
{
	struct sandbox *sb = w->arg;
	struct signalfd_siginfo si;

	(void)events;
	if (fd_read(sb->signal_fd, &si, sizeof(si)) > 0)
		process_reap(sb);
}

static int
open_signals(struct sandbox *sb, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_sys(e, "sigprocmask");
	sb->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sb->signal_fd < 0)
		return err_sys(e, "signalfd");
	loop_watch_init(&sb->signals, on_signal, sb);
	return loop_add(&sb->loop, &sb->signals, sb->signal_fd, EPOLLIN, e);
}

static int
set_up(struct sandbox *sb, struct err *e)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_sys(e, "PR_SET_CHILD_SUBREAPER");
	/* PID 1 leaves what containers are to have, and room above it. */
	if (rlimit_files(SANDBOX_FILES, e) < 0)
		return -1;
	if (loop_init(&sb->loop, e) < 0 || open_signals(sb, e) < 0 ||
	    guestpath_init(e) < 0 || device_init(sb, e) < 0 ||
	    oom_init(sb, e) < 0 ||
	    policy_source_load(&sb->gate, sb->options.policy, e) < 0)
		return -1;
	loop_watch_init(&sb->control, on_control, sb);
	if (loop_add(&sb->loop, &sb->control, sb->control_fd, EPOLLIN, e) < 0 ||
	    peer_open(sb, ROLE_FD_PEER, e) < 0)
		return -1;
	return control_send_ready(sb->control_fd, clock_boot_us(), e);
}

/* What the kernel would free anyway, so that a leak checker sees the rest. */
static void
release(struct sandbox *sb)
{
	peer_close(sb);
	loop_remove(&sb->control);
	loop_remove(&sb->signals);
	fd_close(&sb->signal_fd);
	device_release(sb);
	oom_release(sb);
	gate_release(&sb->gate);
	loop_release(&sb->loop);
}

int
sandbox_main(int argc, char **argv)
{
	struct sandbox *sb = must_alloc(1, sizeof(*sb));
	struct err e, ignored;
	int status;

	log_init("sandbox", LOG_INFO);
	sb->control_fd = ROLE_FD_PARENT;
	sb->binary_fd = ROLE_FD_BINARY;
	sb->signal_fd = sb->peer_fd = sb->uevent_fd = sb->oom_fd = -1;
	sb->ipc_ns = sb->uts_ns = sb->pid_ns = -1;
	sb->replies_end = &sb->replies;
	gate_init(&sb->gate);
	loop_watch_init(&sb->peer, NULL, NULL);
	if (argc < 2 || options_parse(argc - 2, argv + 2, &sb->options, &e) < 0)
		die("arguments: %s", argc < 2 ? "none" : e.msg);
	log_init("sandbox", sb->options.log);
	if (set_up(sb, &e) < 0) {
		/* So that pid1 has the reason too; it does not matter if not.
		 */
		channel_send(sb->control_fd, CONTROL_FAILED, 0, e.msg,
		    strlen(e.msg), NULL, 0, &ignored);
		die("%s", e.msg);
	}
	if (loop_run(&sb->loop, &e) < 0) {
		log_error("%s", e.msg);
		sb->status = 1;
	}
	status = sb->status;
	release(sb);
	free(sb);
	return status;
}
