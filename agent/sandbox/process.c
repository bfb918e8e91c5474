#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/device.h"
#include "sandbox/process.h"
#include "sandbox/request.h"
#include "sandbox/sink.h"

enum {
	SIGNALLED = 128,
	SIGNALS_PER_DIGIT = 4
};

static void
close_ends(int fds[3])
{
	for (int i = 0; i < 3; i++)
		fd_close(&fds[i]);
}

/*
 * Three pipes: ours[] nonblocking, because rpc gets duplicates of them and
 * must not block; theirs[] as a program expects.
 */
static int
make_pipes(int size, int ours[3], int theirs[3], struct err *e)
{
	for (int i = 0; i < 3; i++) {
		int fds[2];

		if (pipe2(fds, O_CLOEXEC) < 0)
			return err_sys(e, "pipe");
		ours[i] = fds[i == PROCESS_STDIN];
		theirs[i] = fds[i != PROCESS_STDIN];
		if (size > 0 && fcntl(fds[0], F_SETPIPE_SZ, size) < 0)
			return err_sys(e, "pipe of %d bytes", size);
		if (fd_nonblock(ours[i], 1) < 0)
			return err_sys(e, "pipe");
	}
	return 0;
}

static void
tell(struct process *p, enum process_event event, const struct err *e)
{
	if (p->fn != NULL)
		p->fn(p, event, e);
}

static void
close_channel(struct process *p)
{
	loop_remove(&p->watch);
	fd_close(&p->child.channel);
}

static void
became_ready(struct process *p, int tty)
{
	struct err e;

	if (p->state != PROCESS_SETUP || (tty >= 0) != p->terminal ||
	    (tty >= 0 && fd_nonblock(tty, 1) < 0)) {
		fd_close(&tty);
		close_channel(p);
		err_set(&e, ERR_INTERNAL, "unexpected message of a container");
		tell(p, PROCESS_HAS_FAILED, &e);
		return;
	}
	p->state = PROCESS_READY;
	p->tty = tty;
	tell(p, PROCESS_IS_READY, NULL);
}

static void
child_lost(struct process *p)
{
	struct err e;

	close_channel(p);
	err_set(&e, ERR_SYSTEM, "the process died before it could start");
	tell(p, PROCESS_HAS_FAILED, &e);
}

static void
channel_ended(struct process *p)
{
	if (p->state != PROCESS_STARTING) {
		child_lost(p);
		return;
	}
	close_channel(p);
	p->state = PROCESS_RUNNING;
	tell(p, PROCESS_IS_RUNNING, NULL);
}

/* One message of the child. False when there is none (left). */
static bool
take_event(struct process *p)
{
	struct err e;
	int tty = -1;

	switch (container_event(&p->child, &tty, &e)) {
	case CONTAINER_READY:
		became_ready(p, tty);
		return true;
	case CONTAINER_FAILED:
		close_channel(p);
		tell(p, PROCESS_HAS_FAILED, &e);
		return false;
	case 0:
		channel_ended(p);
		return false;
	default:
		return false;
	}
}

static void
on_channel(struct loop_watch *w, uint32_t events)
{
	(void)events;
	(void)take_event(w->arg);
}

static void
link_process(struct process *p)
{
	p->next = p->c->processes;
	p->c->processes = p;
	p->c->sb->n_processes++;
	if (*p->exec_id == '\0')
		p->c->init = p;
}

struct process *
process_new(struct container *c, const char *exec_id,
    struct container_request *q, process_fn *fn, struct err *e)
{
	const Grpc__Process *op =
	    q->spec != NULL ? q->spec->process : q->process;
	int ours[3] = { -1, -1, -1 }, theirs[3] = { -1, -1, -1 };
	struct process *p;
	int rc = 0;

	if (c->sb->n_processes >= SANDBOX_PROCESSES_MAX) {
		err_set(e, ERR_LIMIT, "%d processes", SANDBOX_PROCESSES_MAX);
		return NULL;
	}
	p = must_alloc(1, sizeof(*p));
	p->c = c;
	p->terminal = op->terminal;
	p->tty = -1;
	p->fn = fn;
	if (str_copy(p->exec_id, sizeof(p->exec_id), exec_id) < 0)
		rc = err_set(e, ERR_ARGUMENT, "exec id %s is longer than %d",
		    STR_QUOTED(exec_id), SANDBOX_ID_MAX);
	if (rc == 0 && !p->terminal)
		rc = make_pipes(c->sb->options.container_pipe_size, ours,
		    theirs, e);
	memcpy(q->stdio, theirs, sizeof(theirs));
	if (rc == 0)
		rc = container_spawn(q, &p->child, e);
	close_ends(theirs);
	if (rc < 0) {
		close_ends(ours);
		free(p);
		return NULL;
	}
	memcpy(p->stdio, ours, sizeof(ours));
	link_process(p);
	loop_watch_init(&p->watch, on_channel, p);
	for (int i = 0; i < 3; i++)
		loop_watch_init(&p->sinks[i], NULL, p);
	if (loop_add(&c->sb->loop, &p->watch, p->child.channel, EPOLLIN, e) < 0)
		die("watch a container: %s", e->msg);
	return p;
}

static void
answer_waiters(struct process *p)
{
	while (p->waiters != NULL) {
		struct request *rq = p->waiters;
		Grpc__WaitProcessResponse m = GRPC__WAIT_PROCESS_RESPONSE__INIT;

		p->waiters = rq->next_waiter;
		m.status = p->status;
		request_ok(rq, &m.base);
	}
}

