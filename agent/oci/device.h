/*
 * oci/device -- device nodes of a container
 *
 * OCI runtime specification 1.1, config-linux.md, "Devices" and "Default
 * Devices". What may be opened is decided by oci/cgroup_device.h.
 */
#ifndef OCI_DEVICE_H
#define OCI_DEVICE_H

#include <stddef.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* Refuse a device that device_make_all() would not make. */
int device_check(const Grpc__LinuxDevice *d, struct err *e);

/*
 * Make the default devices, those of the list, and the usual links of /dev,
 * below the root. A node that is already there must be the same device.
 * The caller's umask must be 0.
 */
int device_make_all(int rootfd, Grpc__LinuxDevice *const *list, size_t n,
    struct err *e);

#endif
