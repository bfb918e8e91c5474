#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "proc/loop.h"

enum {
	ROUND_EVENTS = 64 /* fetched by one epoll_wait */
};

int
loop_init(struct loop *l, struct err *e)
{
	memset(l, 0, sizeof(*l));
	l->heap = l->first;
	l->cap_timers = LOOP_TIMERS_FIRST;
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epfd < 0)
		return err_sys(e, "epoll_create1");
	return 0;
}

void
loop_release(struct loop *l)
{
	fd_close(&l->epfd);
	if (l->heap != l->first)
		free(l->heap);
	l->heap = l->first;
	l->n_timers = 0;
	l->cap_timers = LOOP_TIMERS_FIRST;
}

void
loop_watch_init(struct loop_watch *w, loop_watch_fn *fn, void *arg)
{
	memset(w, 0, sizeof(*w));
	w->fd = -1;
	w->fn = fn;
	w->arg = arg;
}

int
loop_add(struct loop *l, struct loop_watch *w, int fd, uint32_t events,
    struct err *e)
{
	struct epoll_event ev = { .events = events, .data = { .ptr = w } };

	if (w->fd >= 0)
		die("loop: descriptor %d is watched already", w->fd);
	if (epoll_ctl(l->epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
		return err_sys(e, "watch descriptor %d", fd);
	w->fd = fd;
	w->events = events;
	w->loop = l;
	return 0;
}

void
loop_change(struct loop_watch *w, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data = { .ptr = w } };

	if (w->fd < 0)
		die("loop: change of a watch that is not added");
	if (w->events == events)
		return;
	if (epoll_ctl(w->loop->epfd, EPOLL_CTL_MOD, w->fd, &ev) < 0)
		die("loop: descriptor %d: %s", w->fd, strerror(errno));
	w->events = events;
}

void
loop_remove(struct loop_watch *w)
{
	struct loop *l = w->loop;

	if (w->fd < 0)
		return;
	/*
	 * A failure means that the descriptor was closed first: its number may
	 * be somebody else's by now, so going on would watch the wrong thing.
	 */
	if (epoll_ctl(l->epfd, EPOLL_CTL_DEL, w->fd, NULL) < 0)
		die("loop: descriptor %d: %s", w->fd, strerror(errno));
	for (int i = 0; i < l->n_ready; i++) {
		if (l->ready[i].data.ptr == w)
			l->ready[i].data.ptr = NULL;
	}
	w->fd = -1;
	w->loop = NULL;
}

/*
 * The heap: heap[0] is the earliest; the timer at index i has at == i + 1, so
 * that a zeroed timer is one that is not set.
 */
static void
heap_put(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->at = i + 1;
}

static void
heap_up(struct loop *l, size_t i)
{
	struct loop_timer *t = l->heap[i];

	while (i > 0) {
		size_t parent = (i - 1) / 2;

		if (l->heap[parent]->deadline <= t->deadline)
			break;
		heap_put(l, i, l->heap[parent]);
		i = parent;
	}
	heap_put(l, i, t);
}

static void
heap_down(struct loop *l, size_t i)
{
	struct loop_timer *t = l->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= l->n_timers)
			break;
		if (child + 1 < l->n_timers &&
		    l->heap[child + 1]->deadline < l->heap[child]->deadline)
			child++;
		if (t->deadline <= l->heap[child]->deadline)
			break;
		heap_put(l, i, l->heap[child]);
		i = child;
	}
	heap_put(l, i, t);
}

static void
heap_grow(struct loop *l)
{
	size_t cap = 2 * l->cap_timers;
	struct loop_timer **heap = must_alloc(cap, sizeof(*heap));

	memcpy(heap, l->heap, l->n_timers * sizeof(*heap));
	if (l->heap != l->first)
		free(l->heap);
	l->heap = heap;
	l->cap_timers = cap;
}

void
loop_timer_init(struct loop_timer *t, loop_timer_fn *fn, void *arg)
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->arg = arg;
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t deadline)
{
	if (deadline == CLOCK_NEVER) {
		loop_timer_stop(l, t);
		return;
	}
	t->deadline = deadline;
	if (t->at == 0) {
		if (l->n_timers == l->cap_timers)
			heap_grow(l);
		heap_put(l, l->n_timers++, t);
	}
	heap_up(l, t->at - 1);
	heap_down(l, t->at - 1);
}

void
loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	size_t i;

	if (t->at == 0)
		return;
	i = t->at - 1;
	t->at = 0;
	l->n_timers--;
	if (i == l->n_timers)
		return;
	heap_put(l, i, l->heap[l->n_timers]);
	heap_up(l, i);
	heap_down(l, l->heap[i]->at - 1);
}

static void
deliver(struct loop *l)
{
	for (int i = 0; i < l->n_ready && !l->stop; i++) {
		struct loop_watch *w = l->ready[i].data.ptr;

		if (w != NULL)
			w->fn(w, l->ready[i].events);
	}
	l->n_ready = 0;
	l->ready = NULL;
}

/*
 * Fire what is due. A callback may set its timer to now again: counting the
 * timers first keeps such a one from holding up the descriptors.
 */
static void
expire(struct loop *l)
{
	size_t left = l->n_timers;
	int64_t now;

	if (left == 0)
		return;
	now = clock_now();
	while (left-- > 0 && !l->stop && l->n_timers > 0) {
		struct loop_timer *t = l->heap[0];

		if (t->deadline > now)
			break;
		loop_timer_stop(l, t);
		t->fn(t);
	}
}

int
loop_run(struct loop *l, struct err *e)
{
	struct epoll_event events[ROUND_EVENTS];

	l->stop = false;
	while (!l->stop) {
		int64_t next =
		    l->n_timers > 0 ? l->heap[0]->deadline : CLOCK_NEVER;
		int n =
		    epoll_wait(l->epfd, events, ROUND_EVENTS, clock_left(next));

		if (n < 0 && errno != EINTR)
			return err_sys(e, "epoll_wait");
		l->ready = events;
		l->n_ready = n < 0 ? 0 : n;
		deliver(l);
		expire(l);
	}
	return 0;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}
