#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "measurements/cli/work.h"

struct queue {
	const struct work *w;
	size_t n;
	atomic_size_t next;
};

size_t
work_hands(size_t n)
{
	size_t max = n < WORK_HANDS ? n : WORK_HANDS, cpus = 1;
	cpu_set_t set;

	if (max > 1 && sched_getaffinity(0, sizeof(set), &set) == 0)
		cpus = (size_t)CPU_COUNT(&set);
	return cpus < max ? cpus : max;
}

static void *
take(void *arg)
{
	struct queue *q = arg;
	size_t i;

	while ((i = atomic_fetch_add(&q->next, 1)) < q->n)
		q->w[i].run(q->w[i].arg);
	return NULL;
}

void
work_do(const struct work *w, size_t n)
{
	struct queue q = { .w = w, .n = n, .next = 1 };
	size_t hands = work_hands(n), n_threads = 0;
	pthread_t threads[WORK_HANDS];

	if (n == 0)
		return;
	while (n_threads + 1 < hands &&
	       pthread_create(&threads[n_threads], NULL, take, &q) == 0)
		n_threads++;
	w[0].run(w[0].arg);
	take(&q);
	for (size_t i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
}
