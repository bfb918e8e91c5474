/*
 * sandbox/create -- CreateContainer, step by step
 *
 * In order (Kata 4.1): the id and the spec are checked; the bundle directory
 * is made; devices are waited for and their numbers put into the spec;
 * storages are set up; the root file system is bound to the bundle; the
 * cgroup is made; the first process is spawned and sets itself up. The
 * request is answered when it is ready to run the user's program. Failure or
 * cancellation at any point undoes everything before the answer.
 */
#ifndef SANDBOX_CREATE_H
#define SANDBOX_CREATE_H

#include "base/err.h"
#include "sandbox/container.h"

/* End c's unfinished creation for the reason e, and undo it. */
void create_abort(struct container *c, const struct err *e);

#endif
