/*
 * sandbox/process -- the processes of a container that requests can name
 *
 * A container's first process has exec_id ""; requests may also name it by
 * the container's id (Kata's two runtimes differ). Every process is a direct
 * child with a pidfd; strangers that are reparented to us are reaped and
 * forgotten.
 *
 *	setup --READY--> ready --start--> starting --end of channel--> running
 *	   any of them --> exited, with the wait status kept for Wait
 *
 * Wait answers every waiter when the process ends; a process that was waited
 * for is removed, so a later Wait is ERR_NOT_FOUND (Kata 4.1).
 *
 * Memory: heap; process_free().
 */
#ifndef SANDBOX_PROCESS_H
#define SANDBOX_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "oci/container.h"
#include "proc/loop.h"
#include "sandbox/container.h"
#include "sandbox/request.h"

enum process_state {
	PROCESS_SETUP,
	PROCESS_READY,
	PROCESS_STARTING,
	PROCESS_RUNNING,
	PROCESS_EXITED
};

enum process_event {
	PROCESS_IS_READY,
	PROCESS_IS_RUNNING,
	PROCESS_HAS_FAILED /* before its program ran; e says why */
};

struct process;

/* Must not free the process. */
typedef void process_fn(struct process *p, enum process_event event,
    const struct err *e);

enum process_stream {
	PROCESS_STDIN,
	PROCESS_STDOUT,
	PROCESS_STDERR
};

struct process {
	struct process *next; /* c->processes */
	struct container *c;
	char exec_id[SANDBOX_ID_MAX + 1];
	struct container_child child;
	struct loop_watch watch; /* child.channel */
	enum process_state state;
	bool terminal;
	int stdio[3];               /* our ends; -1: closed */
	int tty;                    /* pty master, or -1 */
	struct loop_watch sinks[3]; /* sandbox/sink.h */
	int status;                 /* PROCESS_EXITED: as Wait gives it */
	bool discard; /* free it when it has exited: nobody will wait */
	bool stdin_closed;
	struct request *waiters;
	process_fn *fn;
	struct request *pending; /* Create, Start or Exec that waits for fn */
};

/*
 * Spawn a process for c: the pipes (unless Terminal) and container_spawn()
 * with q, whose stdio is set here. NULL with *e, and nothing left.
 */
struct process *process_new(struct container *c, const char *exec_id,
    struct container_request *q, process_fn *fn, struct err *e);

/* Free an exited process, or one that was never reaped: it is forgotten. */
void process_free(struct process *p);

/* The process that (container, exec_id) names; NULL with ERR_NOT_FOUND. */
struct process *process_find(struct container *c, const char *exec_id,
    struct err *e);

/* Let a ready process run its program; fn tells the outcome. */
int process_start(struct process *p, struct err *e);

/* Send a signal; a process that has ended is success. */
int process_signal(struct process *p, int sig, struct err *e);

/* SIGKILL to every process of c. */
void process_kill_all(struct container *c);
bool process_all_exited(const struct container *c);

/* Answer rq when the process ends: now, if it has. */
void process_wait(struct process *p, struct request *rq);

/* Collect every child that has ended. */
void process_reap(struct sandbox *sb);

/*
 * True when the text of /proc/PID/status says that sig is blocked, ignored or
 * caught. A line that is missing or malformed counts as not.
 */
bool process_handles(const char *status, int sig);

/* What Wait answers: the exit status, or 128 + signal. */
int process_wait_status(int code, int status);

#endif
