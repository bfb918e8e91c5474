/*
 * init/audit -- which system call a filter refused
 *
 * The wait status of a process that its seccomp filter killed does not name
 * the call; the kernel's audit record does, in its log (CONFIG_AUDIT):
 *	audit: type=1326 audit(...): ... pid=7 ... sig=31 ... syscall=57 ...
 */
#ifndef INIT_AUDIT_H
#define INIT_AUDIT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Read one line of the kernel's log. Returns 0 with the process and the
 * call's number, or -1 when it is not such a record.
 */
int audit_parse(const char *line, pid_t *ret_pid, int *ret_call);

/*
 * The number of the call that killed pid, from the kernel's log; -1 when it
 * has no record (yet, after waiting AUDIT_WAIT_MS at most).
 */
enum {
	AUDIT_WAIT_MS = 100
};
int audit_refused_call(pid_t pid);

#endif
