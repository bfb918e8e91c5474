/*
 * The requests that move a container that exists: start, exec, signal, wait,
 * remove.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/handlers.h"
#include "sandbox/process.h"

enum {
	SIGNAL_MAX = 64,
	STATUS_MAX = 16 * 1024,
	MS = 1000
};

static struct request *
take_pending(struct process *p)
{
	struct request *rq = p->pending;

	p->pending = NULL;
	p->fn = NULL;
	return rq;
}

static void
answer(struct process *p, enum process_event event, const struct err *e)
{
	struct request *rq = take_pending(p);
	struct err why;

	if (rq == NULL)
		return;
	if (event == PROCESS_IS_RUNNING) {
		request_ok(rq, NULL);
		return;
	}
	why = *e;
	err_wrap(&why, "container '%s'", p->c->id);
	request_fail(rq, &why);
}

static void
on_start(struct process *p, enum process_event event, const struct err *e)
{
	if (event == PROCESS_IS_RUNNING && p->c->state == CONTAINER_CREATED) {
		p->c->state = CONTAINER_RUNNING;
		log_info("container '%s' started", p->c->id);
	}
	answer(p, event, e);
}

int
handle_start_container(struct request *rq, struct err *e)
{
	Grpc__StartContainerRequest *m = (Grpc__StartContainerRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_START, e);
	struct process *p;

	if (c == NULL)
		return -1;
	p = process_find(c, "", e);
	if (p == NULL || process_start(p, e) < 0)
		return -1;
	p->fn = on_start;
	p->pending = rq;
	return 0;
}

static void
fail_exec(struct process *p, const struct err *e)
{
	struct err ignored;

	p->discard = true;
	(void)process_signal(p, SIGKILL, &ignored);
	answer(p, PROCESS_HAS_FAILED, e);
}

static void
on_exec(struct process *p, enum process_event event, const struct err *e)
{
	struct err why;

	if (event == PROCESS_HAS_FAILED)
		fail_exec(p, e);
	else if (event == PROCESS_IS_RUNNING)
		answer(p, event, NULL);
	else if (process_start(p, &why) < 0)
		fail_exec(p, &why);
}

static int
check_exec(const Grpc__ExecProcessRequest *m, struct container *c,
    struct err *e)
{
	struct err none;

	if (m->process == NULL)
		return err_set(e, ERR_ARGUMENT, "exec without a process");
	if (m->string_user != NULL)
		return err_set(e, ERR_UNSUPPORTED, "unsupported: string_user");
	if (m->stdin_port != 0 || m->stdout_port != 0 || m->stderr_port != 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: stdio over vsock ports");
	if (container_check_id(m->exec_id, e) < 0)
		return err_wrap(e, "exec id");
	if (str_eq(m->exec_id, c->id) ||
	    process_find(c, m->exec_id, &none) != NULL)
		return err_set(e, ERR_EXISTS,
		    "process '%s' exists in container '%s'", m->exec_id, c->id);
	return container_check(NULL, m->process, e);
}

int
handle_exec_process(struct request *rq, struct err *e)
{
	Grpc__ExecProcessRequest *m = (Grpc__ExecProcessRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_EXEC, e);
	struct container_request q = {
		.binary_fd = rq->sb->binary_fd,
		.process = m->process,
		.stdio = { -1, -1, -1 },
	};
	struct process *p;

	if (c == NULL || check_exec(m, c, e) < 0)
		return -1;
	q.cgroup_fd = c->cgroup.fd;
	memcpy(q.ns, c->ns, sizeof(q.ns));
	q.n_ns = c->n_ns;
	p = process_new(c, m->exec_id, &q, on_exec, e);
	if (p == NULL)
		return err_wrap(e, "container '%s'", c->id);
	p->pending = rq;
	return 0;
}

/*
 * The kernel drops signals without a handler that are sent to the first
 * process of a pid namespace, SIGKILL excepted. A SIGTERM that would be lost
 * so becomes SIGKILL (Kata 4.1).
 */
static int
effective_signal(const struct process *p, int sig)
{
	char path[64];
	struct buf b;
	struct err e;

	if (sig != SIGTERM || *p->exec_id != '\0' ||
	    p->state == PROCESS_EXITED ||
	    str_format(path, sizeof(path), "/proc/%d/status", p->child.pid) < 0)
		return sig;
	buf_init(&b, STATUS_MAX);
	if (fd_read_file(AT_FDCWD, path, &b, &e) == 0 &&
	    !process_handles(buf_str(&b), sig))
		sig = SIGKILL;
	buf_release(&b);
	return sig;
}

int
handle_signal_process(struct request *rq, struct err *e)
{
	Grpc__SignalProcessRequest *m = (Grpc__SignalProcessRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_SIGNAL, e);
	struct process *p;
	int sig = (int)m->signal;

	if (c == NULL)
		return -1;
	if (m->signal == 0 || m->signal > SIGNAL_MAX)
		return err_set(e, ERR_ARGUMENT, "%u is no signal", m->signal);
	if (*m->exec_id == '\0' && sig == SIGKILL) {
		if (cgroup_kill(&c->cgroup, e) < 0)
			return err_wrap(e, "container '%s'", c->id);
	} else {
		p = process_find(c, m->exec_id, e);
		if (p == NULL ||
		    process_signal(p, effective_signal(p, sig), e) < 0)
			return -1;
	}
	request_ok(rq, NULL);
	return 0;
}

int
handle_wait_process(struct request *rq, struct err *e)
{
	Grpc__WaitProcessRequest *m = (Grpc__WaitProcessRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_WAIT, e);
	struct process *p = c == NULL ? NULL : process_find(c, m->exec_id, e);

	if (p == NULL)
		return -1;
	process_wait(p, rq);
	return 0;
}

static void
cancel_remove(struct request *rq)
{
	struct container *c = rq->arg;

	c->remove = NULL;
}

int
handle_remove_container(struct request *rq, struct err *e)
{
	Grpc__RemoveContainerRequest *m =
	    (Grpc__RemoveContainerRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_REMOVE, e);

	if (c == NULL)
		return -1;
	rq->arg = c;
	rq->on_cancel = cancel_remove;
	c->remove = rq;
	container_teardown(c, m->timeout == 0
				  ? CLOCK_NEVER
				  : clock_after((int64_t)m->timeout * MS));
	return 0;
}
