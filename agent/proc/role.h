/*
 * proc/role -- what a process of this program is, as data
 *
 * Every process but PID 1 is the same binary executed again under a role
 * name. The table in init/roles.c says per role what it may do; confinement
 * happens (proc/confine.h) before the role's main function runs, so before
 * it reads a byte of foreign input.
 *
 * Fixed descriptors of a role at start:
 *	0 1 2	/dev/null or stdio, console, console
 *	3	channel to the spawner
 *	4	rpc <-> sandbox channel (roles rpc and sandbox)
 *	5	listening ttrpc socket (role rpc)
 *	6	O_PATH descriptor of the binary (role sandbox)
 * Everything else is closed.
 */
#ifndef PROC_ROLE_H
#define PROC_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum role_fd {
	ROLE_FD_PARENT = 3,
	ROLE_FD_PEER = 4,
	ROLE_FD_LISTEN = 5,
	ROLE_FD_BINARY = 6,
	ROLE_FD_END = 7
};

struct role_rlimit {
	int resource;
	rlim_t value; /* soft and hard */
};

enum {
	ROLE_RLIMITS_MAX = 6
};

struct confine_syscall; /* proc/confine.h */

struct role {
	const char *name;
	int (*main)(int argc, char **argv); /* exit status */
	uid_t uid;                          /* 0: stays root, keeps caps */
	gid_t gid;
	bool no_files; /* Landlock: no file system access */
	struct role_rlimit rlimits[ROLE_RLIMITS_MAX]; /* ends with { 0, 0 } */
	const struct confine_syscall *syscalls;       /* NULL: no filter */
	size_t n_syscalls;
};

#endif
