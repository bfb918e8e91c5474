/*
 * sandbox/state -- the one struct that the sandbox role passes down
 *
 * There is one object of it, made by sandbox_main(); every other unit gets a
 * pointer. Lists own their members.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "proc/channel.h"
#include "proc/loop.h"
#include "sandbox/gate.h"
#include "sandbox/limits.h"
#include "sandbox/options.h"

struct container;
struct device_wait;
struct pod_creation;
struct reply;
struct request;
struct storage_mount;
struct storage_use;

/* Ids of containers that had an OOM kill, oldest first (sandbox/oom.h). */
struct oom_queue {
	char ids[SANDBOX_OOM_EVENTS_MAX][SANDBOX_ID_MAX + 1];
	size_t first;
	size_t n;
};

enum sandbox_phase {
	SANDBOX_EMPTY, /* before CreateSandbox, or after it failed */
	SANDBOX_CREATING,
	SANDBOX_READY,
	SANDBOX_DESTROYING
};

struct sandbox {
	struct loop loop;
	struct options options;
	struct gate gate;
	int binary_fd;
	bool stopping; /* pid1 said CONTROL_STOP: exit when all is undone */
	int status;    /* exit status */

	/* pid1, signals */
	int control_fd;
	struct loop_watch control;
	int signal_fd;
	struct loop_watch signals;

	/* rpc (sandbox/peer.h) */
	int peer_fd; /* -1 while rpc is gone */
	struct loop_watch peer;
	struct reply *replies, **replies_end;
	size_t n_replies;
	struct request *requests; /* unanswered, newest first */
	size_t n_requests;

	/* the pod */
	enum sandbox_phase phase;
	bool prepared; /* what every pod needs of the guest is done */
	struct pod_creation *creation; /* SANDBOX_CREATING */
	bool share_pidns;
	int ipc_ns, uts_ns;           /* -1, or the pod's */
	int pid_ns;                   /* -1, or the shared one */
	struct storage_use *storages; /* of CreateSandbox, and shared ones */
	size_t dns_new; /* length of the first directory made for it */
	bool dns_written, dns_bound;
	struct container *containers;
	size_t n_containers;
	size_t n_processes;
	struct storage_mount *mounts;
	size_t n_mounts;
	struct request *destroy; /* DestroySandbox, unanswered; or NULL */
	struct loop_timer destroy_timer;

	/* devices (sandbox/device.h) */
	int uevent_fd;
	struct loop_watch uevents;
	struct device_wait *waits;
	size_t n_waits;
	pid_t scan; /* the child that scans for a SCSI disk, or 0 */

	/* OOM kills (sandbox/oom.h) */
	int oom_fd;
	struct loop_watch oom_watch;
	struct oom_queue oom;
	struct request *oom_waiters;

	struct channel_msg msg; /* the one being read */
};

#endif
