/*
 * oci/sysctl -- kernel parameters of a container's namespaces
 *
 * OCI runtime specification 1.1, config-linux.md, "Sysctl". Only parameters
 * that belong to a namespace are set: those of IPC, of the network (which is
 * the pod's), and the NIS domain name. All others would be the guest's own.
 */
#ifndef OCI_SYSCTL_H
#define OCI_SYSCTL_H

#include <stddef.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

enum {
	SYSCTL_NAME_MAX = 256
};

/*
 * The path below /proc/sys of a name in either notation of sysctl(8): the
 * first of '.' and '/' separates, the other one is a character.
 * ERR_UNSUPPORTED for a parameter without a namespace.
 */
int sysctl_path(const char *name, char ret[SYSCTL_NAME_MAX], struct err *e);

int sysctl_check(Grpc__Linux__SysctlEntry *const *list, size_t n,
    struct err *e);

/*
 * Set them for the calling process's namespaces through the guest's /proc,
 * which must still be there.
 */
int sysctl_set(Grpc__Linux__SysctlEntry *const *list, size_t n, struct err *e);

#endif
