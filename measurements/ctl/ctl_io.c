#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/ctl/ctl_io.h"
#include "proto/agent.pb-c.h"
#include "proto/method.h"

enum {
	READ_LEN = 32 * 1024, /* as Kata's shims ask for */
	INPUT_LEN = 32 * 1024
};

/* One direction of output. */
struct output {
	struct session *s;
	int method;
	int fd;
};

struct session {
	struct ctl_client *c;
	const struct ctl_io_process *p;
	struct output out, err;
	int outputs;  /* not yet ended */
	bool writing; /* a WriteStdin is in flight */
	bool input_over;
	bool wait; /* for the exit status, after the outputs */
	bool done;
	int32_t status;
	bool failed;
	struct err e;
};

static void
fail(struct session *s, const char *what, const struct ctl_answer *a)
{
	if (s->failed)
		return;
	s->failed = true;
	err_set(&s->e, ERR_STATE, "%s: %s (%s)", what, a->text,
	    ctl_client_code_name(a->code));
}

/* Note a failure of the connection itself. */
static void
check(struct session *s, int rc, const struct err *e)
{
	if (rc == 0 || s->failed)
		return;
	s->failed = true;
	s->e = *e;
}

static void
on_status(void *arg, const struct ctl_answer *a)
{
	struct session *s = arg;
	const Grpc__WaitProcessResponse *m =
	    (const Grpc__WaitProcessResponse *)a->message;

	if (m == NULL) {
		fail(s, "wait", a);
		return;
	}
	s->status = m->status;
	s->done = true;
}

static void
ask_status(struct session *s)
{
	Grpc__WaitProcessRequest q = GRPC__WAIT_PROCESS_REQUEST__INIT;
	struct err e;

	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	check(s,
	    ctl_client_start_message(s->c, METHOD_WAIT_PROCESS, &q.base, 0,
		on_status, s, &e),
	    &e);
}

static void ask_output(struct output *o);

static void
on_output(void *arg, const struct ctl_answer *a)
{
	struct output *o = arg;
	struct session *s = o->s;
	const Grpc__ReadStreamResponse *m =
	    (const Grpc__ReadStreamResponse *)a->message;

	if (m == NULL) {
		fail(s, method_row((enum method_id)o->method)->name, a);
		return;
	}
	if (m->data.len > 0 &&
	    fd_write_all(o->fd, m->data.data, m->data.len) < 0) {
		struct err e;

		check(s, err_sys(&e, "write the output"), &e);
		return;
	}
	if (m->data.len > 0) {
		ask_output(o);
		return;
	}
	if (--s->outputs > 0)
		return;
	if (s->wait)
		ask_status(s);
	else
		s->done = true;
}

static void
ask_output(struct output *o)
{
	Grpc__ReadStreamRequest q = GRPC__READ_STREAM_REQUEST__INIT;
	struct session *s = o->s;
	struct err e;

	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	q.len = READ_LEN;
	check(s,
	    ctl_client_start_message(s->c, o->method, &q.base, 0, on_output, o,
		&e),
	    &e);
}

/* The process may be gone before its input is: no reason to stop. */
static void
on_closed(void *arg, const struct ctl_answer *a)
{
	struct session *s = arg;

	(void)a;
	if (s->outputs == 0 && !s->wait)
		s->done = true;
}

static void
close_input(struct session *s)
{
	Grpc__CloseStdinRequest q = GRPC__CLOSE_STDIN_REQUEST__INIT;
	struct err e;

	s->input_over = true;
	/* Closing a terminal would hang it up. */
	if (s->p->tty)
		return;
	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	check(s,
	    ctl_client_start_message(s->c, METHOD_CLOSE_STDIN, &q.base, 0,
		on_closed, s, &e),
	    &e);
}

static void
on_written(void *arg, const struct ctl_answer *a)
{
	struct session *s = arg;

	s->writing = false;
	if (a->message == NULL) {
		s->input_over = true;
		if (!s->wait)
			fail(s, "write to standard input", a);
	}
}

static void
send_input(struct session *s)
{
	Grpc__WriteStreamRequest q = GRPC__WRITE_STREAM_REQUEST__INIT;
	uint8_t bytes[INPUT_LEN];
	ssize_t n = fd_read(STDIN_FILENO, bytes, sizeof(bytes));
	struct err e;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		close_input(s);
		return;
	}
	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	q.data.data = bytes;
	q.data.len = (size_t)n;
	s->writing = true;
	check(s,
	    ctl_client_start_message(s->c, METHOD_WRITE_STDIN, &q.base, 0,
		on_written, s, &e),
	    &e);
}

