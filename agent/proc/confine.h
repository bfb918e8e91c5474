/*
 * proc/confine -- take away what a role does not need, irrevocably
 *
 * Order: close_range, rlimits, Landlock, groups and ids, capabilities to
 * zero, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE 0, PR_SET_MDWE for a role with a
 * filter, seccomp. Missing kernel support is a failure, never a warning: we
 * pin the kernel. MDWE alone is left out where the kernel has none.
 *
 * The seccomp filter is an allow list of system call numbers for the native
 * architecture; an unlisted call, or a call of another architecture, kills
 * the process (SECCOMP_RET_KILL_PROCESS), and its supervisor names the call.
 */
#ifndef PROC_CONFINE_H
#define PROC_CONFINE_H

#include <stddef.h>

#include "base/err.h"
#include "proc/role.h"

enum {
	CONFINE_SYSCALLS_MAX = 120
}; /* of one filter, at least 1 */

struct confine_syscall {
	int number;         /* SYS_read ... */
	const char *caller; /* why it is allowed: who calls it */
};

/* Confine the calling process as r says. On -1 the caller must _exit. */
int confine_role(const struct role *r, struct err *e);

/* Install an allow-list filter alone (PR_SET_NO_NEW_PRIVS must be set). */
int confine_syscalls(const struct confine_syscall *list, size_t n,
    struct err *e);

#endif