void
process_free(struct process *p)
{
	struct process **at = &p->c->processes;
	struct err e;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->c->sb->n_processes--;
	if (p->c->init == p)
		p->c->init = NULL;
	if (p->pending != NULL) {
		err_set(&e, ERR_STATE, "container '%s' was removed", p->c->id);
		request_fail(p->pending, &e);
	}
	answer_waiters(p);
	close_channel(p);
	sink_stop_all(p);
	close_ends(p->stdio);
	fd_close(&p->tty);
	fd_close(&p->child.pidfd);
	free(p);
}

struct process *
process_find(struct container *c, const char *exec_id, struct err *e)
{
	struct process *p;

	if (str_eq(exec_id, c->id))
		exec_id = "";
	for (p = c->processes; p != NULL; p = p->next) {
		if (str_eq(p->exec_id, exec_id))
			return p;
	}
	if (*exec_id == '\0')
		err_set(e, ERR_NOT_FOUND,
		    "container '%s' has no init process any more", c->id);
	else
		err_set(e, ERR_NOT_FOUND, "no process %s in container '%s'",
		    STR_QUOTED(exec_id), c->id);
	return NULL;
}

int
process_start(struct process *p, struct err *e)
{
	if (p->state != PROCESS_READY)
		return err_set(e, ERR_STATE,
		    "the process of container '%s' is not ready", p->c->id);
	if (container_start(&p->child, e) < 0)
		return -1;
	p->state = PROCESS_STARTING;
	return 0;
}

int
process_signal(struct process *p, int sig, struct err *e)
{
	if (p->state == PROCESS_EXITED ||
	    syscall(SYS_pidfd_send_signal, p->child.pidfd, sig, NULL, 0U) ==
		0 ||
	    errno == ESRCH)
		return 0;
	return err_sys(e, "signal %d", sig);
}

void
process_kill_all(struct container *c)
{
	struct err ignored;

	for (struct process *p = c->processes; p != NULL; p = p->next)
		(void)process_signal(p, SIGKILL, &ignored);
}

bool
process_all_exited(const struct container *c)
{
	for (const struct process *p = c->processes; p != NULL; p = p->next) {
		if (p->state != PROCESS_EXITED)
			return false;
	}
	return true;
}

static void
cancel_wait(struct request *rq)
{
	struct process *p = rq->arg;

	request_unlink_waiter(&p->waiters, rq);
}

void
process_wait(struct process *p, struct request *rq)
{
	rq->next_waiter = p->waiters;
	p->waiters = rq;
	if (p->state == PROCESS_EXITED) {
		process_free(p);
		return;
	}
	rq->arg = p;
	rq->on_cancel = cancel_wait;
	request_slim(rq);
}

/*
 * The last words of the child may lie unread in its channel: read them first,
 * so that a failure is told by its own text.
 */
static void
exited(struct process *p, int status)
{
	struct container *c = p->c;

	while (p->child.channel >= 0 && take_event(p))
		;
	/*
	 * Still open: a copy of the child's end is with somebody else. Told
	 * before the state changes, as the end of the container, which frees
	 * p, must wait for us.
	 */
	if (p->child.channel >= 0)
		child_lost(p);
	p->state = PROCESS_EXITED;
	p->status = status;
	if (p == c->init && c->state != CONTAINER_CREATING &&
	    c->state != CONTAINER_REMOVING) {
		c->state = CONTAINER_STOPPED;
		log_info("container '%s' stopped: %d", c->id, status);
	}
	if (p->waiters != NULL || p->discard)
		process_free(p);
	container_poke(c);
}

static struct process *
find_pid(struct sandbox *sb, pid_t pid)
{
	for (struct container *c = sb->containers; c != NULL; c = c->next) {
		for (struct process *p = c->processes; p != NULL; p = p->next) {
			if (p->child.pid == pid && p->state != PROCESS_EXITED)
				return p;
		}
	}
	return NULL;
}

int
process_wait_status(int code, int status)
{
	return code == CLD_EXITED ? status : SIGNALLED + status;
}

void
process_reap(struct sandbox *sb)
{
	for (;;) {
		siginfo_t si = { .si_pid = 0 };
		struct process *p;
		int rc;

		do
			rc = waitid(P_ALL, 0, &si, WEXITED | WNOHANG);
		while (rc < 0 && errno == EINTR);
		if (rc < 0 || si.si_pid == 0)
			return;
		p = find_pid(sb, si.si_pid);
		if (p == NULL)
			device_reaped(sb, si.si_pid);
		else
			exited(p,
			    process_wait_status(si.si_code, si.si_status));
	}
}

static bool
mask_has(const char *status, const char *line, int sig)
{
	const char *s = strstr(status, line);
	size_t digits, at = (size_t)(sig - 1) / SIGNALS_PER_DIGIT;
	char c;

	if (s == NULL)
		return false;
	s += strlen(line);
	s += strspn(s, " \t");
	digits = strspn(s, "0123456789abcdef");
	if (at >= digits)
		return false;
	c = s[digits - 1 - at];
	return ((c <= '9' ? c - '0' : c - 'a' + 10) >>
		   ((sig - 1) % SIGNALS_PER_DIGIT)) &
	       1;
}

bool
process_handles(const char *status, int sig)
{
	return mask_has(status, "\nSigBlk:", sig) ||
	       mask_has(status, "\nSigIgn:", sig) ||
	       mask_has(status, "\nSigCgt:", sig);
}
