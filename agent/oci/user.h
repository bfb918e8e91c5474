/*
 * oci/user -- who a process runs as, and its home
 *
 * OCI runtime specification 1.1, config.md, "POSIX-platform User". Username
 * is not used: ids are resolved by the runtime.
 */
#ifndef OCI_USER_H
#define OCI_USER_H

#include <limits.h>

#include "base/err.h"
#include "oci/capability.h"
#include "proto/oci.pb-c.h"

/* Refuse ids that mean "unchanged" to the kernel, and too many groups. */
int user_check(const Grpc__User *u, struct err *e);

/*
 * Become the user with the capabilities: bounding set, groups, ids, the
 * other sets. u may be NULL for root.
 */
int user_become(const Grpc__User *u, const struct capability_sets *caps,
    struct err *e);

/*
 * The home directory that the current root's /etc/passwd gives, or "/". Never
 * fails: the file is foreign.
 */
void user_home(uint32_t uid, char ret[PATH_MAX]);

#endif
