/*
 * oci/mount -- the mounts of a spec, made inside a root that is not trusted
 *
 * OCI runtime specification 1.1, config.md, "Mounts". A mount is built
 * detached, with all its attributes, and only then attached to the resolved
 * destination (oci/path.h): it is never visible without them.
 *
 * Rules of destinations (as upstream; Kata agent, rustjail):
 *  - /proc and /sys themselves must not lead through a link when proc or
 *    sysfs goes there;
 *  - inside /proc only onto cpuinfo, diskstats, meminfo, stat, swaps, uptime,
 *    loadavg and net/dev; onto /proc itself only a procfs.
 *
 * Sources of binds are paths of the guest and must hold no symbolic link: a
 * part of them may be writable by another container.
 */
#ifndef OCI_MOUNT_H
#define OCI_MOUNT_H

#include <stddef.h>

#include "base/err.h"
#include "oci/limits.h"
#include "proto/oci.pb-c.h"

/*
 * File systems that become read-only when everything in them is made. Starts
 * as { 0 }; the descriptors are owned by it and released by mount_late().
 */
struct mount_late {
	size_t n;
	int fds[OCI_MOUNT_LATE_MAX];
};

/* Refuse what mount_make() would not do, without touching anything. */
int mount_check(const Grpc__Mount *m, struct err *e);

/* Make one mount below the root. */
int mount_make(int rootfd, const Grpc__Mount *m, struct mount_late *late,
    struct err *e);

/* Make read-only what had to wait. */
int mount_late(struct mount_late *late, struct err *e);

#endif
