/*
 * policy/graph -- no rule may depend on itself
 */
#ifndef POLICY_GRAPH_H
#define POLICY_GRAPH_H

#include "policy/planner.h"

/* Returns 0, or -1 with a diagnostic that names the circle. */
int graph_check(struct plan *p);

#endif
