/*
 * sandbox/oom -- tell the runtime which container ran out of memory
 *
 * Each container's memory.events file is watched with inotify; when its
 * oom_kill count grows, one event with the container's id is due. It answers
 * a GetOOMEvent that waits, or is kept for the next one; of more than
 * SANDBOX_OOM_EVENTS_MAX kept ones the oldest goes. The pod's pause container
 * gives none (Kata 4.1).
 */
#ifndef SANDBOX_OOM_H
#define SANDBOX_OOM_H

#include <stdint.h>

#include "base/err.h"
#include "sandbox/container.h"
#include "sandbox/state.h"

int oom_init(struct sandbox *sb, struct err *e);
void oom_release(struct sandbox *sb);

/* Watch c's cgroup. One without a memory controller is not watched. */
int oom_watch(struct container *c, struct err *e);
void oom_unwatch(struct container *c);

/* The oom_kill count in the text of memory.events; 0 when it is not there. */
uint64_t oom_count(const char *events);

#endif
