/*
 * proc/loop -- one epoll loop per long-lived role: descriptors and deadlines
 *
 * Level-triggered. Callbacks may add, change and remove any watch or timer,
 * their own included; a removed watch gets no further call, even for an event
 * that was already fetched. Timers are absolute CLOCK_MONOTONIC deadlines
 * (base/clock.h) in a binary heap.
 *
 * Memory: watches and timers are embedded in the caller's objects; the loop
 * allocates only its heap of timer pointers, when there are more than a few.
 */
#ifndef PROC_LOOP_H
#define PROC_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct loop_watch;
struct loop_timer;

enum {
	LOOP_TIMERS_FIRST = 8 /* that need no allocation */
};

/* events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR as epoll_wait gave them. */
typedef void loop_watch_fn(struct loop_watch *w, uint32_t events);
typedef void loop_timer_fn(struct loop_timer *t);

struct loop_watch {
	int fd; /* -1 when not added */
	uint32_t events;
	loop_watch_fn *fn;
	void *arg;
	struct loop *loop;
};

struct loop_timer {
	int64_t deadline;
	size_t at; /* place in the heap, from 1; 0 when not set */
	loop_timer_fn *fn;
	void *arg;
};

struct loop {
	int epfd;
	bool stop;
	struct loop_timer **heap; /* first[] until there are more */
	struct loop_timer *first[LOOP_TIMERS_FIRST];
	size_t n_timers;
	size_t cap_timers;
	/* events of the current round that are not yet delivered */
	struct epoll_event *ready;
	int n_ready;
};

int loop_init(struct loop *l, struct err *e);
void loop_release(struct loop *l);

/* Prepare w (not added yet). */
void loop_watch_init(struct loop_watch *w, loop_watch_fn *fn, void *arg);

/* Watch fd for events. fd stays the caller's. */
int loop_add(struct loop *l, struct loop_watch *w, int fd, uint32_t events,
    struct err *e);

/* Change the events of an added watch. Dies on a watch that is not added. */
void loop_change(struct loop_watch *w, uint32_t events);

/* Stop watching; harmless when not added. Call before closing the fd. */
void loop_remove(struct loop_watch *w);

void loop_timer_init(struct loop_timer *t, loop_timer_fn *fn, void *arg);

/* (Re)set to an absolute deadline; CLOCK_NEVER stops it. */
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t deadline);
void loop_timer_stop(struct loop *l, struct loop_timer *t);

/* Run until loop_stop(). Returns 0, or -1 when epoll itself fails. */
int loop_run(struct loop *l, struct err *e);
void loop_stop(struct loop *l);

#endif
