/*
 * proc/spawn -- start a role: clone, place descriptors, execute ourselves
 *
 * The binary is executed through an O_PATH descriptor (execveat with
 * AT_EMPTY_PATH), so neither /proc nor a path is needed, and it works from
 * inside an empty root. The child gets an empty environment, default signal
 * dispositions, nothing blocked, and exactly the descriptors of the request.
 * Its arguments are "husk-<role>", "<role>" and those of the request.
 */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	SPAWN_FDS_MAX = 8,
	SPAWN_ARGS_MAX = 4
};

struct spawn_fd {
	int from; /* the caller's descriptor; stays open there */
	int to;   /* its number in the child, 0 .. 9 */
};

struct spawn_request {
	const char *role;
	const char *args[SPAWN_ARGS_MAX];   /* after the role; ends with NULL */
	int binary_fd;                      /* O_PATH of this program */
	struct spawn_fd fds[SPAWN_FDS_MAX]; /* stdio not named: inherited */
	size_t n_fds;
	uint64_t clone_flags; /* CLONE_NEW* */
	int cgroup_fd;        /* -1, or CLONE_INTO_CGROUP there */
	int pidns_fd;         /* -1, or the pid namespace to start in */
	bool no_pidfd;        /* the caller has no use for one */
};

struct spawn_child {
	pid_t pid;
	int pidfd; /* owned by the caller, close-on-exec; or -1 */
};

/*
 * An O_PATH descriptor of the running program, parked at FD_PARK or above:
 * opened at path, which may be NULL and is faster, or through /proc/self/exe.
 */
int spawn_open_binary(const char *path, struct err *e);

/* Start the role. A failure inside the child shows as its exit status 71. */
enum {
	SPAWN_EXIT_EXEC = 71
};
int spawn_role(const struct spawn_request *r, struct spawn_child *ret,
    struct err *e);

#endif
