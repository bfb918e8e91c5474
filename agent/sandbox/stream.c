/*
 * The requests that concern a process's standard streams. Bytes pass from rpc
 * to the process and back through the descriptors that are handed out here.
 *
 * With a terminal all three streams are the master of its pty. It has no end
 * of input of its own, so closing stdin only refuses further writes there:
 * closing the master would hang up the terminal and lose its output.
 */
#include <sys/ioctl.h>

#include "base/fd.h"
#include "sandbox/handlers.h"
#include "sandbox/process.h"
#include "sandbox/sink.h"

enum {
	WINDOW_MAX = 65535
};

static struct process *
find(struct sandbox *sb, const char *container_id, const char *exec_id,
    struct err *e)
{
	struct container *c =
	    container_get(sb, container_id, CONTAINER_OP_STREAM, e);

	return c == NULL ? NULL : process_find(c, exec_id, e);
}

static void
close_stdin(struct process *p)
{
	p->stdin_closed = true;
	fd_close(&p->stdio[PROCESS_STDIN]);
}

/* No data is how one of Kata's runtimes says end of input. */
int
handle_write_stdin(struct request *rq, struct err *e)
{
	Grpc__WriteStreamRequest *m = (Grpc__WriteStreamRequest *)rq->msg;
	Grpc__WriteStreamResponse r = GRPC__WRITE_STREAM_RESPONSE__INIT;
	struct process *p = find(rq->sb, m->container_id, m->exec_id, e);

	if (p == NULL)
		return -1;
	if (m->data.len == 0) {
		close_stdin(p);
		request_ok(rq, &r.base);
		return 0;
	}
	if (p->stdin_closed)
		return err_set(e, ERR_STATE,
		    "stdin of container '%s' is closed", p->c->id);
	request_stream(rq, p->terminal ? p->tty : p->stdio[PROCESS_STDIN], -1);
	return 0;
}

static int
read_stream(struct request *rq, enum process_stream which, struct err *e)
{
	Grpc__ReadStreamRequest *m = (Grpc__ReadStreamRequest *)rq->msg;
	struct process *p = find(rq->sb, m->container_id, m->exec_id, e);

	if (p == NULL)
		return -1;
	sink_stop(p, which);
	request_stream(rq, p->terminal ? p->tty : p->stdio[which],
	    p->child.pidfd);
	return 0;
}

int
handle_read_stdout(struct request *rq, struct err *e)
{
	return read_stream(rq, PROCESS_STDOUT, e);
}

int
handle_read_stderr(struct request *rq, struct err *e)
{
	return read_stream(rq, PROCESS_STDERR, e);
}

/* Nothing, which is the end of the output; the program does not notice. */
int
handle_denied_read(struct request *rq, struct err *e)
{
	Grpc__ReadStreamRequest *m = (Grpc__ReadStreamRequest *)rq->msg;
	Grpc__ReadStreamResponse r = GRPC__READ_STREAM_RESPONSE__INIT;
	struct process *p = find(rq->sb, m->container_id, m->exec_id, e);
	enum process_stream which =
	    rq->method == METHOD_READ_STDOUT ? PROCESS_STDOUT : PROCESS_STDERR;

	if (p == NULL || sink_start(p, which, e) < 0)
		return -1;
	request_ok(rq, &r.base);
	return 0;
}

int
handle_close_stdin(struct request *rq, struct err *e)
{
	Grpc__CloseStdinRequest *m = (Grpc__CloseStdinRequest *)rq->msg;
	struct process *p = find(rq->sb, m->container_id, m->exec_id, e);

	if (p == NULL)
		return -1;
	close_stdin(p);
	request_ok(rq, NULL);
	return 0;
}

int
handle_tty_win_resize(struct request *rq, struct err *e)
{
	Grpc__TtyWinResizeRequest *m = (Grpc__TtyWinResizeRequest *)rq->msg;
	struct process *p = find(rq->sb, m->container_id, m->exec_id, e);
	struct winsize ws = { .ws_row = 0 };

	if (p == NULL)
		return -1;
	if (!p->terminal)
		return err_set(e, ERR_UNAVAILABLE, "no tty");
	if (m->row > WINDOW_MAX || m->column > WINDOW_MAX)
		return err_set(e, ERR_ARGUMENT, "window of %u x %u", m->row,
		    m->column);
	ws.ws_row = (unsigned short)m->row;
	ws.ws_col = (unsigned short)m->column;
	if (ioctl(p->tty, TIOCSWINSZ, &ws) < 0)
		return err_sys(e, "window size");
	request_ok(rq, NULL);
	return 0;
}
