/*
 * sandbox/container -- the table of containers and their life
 *
 *	creating --> created --> running <--> paused
 *	    |           |           |            |
 *	    |           `-----------+------------+--> stopped
 *	    `--> removing <-- (any but creating)
 *
 * A container leaves the table only through container_teardown(): everything
 * that was made for it is recorded in the struct as it is made, so a failed
 * creation and a removal are undone by the same code, in reverse order.
 *
 * Memory: heap; freed when the teardown is over.
 */
#ifndef SANDBOX_CONTAINER_H
#define SANDBOX_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "oci/cgroup.h"
#include "oci/container.h"
#include "proc/loop.h"
#include "sandbox/state.h"
#include "sandbox/storage.h"

struct creation;
struct process;

enum container_state {
	CONTAINER_CREATING,
	CONTAINER_CREATED,
	CONTAINER_RUNNING,
	CONTAINER_PAUSED,
	CONTAINER_STOPPED,
	CONTAINER_REMOVING,
	CONTAINER_STATES
};

/* What a request wants to do to a container. */
enum container_op {
	CONTAINER_OP_START,
	CONTAINER_OP_EXEC,
	CONTAINER_OP_SIGNAL,
	CONTAINER_OP_WAIT,
	CONTAINER_OP_STREAM,
	CONTAINER_OP_STATS,
	CONTAINER_OP_UPDATE,
	CONTAINER_OP_PAUSE,
	CONTAINER_OP_RESUME,
	CONTAINER_OP_REMOVE,
	CONTAINER_OPS
};

struct container;

/* The container is gone from the table and about to be freed. */
typedef void container_gone_fn(struct container *c);

struct container {
	struct container *next;
	struct sandbox *sb;
	char id[SANDBOX_ID_MAX + 1];
	enum container_state state;

	/* what was made, in this order */
	size_t bundle; /* guestpath_mkdir()'s length; 0: not made */
	struct storage_use *storages;
	bool rootfs_bound;
	struct cgroup cgroup; /* fd -1: not made */
	struct process *processes;
	struct process *init; /* one of them; NULL when Wait took it */
	struct container_ns ns[CONTAINER_NS_MAX]; /* of init, for execs */
	size_t n_ns;
	bool owns_pidns; /* sb->pid_ns is its */

	bool is_pause; /* the pod's sandbox container: no OOM events */
	int oom_watch; /* inotify's, -1: none */
	uint64_t oom_kills;

	struct creation *creation; /* while creating */

	/* while removing */
	struct loop_timer poll;
	int64_t deadline;
	struct request *remove; /* to be answered, or NULL */
	container_gone_fn *gone;
	void *gone_arg;
	struct err cause; /* why a creation failed */
};

/* [A-Za-z0-9][A-Za-z0-9_.-]*, at most SANDBOX_ID_MAX, not one of our own. */
int container_check_id(const char *id, struct err *e);

/* 0, or -1 with ERR_STATE "container 'x' is stopped". */
int container_allows(const char *id, enum container_state state,
    enum container_op op, struct err *e);

/* Add a container in state creating. ERR_EXISTS, ERR_LIMIT, ERR_ARGUMENT. */
struct container *container_new(struct sandbox *sb, const char *id,
    struct err *e);

/* The container id if op is allowed in its state; NULL with *e. */
struct container *container_get(struct sandbox *sb, const char *id,
    enum container_op op, struct err *e);

/*
 * Kill what runs in c, wait until it is gone, undo what was made, take it out
 * of the table and call c->gone, then free it. Returns at once or later. A
 * deadline that passes ends the attempt: c->remove is answered with
 * ERR_TIMEOUT, the container is stopped and may be removed again.
 */
void container_teardown(struct container *c, int64_t deadline);

/* A process of c has ended: go on with a teardown. */
void container_poke(struct container *c);

#endif
