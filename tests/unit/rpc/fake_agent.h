/*
 * An agent at a unix socket for the tests of its clients: the real rpc role,
 * and behind it a sandbox that runs "containers" as plain processes here,
 * without any isolation. Container ids and exec ids are names of processes.
 */
#ifndef TESTS_UNIT_RPC_FAKE_AGENT_H
#define TESTS_UNIT_RPC_FAKE_AGENT_H

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "base/fd.h"
#include "base/str.h"
#include "net/vsock.h"
#include "proc/role.h"
#include "proto/agent.pb-c.h"
#include "proto/call.h"
#include "proto/message.h"
#include "rpc/rpc.h"
#include "tests/lib/tap.h"

enum {
	FAKE_PROCESSES = 64,
	FAKE_WAITERS = 256
};

struct fake_process {
	char name[128];
	char *argv[32];
	pid_t pid;
	int pidfd;
	int in, out, err;
	bool tty;
};

struct fake_agent {
	int chan;
	bool sandbox;
	struct fake_process p[FAKE_PROCESSES];
	struct {
		uint32_t id;
		struct fake_process *p;
	} waiters[FAKE_WAITERS];
	int n_waiters;
};

static inline void
fake_ok(struct fake_agent *f, uint32_t id, const ProtobufCMessage *m)
{
	struct buf b;
	struct err e;

	buf_init(&b, 1 << 20);
	if (m != NULL)
		message_pack(m, &b);
	call_send_ok(f->chan, id, b.p, b.len, &e);
	buf_release(&b);
}

static inline void
fake_error(struct fake_agent *f, uint32_t id, enum err_code code,
    const char *text)
{
	struct err no, e;

	err_set(&no, code, "%s", text);
	call_send_error(f->chan, id, &no, &e);
}

static inline struct fake_process *
fake_find(struct fake_agent *f, const char *container, const char *exec)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/%s", container,
	    *exec != '\0' ? exec : container);
	for (int i = 0; i < FAKE_PROCESSES; i++) {
		if (str_eq(f->p[i].name, name))
			return &f->p[i];
	}
	return NULL;
}

static inline struct fake_process *
fake_add(struct fake_agent *f, const char *container, const char *exec,
    const Grpc__Process *spec)
{
	struct fake_process *p = f->p;

	while (p->name[0] != '\0')
		p++;
	snprintf(p->name, sizeof(p->name), "%s/%s", container, exec);
	for (size_t i = 0; i < spec->n_args && i < 31; i++)
		p->argv[i] = strdup(spec->args[i]);
	p->tty = spec->terminal;
	return p;
}

static inline void
fake_start(struct fake_process *p)
{
	int in[2], out[2], err[2];

	if (p->tty) {
		p->pid = forkpty(&p->in, NULL, NULL, NULL);
		p->out = fcntl(p->in, F_DUPFD_CLOEXEC, 10);
		p->err = fcntl(p->in, F_DUPFD_CLOEXEC, 10);
	} else {
		if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
		    pipe2(err, O_CLOEXEC) < 0)
			_exit(1);
		p->pid = fork();
	}
	if (p->pid == 0) {
		if (!p->tty) {
			dup2(in[0], 0);
			dup2(out[1], 1);
			dup2(err[1], 2);
		}
		signal(SIGPIPE, SIG_DFL);
		execvp(p->argv[0], p->argv);
		_exit(127);
	}
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->tty)
		return;
	p->in = in[1];
	p->out = out[0];
	p->err = err[0];
	close(in[0]);
	close(out[1]);
	close(err[1]);
}

static inline void
fake_reap(struct fake_agent *f, int i)
{
	Grpc__WaitProcessResponse m = GRPC__WAIT_PROCESS_RESPONSE__INIT;
	int status;

	waitpid(f->waiters[i].p->pid, &status, 0);
	m.status =
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	fake_ok(f, f->waiters[i].id, &m.base);
	f->waiters[i] = f->waiters[--f->n_waiters];
}

static inline void
fake_remove(struct fake_agent *f, const char *container)
{
	size_t len = strlen(container);

	for (int i = 0; i < FAKE_PROCESSES; i++) {
		struct fake_process *p = &f->p[i];

		if (strncmp(p->name, container, len) != 0 ||
		    p->name[len] != '/')
			continue;
		if (p->pid > 0) {
			close(p->in);
			close(p->out);
			close(p->err);
			close(p->pidfd);
		}
		for (int j = 0; j < 32; j++)
			free(p->argv[j]);
		memset(p, 0, sizeof(*p));
	}
}

/* Every request that names a process begins with these fields. */
static inline void
fake_on_process(struct fake_agent *f, const struct call *a,
    const ProtobufCMessage *m)
{
	const Grpc__SignalProcessRequest *q =
	    (const Grpc__SignalProcessRequest *)m;
	const Grpc__TtyWinResizeRequest *size =
	    (const Grpc__TtyWinResizeRequest *)m;
	struct fake_process *p = fake_find(f, q->container_id, q->exec_id);
	struct winsize ws = { 0 };
	struct err e;

	if (p == NULL) {
		fake_error(f, a->id, ERR_NOT_FOUND, "no such process");
		return;
	}
	switch (a->method) {
	case METHOD_SIGNAL_PROCESS:
		kill(p->pid, (int)q->signal);
		break;
	case METHOD_TTY_WIN_RESIZE:
		ws.ws_row = (unsigned short)size->row;
		ws.ws_col = (unsigned short)size->column;
		ioctl(p->in, TIOCSWINSZ, &ws);
		break;
	case METHOD_WAIT_PROCESS:
		f->waiters[f->n_waiters].id = a->id;
		f->waiters[f->n_waiters++].p = p;
		return;
	case METHOD_CLOSE_STDIN:
		close(p->in);
		p->in = open("/dev/null", O_WRONLY | O_CLOEXEC);
		break;
	case METHOD_WRITE_STDIN:
		call_send_stream(f->chan, a->id, p->in, -1, &e);
		return;
	case METHOD_READ_STDOUT:
		call_send_stream(f->chan, a->id, p->out, p->pidfd, &e);
		return;
	default:
		call_send_stream(f->chan, a->id, p->err, p->pidfd, &e);
		return;
	}
	fake_ok(f, a->id, NULL);
}

