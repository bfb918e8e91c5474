/*
 * oci/namespace -- which namespaces a process gets new, and which it joins
 *
 * A container never shares the guest's pid, mount, ipc or uts namespace:
 * what the spec does not name and the request does not join is new. The
 * network is the guest's, which is the pod's, unless joined. User and time
 * namespaces are ERR_UNSUPPORTED.
 */
#ifndef OCI_NAMESPACE_H
#define OCI_NAMESPACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "oci/container.h"
#include "proto/oci.pb-c.h"

/* Refuse types that we do not do, and a type that is named twice. */
int namespace_check(Grpc__LinuxNamespace *const *list, size_t n, struct err *e);

/*
 * The CLONE_NEW* flags for clone3() of the first process. CLONE_NEWCGROUP is
 * not among them: its root is the cgroup that the caller is in at that
 * moment, so the child makes it. A namespace with a path must be among the
 * request's.
 */
int namespace_clone_flags(const struct container_request *r, uint64_t *ret,
    struct err *e);

/* The descriptor of the request's namespace of that kind, or -1. */
int namespace_joined(const struct container_request *r, int flag);

/* Join the n namespaces but the pid one, the mount namespace last. */
int namespace_join(const struct container_ns *ns, size_t n, struct err *e);

#endif
