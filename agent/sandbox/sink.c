#include <errno.h>
#include <sys/epoll.h>

#include "base/fd.h"
#include "sandbox/sink.h"

enum {
	AT_ONCE = 16 * 1024 /* then others get a turn */
};

static void
on_output(struct loop_watch *w, uint32_t events)
{
	char bytes[AT_ONCE];
	ssize_t n = fd_read(w->fd, bytes, sizeof(bytes));

	(void)events;
	/* A terminal that nobody has open reads as EIO. */
	if (n == 0 || (n < 0 && errno != EAGAIN))
		loop_remove(w);
}

/* Both outputs of a terminal are one. */
static struct loop_watch *
watch_of(struct process *p, enum process_stream which)
{
	return &p->sinks[p->terminal ? PROCESS_STDOUT : which];
}

int
sink_start(struct process *p, enum process_stream which, struct err *e)
{
	struct loop_watch *w = watch_of(p, which);
	int fd = p->terminal ? p->tty : p->stdio[which];

	if (fd < 0 || w->fd >= 0)
		return 0;
	loop_watch_init(w, on_output, p);
	return loop_add(&p->c->sb->loop, w, fd, EPOLLIN, e);
}

void
sink_stop(struct process *p, enum process_stream which)
{
	loop_remove(watch_of(p, which));
}

void
sink_stop_all(struct process *p)
{
	sink_stop(p, PROCESS_STDOUT);
	sink_stop(p, PROCESS_STDERR);
}
