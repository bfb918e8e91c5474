/*
 * measurements/work -- independent pieces of work, done side by side
 *
 * The caller does the first piece itself, at once, and threads those after it;
 * whoever is through takes the next. There are as many hands as processors that
 * this process may use, and never more than pieces or WORK_HANDS. Without
 * threads the caller does everything, in order.
 *
 * Memory: none of these functions allocates; threads have ended on return.
 */
#ifndef MEASUREMENTS_WORK_H
#define MEASUREMENTS_WORK_H

#include <stddef.h>

enum {
	WORK_HANDS = 16
};

/* A piece: it may touch what arg leads to, and nothing of the others'. */
struct work {
	void (*run)(void *arg);
	void *arg;
};

/* How many hands there would be for n pieces: 0 for none, else 1 or more. */
size_t work_hands(size_t n);

/* Do all n pieces, each once. What they wrote is the caller's to read. */
void work_do(const struct work *w, size_t n);

#endif
