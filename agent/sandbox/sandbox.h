/*
 * sandbox -- the role that holds the pod: policy gate, containers, mounts
 *
 * Runs as root, one loop. It decodes each request that rpc forwards again
 * itself, asks the policy gate, does the work and answers; requests that have
 * to wait (for a device, a process, an OOM event) never hold up others. What
 * it makes (mounts, directories, cgroups, processes) is recorded as it is
 * made and undone in reverse order, on failure as on removal.
 *
 * Descriptors: proc/role.h. Arguments: sandbox/options.h. Control messages:
 * proto/control.h. Limits: sandbox/limits.h. Rules of the requests: Kata
 * Containers 4.1.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

/* The role's main function. Returns the exit status. */
int sandbox_main(int argc, char **argv);

#endif
