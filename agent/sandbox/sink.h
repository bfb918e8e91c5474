/*
 * sandbox/sink -- output that the policy lets nobody read
 *
 * A program whose output is not read blocks when its pipe is full. Where the
 * policy denies reading, the output is read here and thrown away, so that the
 * program runs as if somebody listened. A later read that is allowed takes
 * over again.
 */
#ifndef SANDBOX_SINK_H
#define SANDBOX_SINK_H

#include "sandbox/process.h"

/* Throw away what comes from p's stream, stdout or stderr, from now on. */
int sink_start(struct process *p, enum process_stream which, struct err *e);

/* No longer; harmless when nothing is thrown away. */
void sink_stop(struct process *p, enum process_stream which);

/* Before p's descriptors are closed. */
void sink_stop_all(struct process *p);

#endif
