/*
 * init/supervise -- the life of the roles sandbox and rpc, and of orphans
 *
 * Starts both with their descriptors (proc/role.h), reaps every child, and
 * ends when something decides about the whole guest. rpc comes first, so that
 * the host's first question is answered soonest; what is for sandbox waits in
 * the channel between the two until sandbox is there to take it:
 *
 *	sandbox ended by itself			SUPERVISE_FAILED
 *	rpc ended by itself			started again, up to
 *						SUPERVISE_RESTARTS times, then
 *						SUPERVISE_FAILED
 *	not ready within SUPERVISE_READY_MS	SUPERVISE_FAILED
 *	sandbox asked (CONTROL_SHUTDOWN), or
 *	SIGTERM, SIGINT or SIGPWR arrived	SUPERVISE_SHUTDOWN
 *
 * On shutdown rpc is stopped first, so that it can write out its replies,
 * then sandbox; what does not stop in time is killed. Messages are those of
 * proto/control.h.
 *
 * Used by PID 1 and, without the machine around it, by the role tests.
 */
#ifndef INIT_SUPERVISE_H
#define INIT_SUPERVISE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "proc/spawn.h"

enum {
	SUPERVISE_RESTARTS = 3,
	SUPERVISE_READY_MS = 30000,
	SUPERVISE_IDLE_MS = 1000,
	SUPERVISE_REASON_MAX = 320
};

/* A process of the guest's own, pid1 included. */
struct supervise_role {
	const char *name;
	pid_t pid;
};

enum supervise_end {
	SUPERVISE_SHUTDOWN,
	SUPERVISE_FAILED
};

struct supervise {
	int binary_fd; /* all three stay the caller's */
	int listen_fd;
	int null_fd; /* standard input of the roles */
	/* words for the roles; NULL ends them */
	const char *sandbox_args[SPAWN_ARGS_MAX];
	const char *rpc_args[SPAWN_ARGS_MAX];
	/*
	 * called once, when the first request can be answered (and could since
	 * at_us, of clock_boot_us()) and before sandbox starts, for what only
	 * sandbox needs; a failure ends everything
	 */
	int (*serving)(void *arg, int64_t at_us, struct err *e);
	/*
	 * called once, SUPERVISE_IDLE_MS after all started, with every process
	 * there is; may be NULL
	 */
	void (*idle)(void *arg, const struct supervise_role *roles, size_t n);
	void *arg;
};

/*
 * Block the signals that supervise_run() reads. Call it before anything is
 * started that could end.
 */
void supervise_block_signals(void);

/*
 * Start the roles and supervise them to the end. Returns how it ended, with
 * the reason as text. Both roles are gone then; other children may not be.
 */
enum supervise_end supervise_run(const struct supervise *s,
    char reason[SUPERVISE_REASON_MAX]);

#endif
