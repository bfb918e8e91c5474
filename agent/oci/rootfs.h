/*
 * oci/rootfs -- a container's root: made a mount, then made the root
 *
 * Works in the mount namespace of the container's first process, before and
 * after all mounts (oci/mount.h). The guest's root must be one that
 * pivot_root() accepts, which PID 1 sees to.
 */
#ifndef OCI_ROOTFS_H
#define OCI_ROOTFS_H

#include <stdbool.h>

#include "base/err.h"

/* Refuse an unknown word of Linux.RootfsPropagation ("" is fine). */
int rootfs_check(const char *propagation, struct err *e);

/*
 * Cut this mount namespace off from the guest's (nothing done here shows
 * there) and bind the directory at path on itself. Returns an O_PATH
 * descriptor of the new mount, or -1.
 */
int rootfs_bind(const char *path, const char *propagation, struct err *e);

/*
 * Make the mount the root of this process and its namespace and drop the
 * guest's root from it. The working directory becomes "/".
 */
int rootfs_enter(int rootfd, const char *propagation, bool readonly,
    struct err *e);

#endif
