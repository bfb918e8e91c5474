/*
 * sandbox/storage -- what a request wants mounted, and who uses it
 *
 * A mount point is set up by the first request that names it and counted from
 * then on, over the whole sandbox; when the last use is released it is undone.
 * A second request must mean the same driver, source and file system. A
 * storage with `shared` is kept until the sandbox ends (Kata 4.1).
 *
 *	blk, blk-ccw,	a block device (sandbox/device.h) with ext4, xfs,
 *	scsi		erofs or squashfs; the second by its CCW bus id, the
 *			third by its SCSI address
 *	ephemeral	a tmpfs
 *	local		a directory, with mode= and fsgid=; emptied at the end
 *	bind		a file or directory below GUESTPATH_ROOT
 *	overlayfs	lowerdir=, upperdir=, workdir= below GUESTPATH_ROOT;
 *			io.katacontainers.fs-opt.overlay-rw makes the last two
 *
 * Everything else is refused by name: other drivers, driver options
 * (encryption_key among them), file systems, and fs_group where a recursive
 * change of owner would be needed (anything but ephemeral and local). Mount
 * points are below GUESTPATH_ROOT (sandbox/guestpath.h).
 */
#ifndef SANDBOX_STORAGE_H
#define SANDBOX_STORAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "proto/agent.pb-c.h"
#include "sandbox/device.h"
#include "sandbox/state.h"

/* One use of a mount point, by a container or by the sandbox. */
struct storage_use {
	struct storage_use *next;
	struct storage_mount *mount;
};

/* The names of the drivers above, for GetGuestDetails. */
extern const char *const storage_drivers[];
extern const size_t storage_n_drivers;

struct storage_job;

/* e is NULL on success; on failure what the job did is undone already. */
typedef void storage_fn(struct storage_job *job, const struct err *e);

/* The storages of one request, set up one after another. */
struct storage_job {
	struct sandbox *sb;
	const char *owner; /* the container's id, or "sandbox" */
	size_t n;
	Grpc__Storage *const *list;
	struct storage_use **uses; /* the owner's list: newest first */
	storage_fn *fn;
	void *arg;
	/* private */
	size_t next;
	bool running; /* within its own loop */
	int outcome;  /* of a device found at once */
	struct err error;
	struct storage_use *made;
	struct device_wait wait;
};

/*
 * Set up job->list, then call job->fn: before this returns, or later when a
 * device has to come first. The job and what it points to must live so long.
 */
void storage_run(struct storage_job *job);

/* End a job that waits, and undo it. Its fn is not called. */
void storage_cancel(struct storage_job *job);

/*
 * For every shared storage in uses: the sandbox becomes a user too. Called
 * when the request as a whole has succeeded.
 */
void storage_keep_shared(struct sandbox *sb, struct storage_use *uses);

/* Release all of *uses, newest first. Failures are logged. */
void storage_release(struct sandbox *sb, struct storage_use **uses);

#endif
