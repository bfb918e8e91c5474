/*
 * sandbox/pod -- CreateSandbox and DestroySandbox
 *
 * CreateSandbox makes the pod's namespaces, its resolv.conf and storages; it
 * is allowed once. DestroySandbox kills and undoes everything, answers, and
 * asks pid1 to power off. What a request asks for beyond that (guest hooks,
 * kernel modules: our kernels have none) is refused by name.
 */
#ifndef SANDBOX_POD_H
#define SANDBOX_POD_H

#include "sandbox/state.h"

/* pid1 wants us to end: undo everything, then stop the loop. */
void pod_stop(struct sandbox *sb);

/* A container has left the table. */
void pod_container_gone(struct sandbox *sb);

#endif
