/*
 * policy/schedule -- the order in which a body's literals are planned
 *
 * The next literal is always the first of the body that is ready
 * (order_ready()). A literal that is not is looked at again when a variable
 * in it was bound, so that the work is that of reading the body, and not its
 * square.
 *
 * Memory: in the compiler's arena; the schedule must outlive the planning of
 * its body and of what is nested in it.
 */
#ifndef POLICY_SCHEDULE_H
#define POLICY_SCHEDULE_H

#include "policy/planner.h"

struct schedule {
	struct plan *p;
	const struct body *b;
	uint32_t *ready; /* a heap of positions */
	uint32_t n_ready;
	uint32_t *waits; /* of each literal: variables it waited for */
	bool *is_ready;
	uint32_t mark; /* of the trail: what was bound since */
};

void schedule_begin(struct schedule *s, struct plan *p, const struct body *b);

/*
 * The position of the literal to plan next. False: none is ready, or a limit
 * was reached (the compiler then has failed).
 */
bool schedule_next(struct schedule *s, uint32_t *ret);

#endif