static inline void
fake_on_request(struct fake_agent *f, const struct call *a,
    const ProtobufCMessage *m)
{
	const Grpc__CreateContainerRequest *create =
	    (const Grpc__CreateContainerRequest *)m;
	const Grpc__ExecProcessRequest *exec =
	    (const Grpc__ExecProcessRequest *)m;
	const Grpc__StartContainerRequest *start =
	    (const Grpc__StartContainerRequest *)m;
	struct fake_process *p;

	switch (a->method) {
	case METHOD_CREATE_SANDBOX:
		if (f->sandbox)
			fake_error(f, a->id, ERR_EXISTS, "sandbox exists");
		else
			fake_ok(f, a->id, NULL);
		f->sandbox = true;
		return;
	case METHOD_CREATE_CONTAINER:
		if (fake_find(f, create->container_id, "") != NULL) {
			fake_error(f, a->id, ERR_EXISTS, "container exists");
			return;
		}
		fake_add(f, create->container_id, create->container_id,
		    create->oci->process);
		break;
	case METHOD_START_CONTAINER:
		p = fake_find(f, start->container_id, "");
		if (p == NULL) {
			fake_error(f, a->id, ERR_NOT_FOUND,
			    "no such container");
			return;
		}
		fake_start(p);
		break;
	case METHOD_EXEC_PROCESS:
		fake_start(fake_add(f, exec->container_id, exec->exec_id,
		    exec->process));
		break;
	case METHOD_REMOVE_CONTAINER:
		fake_remove(f, start->container_id);
		break;
	default:
		if (a->method == METHOD_SIGNAL_PROCESS ||
		    a->method == METHOD_TTY_WIN_RESIZE ||
		    a->method == METHOD_WAIT_PROCESS ||
		    a->method == METHOD_CLOSE_STDIN ||
		    a->method == METHOD_WRITE_STDIN ||
		    a->method == METHOD_READ_STDOUT ||
		    a->method == METHOD_READ_STDERR)
			fake_on_process(f, a, m);
		else
			fake_error(f, a->id, ERR_UNIMPLEMENTED,
			    method_row(a->method)->name);
		return;
	}
	fake_ok(f, a->id, NULL);
}

/* Serve until the rpc role ends. */
static inline void
fake_serve(struct fake_agent *f)
{
	static struct channel_msg msg;
	struct err e;
	struct arena arena;

	arena_init(&arena, 64 << 20);
	for (;;) {
		struct pollfd fds[1 + FAKE_WAITERS] = { { f->chan, POLLIN,
		    0 } };
		struct call a;

		for (int i = 0; i < f->n_waiters; i++)
			fds[1 + i] = (struct pollfd){ f->waiters[i].p->pidfd,
				POLLIN, 0 };
		if (poll(fds, 1 + (nfds_t)f->n_waiters, -1) < 0)
			continue;
		for (int i = f->n_waiters - 1; i >= 0; i--) {
			if (fds[1 + i].revents != 0)
				fake_reap(f, i);
		}
		if (fds[0].revents == 0)
			continue;
		if (channel_recv(f->chan, &msg, &e) <= 0)
			break;
		if (call_parse(&msg, &a, &e) < 0)
			break;
		if (a.type == CALL_REQUEST)
			fake_on_request(f, &a,
			    message_unpack(method_row(a.method)->request,
				a.payload.p, a.payload.len, &arena, &e));
		arena_release(&arena);
		call_release(&a);
	}
}

/* Listen at the address and fork the agent's processes. Returns PID 1's end. */
static inline int
fake_agent_start(const char *address)
{
	struct vsock_address at;
	struct err e;
	int up[2], down[2], listener;

	EQ_INT(vsock_parse(address, &at, &e), 0);
	listener = vsock_listen(&at, &e);
	OK(listener >= 0);
	EQ_INT(channel_pair(up, &e), 0);
	EQ_INT(channel_pair(down, &e), 0);
	if (fork() == 0) {
		static struct fake_agent f;

		close(up[0]);
		close(up[1]);
		close(listener);
		close(down[0]);
		f.chan = down[1];
		fake_serve(&f);
		_exit(0);
	}
	if (fork() == 0) {
		const int from[] = { up[0], down[0], listener };

		for (int i = 0; i < 3; i++)
			dup2(fcntl(from[i], F_DUPFD, 20), 40 + i);
		for (int i = 0; i < 3; i++)
			dup2(40 + i, ROLE_FD_PARENT + i);
		for (int fd = ROLE_FD_LISTEN + 1; fd < 64; fd++)
			close(fd);
		_exit(rpc_main(0, NULL));
	}
	close(up[0]);
	close(down[0]);
	close(down[1]);
	close(listener);
	return up[1];
}

#endif
