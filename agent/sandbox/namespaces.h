/*
 * sandbox/namespaces -- which namespaces a container shares, and with whom
 *
 * The pod has an ipc and a uts namespace of its own, held by descriptors; a
 * container that asks for either kind gets the pod's. Its pid namespace is
 * new, or, when the request says sandbox_pidns, that of the first container
 * that said so. Execs join all namespaces of their container.
 */
#ifndef SANDBOX_NAMESPACES_H
#define SANDBOX_NAMESPACES_H

#include "base/arena.h"
#include "base/err.h"
#include "oci/container.h"
#include "proto/oci.pb-c.h"
#include "sandbox/container.h"
#include "sandbox/state.h"

/*
 * Make the pod's ipc and uts namespaces, the latter with the given name.
 * Dies if the way back to our own namespaces fails.
 */
int namespaces_create(struct sandbox *sb, const char *hostname, struct err *e);
void namespaces_release(struct sandbox *sb);

/*
 * Edit the list in l for sandbox_pidns or not: paths of ipc, uts and pid that
 * the runtime left there mean the host and are dropped; pid is added when it
 * is missing. New entries are allocated in a.
 */
int namespaces_edit(Grpc__Linux *l, struct arena *a, struct err *e);

/* Put what l shares into q->ns. The descriptors stay the sandbox's. */
void namespaces_share(const struct sandbox *sb, const Grpc__Linux *l,
    bool sandbox_pidns, struct container_request *q);

/* Open into c->ns those of c's ready init that differ from our own. */
int namespaces_collect(struct container *c, struct err *e);

/* Make c's pid namespace the pod's, unless there is one. */
int namespaces_keep_pid(struct container *c, struct err *e);

#endif
