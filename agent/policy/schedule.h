/*
 * policy/schedule -- the order in which a body's literals are planned
 *
 * As OPA's: the body is gone through from its start to its end again and
 * again, each time taking what is ready (order_ready()) by then. A literal
 * that is not is looked at again when a variable in it was bound, so that the
 * work is that of reading the body, and not its square. Literals that are
 * joined to one behind them are taken with it.
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
	uint64_t *ready; /* a heap of passes and positions */
	uint32_t n_ready;
	uint64_t now;    /* the pass and position of what is planned */
	uint32_t *waits; /* of each literal: variables it waited for */
	bool *is_ready;
	uint32_t mark; /* of the trail: what was bound since */
};

void schedule_begin(struct schedule *s, struct plan *p, const struct body *b);

/*
 * The position of the literal to plan next, with those that it is joined to:
 * schedule_end() is behind them. False: none is ready, or a limit was reached
 * (the compiler then has failed).
 */
bool schedule_next(struct schedule *s, uint32_t *ret);

uint32_t schedule_end(const struct body *b, uint32_t i);

#endif
