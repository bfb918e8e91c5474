#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/guestpath.h"
#include "sandbox/handlers.h"
#include "sandbox/oom.h"
#include "sandbox/request.h"

enum {
	EVENTS_MAX = 1024
};

uint64_t
oom_count(const char *events)
{
	static const char key[] = "oom_kill ";
	uint64_t n = 0;

	for (const char *s = events; *s != '\0'; s++) {
		if (str_starts(s, key)) {
			s += sizeof(key) - 1;
			for (; *s >= '0' && *s <= '9'; s++)
				n = n * 10 + (uint64_t)(*s - '0');
			return n;
		}
		s += strcspn(s, "\n");
		if (*s == '\0')
			break;
	}
	return 0;
}

static void
answer(struct sandbox *sb)
{
	struct oom_queue *q = &sb->oom;

	while (q->n > 0 && sb->oom_waiters != NULL) {
		struct request *rq = sb->oom_waiters;
		Grpc__OOMEvent m = GRPC__OOMEVENT__INIT;

		sb->oom_waiters = rq->next_waiter;
		m.container_id = q->ids[q->first];
		request_ok(rq, &m.base);
		q->first = (q->first + 1) % SANDBOX_OOM_EVENTS_MAX;
		q->n--;
	}
}

static void
push(struct sandbox *sb, const char *id)
{
	struct oom_queue *q = &sb->oom;
	size_t at = (q->first + q->n) % SANDBOX_OOM_EVENTS_MAX;

	str_copy(q->ids[at], sizeof(q->ids[at]), id);
	if (q->n < SANDBOX_OOM_EVENTS_MAX)
		q->n++;
	else
		q->first = (q->first + 1) % SANDBOX_OOM_EVENTS_MAX;
	answer(sb);
}

static void
look(struct container *c)
{
	struct buf b;
	struct err e;
	uint64_t n = 0;

	buf_init(&b, EVENTS_MAX);
	if (fd_read_file(c->cgroup.fd, "memory.events", &b, &e) == 0)
		n = oom_count(buf_str(&b));
	buf_release(&b);
	if (n <= c->oom_kills)
		return;
	c->oom_kills = n;
	log_warn("container '%s': out of memory", c->id);
	if (!c->is_pause)
		push(c->sb, c->id);
}

static void
on_inotify(struct loop_watch *w, uint32_t events)
{
	struct sandbox *sb = w->arg;
	char buf[4096];

	(void)events;
	/* Which file changed matters little: there are few containers. */
	while (fd_read(sb->oom_fd, buf, sizeof(buf)) > 0)
		;
	for (struct container *c = sb->containers; c != NULL; c = c->next) {
		if (c->oom_watch >= 0)
			look(c);
	}
}

int
oom_init(struct sandbox *sb, struct err *e)
{
	sb->oom_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (sb->oom_fd < 0)
		return err_sys(e, "inotify");
	loop_watch_init(&sb->oom_watch, on_inotify, sb);
	return loop_add(&sb->loop, &sb->oom_watch, sb->oom_fd, EPOLLIN, e);
}

void
oom_release(struct sandbox *sb)
{
	if (sb->oom_fd < 0)
		return;
	loop_remove(&sb->oom_watch);
	fd_close(&sb->oom_fd);
}

int
oom_watch(struct container *c, struct err *e)
{
	char path[96];

	if (str_format(path, sizeof(path), "%s/memory.events",
		GUESTPATH_PROC(c->cgroup.fd)) < 0)
		return err_set(e, ERR_LIMIT, "cgroup path");
	c->oom_watch = inotify_add_watch(c->sb->oom_fd, path, IN_MODIFY);
	if (c->oom_watch < 0 && errno != ENOENT)
		return err_sys(e, "watch memory.events");
	return 0;
}

/* A last look: the kill may be what ended the container. */
void
oom_unwatch(struct container *c)
{
	if (c->oom_watch < 0)
		return;
	look(c);
	inotify_rm_watch(c->sb->oom_fd, c->oom_watch);
	c->oom_watch = -1;
}

static void
cancel(struct request *rq)
{
	request_unlink_waiter(&rq->sb->oom_waiters, rq);
}

int
handle_get_oom_event(struct request *rq, struct err *e)
{
	struct request **p = &rq->sb->oom_waiters;

	(void)e;
	while (*p != NULL)
		p = &(*p)->next_waiter;
	rq->next_waiter = NULL;
	*p = rq;
	rq->on_cancel = cancel;
	request_slim(rq);
	answer(rq->sb);
	return 0;
}