static void
ignore_answer(void *arg, const struct ctl_answer *a)
{
	(void)arg;
	(void)a;
}

static void
send_size(struct session *s)
{
	Grpc__TtyWinResizeRequest q = GRPC__TTY_WIN_RESIZE_REQUEST__INIT;
	struct winsize size;
	struct err e;

	if (!s->p->tty || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	q.row = size.ws_row;
	q.column = size.ws_col;
	check(s,
	    ctl_client_start_message(s->c, METHOD_TTY_WIN_RESIZE, &q.base, 0,
		ignore_answer, s, &e),
	    &e);
}

static void
send_signal(struct session *s, uint32_t number)
{
	Grpc__SignalProcessRequest q = GRPC__SIGNAL_PROCESS_REQUEST__INIT;
	struct err e;

	q.container_id = (char *)s->p->container;
	q.exec_id = (char *)s->p->exec;
	q.signal = number;
	check(s,
	    ctl_client_start_message(s->c, METHOD_SIGNAL_PROCESS, &q.base, 0,
		ignore_answer, s, &e),
	    &e);
}

static void
take_signal(struct session *s, int signals)
{
	struct signalfd_siginfo si;

	if (fd_read(signals, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo == SIGWINCH)
		send_size(s);
	else
		send_signal(s, si.ssi_signo);
}

/* One round: wait for anything, and serve it. */
static void
round_once(struct session *s, int signals)
{
	bool input = !s->writing && !s->input_over;
	struct pollfd p[3] = {
		{ .fd = s->c->fd, .events = ctl_client_events(s->c) },
		{ .fd = signals, .events = POLLIN },
		{ .fd = input ? STDIN_FILENO : -1, .events = POLLIN },
	};
	struct err e;

	if (poll(p, 3, -1) < 0) {
		if (errno != EINTR)
			check(s, err_sys(&e, "poll"), &e);
		return;
	}
	if (p[0].revents != 0)
		check(s, ctl_client_step(s->c, p[0].revents, &e), &e);
	if (p[1].revents != 0)
		take_signal(s, signals);
	if (p[2].revents != 0)
		send_input(s);
}

static int
open_signals(sigset_t *old, struct err *e)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGUSR1, SIGUSR2, SIGWINCH };
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, old);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd >= 0 ? fd : err_sys(e, "signalfd");
}

static bool
set_raw(struct termios *old)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, old) < 0)
		return false;
	raw = *old;
	cfmakeraw(&raw);
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static int
serve(struct session *s, struct err *e)
{
	struct termios old_mode;
	sigset_t old_mask;
	bool raw = s->p->tty && s->p->input && set_raw(&old_mode);
	AUTO_FD int signals = open_signals(&old_mask, e);

	if (signals < 0)
		return -1;
	send_size(s);
	while (!s->done && !s->failed)
		round_once(s, signals);
	if (raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &old_mode);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	ctl_client_forget(s->c);
	if (s->failed)
		*e = s->e;
	return s->failed ? -1 : 0;
}

static void
session_init(struct session *s, struct ctl_client *c,
    const struct ctl_io_process *p)
{
	memset(s, 0, sizeof(*s));
	s->c = c;
	s->p = p;
	s->out = (struct output){ s, METHOD_READ_STDOUT, STDOUT_FILENO };
	s->err = (struct output){ s, METHOD_READ_STDERR, STDERR_FILENO };
}

int
ctl_io_run(struct ctl_client *c, const struct ctl_io_process *p,
    int32_t *ret_status, struct err *e)
{
	struct session s;

	session_init(&s, c, p);
	s.wait = true;
	s.outputs = p->tty ? 1 : 2;
	ask_output(&s.out);
	if (!p->tty)
		ask_output(&s.err);
	if (!p->input)
		close_input(&s);
	if (serve(&s, e) < 0)
		return -1;
	*ret_status = s.status;
	return 0;
}

int
ctl_io_copy(struct ctl_client *c, const struct ctl_io_process *p, int method,
    struct err *e)
{
	struct session s;

	session_init(&s, c, p);
	s.input_over = method != METHOD_WRITE_STDIN;
	s.outputs = s.input_over;
	if (method == METHOD_READ_STDOUT)
		ask_output(&s.out);
	if (method == METHOD_READ_STDERR)
		ask_output(&s.err);
	return serve(&s, e);
}
