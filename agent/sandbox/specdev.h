/*
 * sandbox/specdev -- device numbers in a spec: the host's become the guest's
 *
 * A runtime fills Linux.Devices and the cgroup's device rules with the
 * numbers that a device has on the host. When devices[] of CreateContainer
 * says what it is in the guest, both are rewritten (Kata 4.1). Rules are
 * matched against the host's numbers only, so no rewriting feeds another.
 */
#ifndef SANDBOX_SPECDEV_H
#define SANDBOX_SPECDEV_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "proto/agent.pb-c.h"
#include "proto/oci.pb-c.h"

enum {
	SPECDEV_TYPES = 3
};

/* The types that we can find (sandbox/device.h), for GetGuestDetails. */
extern const char *const specdev_types[SPECDEV_TYPES];

/* Refuse too many devices, other types or ids than theirs, and options. */
int specdev_check(size_t n, Grpc__Device *const *devices, struct err *e);

/*
 * numbers[i] is the guest's number of devices[i]. ERR_ARGUMENT when the spec
 * has no device of its container_path.
 */
int specdev_rewrite(Grpc__Linux *l, size_t n, Grpc__Device *const *devices,
    const dev_t *numbers, struct arena *a, struct err *e);

#endif
