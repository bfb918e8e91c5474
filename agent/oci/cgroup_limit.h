/*
 * oci/cgroup_limit -- OCI resources as cgroup v2 values
 *
 * OCI runtime specification 1.1, config-linux.md, "Control groups"; numbers
 * of v1 are translated as its v2 conversion says. proto3 can't say "absent":
 * zero is. What v2 has no file for is ERR_UNSUPPORTED by name; a limit whose
 * controller the kernel lacks likewise.
 *
 * Two limits hold without a file: swap, when the kernel has none, and huge
 * pages of a size that the guest does not have.
 */
#ifndef OCI_CGROUP_LIMIT_H
#define OCI_CGROUP_LIMIT_H

#include <stdint.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* cpu.weight of cpu.shares: 1 + ((shares - 2) * 9999) / 262142. */
uint64_t cgroup_limit_weight(uint64_t shares);

/* io.weight (1 .. 10000) of a block I/O weight (10 .. 1000). */
uint64_t cgroup_limit_io_weight(uint32_t weight);

/* Set all that r asks for on the cgroup; r may be NULL. */
int cgroup_limit_apply(int dirfd, const Grpc__LinuxResources *r, struct err *e);

#endif
