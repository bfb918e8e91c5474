/*
 * oci/cgroup -- cgroup v2: create, limit, kill, freeze, measure, remove
 *
 * Kernel Documentation/admin-guide/cgroup-v2.rst. A container's cgroup is
 * made below the root cgroup from OCI CgroupsPath; the systemd form "a:b:c"
 * becomes a/b/c as Kata does. ".." and empty components are refused, and no
 * symbolic link is followed. Controllers are enabled in every parent.
 *
 * OCI's v1 values are translated as the OCI runtime specification's v2
 * conversion says: weight = 1 + ((shares - 2) * 9999) / 262142.
 *
 * Device access is an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE:
 * default deny, plus the runtime specification's default devices, plus the
 * container's own.
 */
#ifndef OCI_CGROUP_H
#define OCI_CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "proto/agent.pb-c.h"
#include "proto/oci.pb-c.h"

struct cgroup {
	char path[PATH_MAX]; /* below the mount point, no leading slash */
	int fd;              /* directory, -1 when not created */
};

/*
 * The path below the mount point that a CgroupsPath stands for; "husk/<id>"
 * for an empty one.
 */
int cgroup_path(const char *cgroups_path, const char *id, char ret[PATH_MAX],
    struct err *e);

/* Enable every controller there is for the root's children. Call once. */
int cgroup_root_init(struct err *e);

/*
 * Create the cgroup of CgroupsPath (empty: "husk/<id>") with its limits and
 * its device filter; at most OCI_CGROUP_NEST_MAX levels can be made below it.
 * On failure nothing is left behind.
 */
int cgroup_create(const char *cgroups_path, const char *id,
    const Grpc__Linux *config, struct cgroup *ret, struct err *e);

/*
 * Apply resources again (UpdateContainer); NULL changes nothing. Device rules
 * stay those of the creation: an update repeats them without the container's
 * own devices.
 */
int cgroup_update(struct cgroup *cg, const Grpc__LinuxResources *r,
    struct err *e);

/* SIGKILL every process in it and below (cgroup.kill). */
int cgroup_kill(struct cgroup *cg, struct err *e);

/*
 * Send any other signal to every process in it and below: frozen meanwhile,
 * so that none can fork away from it.
 */
int cgroup_signal(struct cgroup *cg, int sig, struct err *e);

/* Stop or resume all its processes, and wait until they are. */
int cgroup_freeze(struct cgroup *cg, bool frozen, struct err *e);

/* True when a process is in it or below. */
bool cgroup_populated(const struct cgroup *cg);

/*
 * Statistics in Kata's units (CPU in nanoseconds), allocated from a; NULL
 * with ERR_LIMIT. What the kernel does not count is zero or absent; a memory
 * limit that is not set is UINT64_MAX, one of pids 0.
 */
Grpc__CgroupStats *cgroup_stats(const struct cgroup *cg, struct arena *a,
    struct err *e);

/*
 * Kill what is left and remove it with all that is below, and with the
 * parents that are empty then. Waits for the processes to be gone, at most
 * OCI_CGROUP_WAIT_MS (oci/limits.h); ERR_TIMEOUT keeps cg for another try.
 */
int cgroup_remove(struct cgroup *cg, struct err *e);

#endif
