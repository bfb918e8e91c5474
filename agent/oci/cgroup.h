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
	int fd;		     /* directory, -1 when not created */
};

/* Enable every controller there is for the root's children. Call once. */
int cgroup_root_init(struct err *e);

/*
 * Create the cgroup of CgroupsPath (empty: "husk/<id>") with its limits and
 * its device filter. On failure nothing is left behind.
 */
int cgroup_create(const char *cgroups_path, const char *id,
    const Grpc__Linux *config, struct cgroup *ret, struct err *e);

/* Apply resources again (UpdateContainer); NULL changes nothing. */
int cgroup_update(
    struct cgroup *cg, const Grpc__LinuxResources *r, struct err *e);

/* SIGKILL every process in it and below (cgroup.kill). */
int cgroup_kill(struct cgroup *cg, struct err *e);

/* Send any other signal to every process in it: frozen meanwhile. */
int cgroup_signal(struct cgroup *cg, int sig, struct err *e);

int cgroup_freeze(struct cgroup *cg, bool frozen, struct err *e);

/* True when a process is in it or below. */
bool cgroup_populated(const struct cgroup *cg);

/* Statistics in Kata's units (CPU in nanoseconds), allocated from a. */
Grpc__CgroupStats *cgroup_stats(
    const struct cgroup *cg, struct arena *a, struct err *e);

/* Kill what is left and remove it with the parents we made, if empty. */
int cgroup_remove(struct cgroup *cg, struct err *e);

#endif
