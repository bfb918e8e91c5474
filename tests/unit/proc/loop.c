#include <fcntl.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "base/fd.h"
#include "proc/loop.h"
#include "tests/lib/tap.h"

static struct err e;

struct pair {
	struct loop *l;
	struct loop_watch w;
	struct pair *other;
	int fds[2];
	int calls;
};

static void
pair_open(struct pair *p, struct loop *l, loop_watch_fn *fn)
{
	memset(p, 0, sizeof(*p));
	p->l = l;
	EQ_INT(pipe2(p->fds, O_CLOEXEC), 0);
	loop_watch_init(&p->w, fn, p);
	EQ_INT(loop_add(l, &p->w, p->fds[0], EPOLLIN, &e), 0);
}

static void
pair_close(struct pair *p)
{
	loop_remove(&p->w);
	close(p->fds[0]);
	close(p->fds[1]);
}

static void
stop(struct loop_timer *t)
{
	loop_stop(t->arg);
}

static void
run_for(struct loop *l, int64_t ms)
{
	struct loop_timer end;

	loop_timer_init(&end, stop, l);
	loop_timer_set(l, &end, clock_after(ms));
	EQ_INT(loop_run(l, &e), 0);
	loop_timer_stop(l, &end);
}

static void
read_one(struct loop_watch *w, uint32_t events)
{
	struct pair *p = w->arg;
	char c;

	OK((events & EPOLLIN) != 0);
	EQ_INT(read(w->fd, &c, 1), 1);
	p->calls++;
}

TEST(calls_a_watch_once_per_byte)
{
	struct loop l;
	struct pair p;

	EQ_INT(loop_init(&l, &e), 0);
	pair_open(&p, &l, read_one);
	EQ_INT(write(p.fds[1], "abc", 3), 3);
	run_for(&l, 20);
	EQ_INT(p.calls, 3);
	pair_close(&p);
	loop_release(&l);
}

static void
remove_other(struct loop_watch *w, uint32_t events)
{
	struct pair *p = w->arg;

	(void)events;
	p->calls++;
	loop_remove(&p->other->w);
	loop_remove(&p->w);
}

TEST(gives_a_removed_watch_no_event_that_was_already_fetched)
{
	struct loop l;
	struct pair a, b;

	EQ_INT(loop_init(&l, &e), 0);
	pair_open(&a, &l, remove_other);
	pair_open(&b, &l, remove_other);
	a.other = &b;
	b.other = &a;
	EQ_INT(write(a.fds[1], "x", 1), 1);
	EQ_INT(write(b.fds[1], "x", 1), 1);
	run_for(&l, 20);
	EQ_INT(a.calls + b.calls, 1);
	pair_close(&a);
	pair_close(&b);
	loop_release(&l);
}

/* The other is removed and watches again: still not for the old event. */
static void
replace_other(struct loop_watch *w, uint32_t events)
{
	struct pair *p = w->arg;
	char c;

	(void)events;
	EQ_INT(read(w->fd, &c, 1), 1);
	p->calls++;
	if (p->other == NULL)
		return;
	loop_remove(&p->other->w);
	EQ_INT(read(p->other->fds[0], &c, 1), 1);
	EQ_INT(loop_add(p->l, &p->other->w, p->other->fds[0], EPOLLIN, &e), 0);
	p->other->other = NULL;
	p->other = NULL;
}

TEST(gives_a_watch_that_was_added_again_no_old_event)
{
	struct loop l;
	struct pair a, b;

	EQ_INT(loop_init(&l, &e), 0);
	pair_open(&a, &l, replace_other);
	pair_open(&b, &l, replace_other);
	a.other = &b;
	b.other = &a;
	EQ_INT(write(a.fds[1], "x", 1), 1);
	EQ_INT(write(b.fds[1], "x", 1), 1);
	run_for(&l, 20);
	EQ_INT(a.calls + b.calls, 1);
	pair_close(&a);
	pair_close(&b);
	loop_release(&l);
}

TEST(changes_what_is_watched)
{
	struct loop l;
	struct pair p;

	EQ_INT(loop_init(&l, &e), 0);
	pair_open(&p, &l, read_one);
	loop_change(&p.w, 0);
	EQ_INT(write(p.fds[1], "a", 1), 1);
	run_for(&l, 10);
	EQ_INT(p.calls, 0);
	loop_change(&p.w, EPOLLIN);
	run_for(&l, 10);
	EQ_INT(p.calls, 1);
	pair_close(&p);
	loop_release(&l);
}

TEST(refuses_what_cannot_be_watched)
{
	struct loop l;
	struct loop_watch w;
	AUTO_FD int fd = open("/", O_RDONLY | O_CLOEXEC);

	EQ_INT(loop_init(&l, &e), 0);
	loop_watch_init(&w, read_one, NULL);
	EQ_INT(loop_add(&l, &w, fd, EPOLLIN, &e), -1);
	EQ_INT(w.fd, -1);
	loop_remove(&w);
	loop_release(&l);
}

enum {
	MANY = 300
};

struct order {
	int64_t last;
	int fired;
};

static void
note(struct loop_timer *t)
{
	struct order *o = t->arg;

	OK(t->deadline >= o->last);
	EQ_INT(t->at, 0);
	o->last = t->deadline;
	o->fired++;
}

TEST(fires_timers_in_order_and_not_those_that_were_stopped)
{
	static struct loop_timer timers[MANY];
	struct order o = { 0, 0 };
	int64_t start = clock_now();
	unsigned seed = 1;
	struct loop l;

	EQ_INT(loop_init(&l, &e), 0);
	for (int i = 0; i < MANY; i++) {
		seed = seed * 1103515245 + 12345;
		loop_timer_init(&timers[i], note, &o);
		loop_timer_set(&l, &timers[i], start + (seed >> 16) % 50);
	}
	for (int i = 0; i < MANY; i += 3)
		loop_timer_stop(&l, &timers[i]);
	for (int i = 1; i < MANY; i += 3)
		loop_timer_set(&l, &timers[i], start + (i * 7) % 40);
	run_for(&l, 100);
	EQ_INT(o.fired, 200);
	EQ_INT(l.n_timers, 0);
	loop_release(&l);
}

static void
again(struct loop_timer *t)
{
	struct pair *p = t->arg;

	p->calls += 1000;
	loop_timer_set(p->l, t, clock_now());
}

TEST(lets_descriptors_through_while_a_timer_sets_itself_to_now)
{
	struct loop_timer t;
	struct loop l;
	struct pair p;

	EQ_INT(loop_init(&l, &e), 0);
	pair_open(&p, &l, read_one);
	loop_timer_init(&t, again, &p);
	loop_timer_set(&l, &t, clock_now());
	EQ_INT(write(p.fds[1], "a", 1), 1);
	run_for(&l, 20);
	EQ_INT(p.calls % 1000, 1);
	OK(p.calls > 1000);
	pair_close(&p);
	loop_release(&l);
}

TEST(takes_never_as_stop)
{
	struct order o = { 0, 0 };
	struct loop_timer t;
	struct loop l;

	EQ_INT(loop_init(&l, &e), 0);
	loop_timer_init(&t, note, &o);
	loop_timer_set(&l, &t, clock_after(1));
	loop_timer_set(&l, &t, CLOCK_NEVER);
	EQ_INT(t.at, 0);
	loop_timer_stop(&l, &t);
	run_for(&l, 10);
	EQ_INT(o.fired, 0);
	loop_release(&l);
}

TAP_MAIN
