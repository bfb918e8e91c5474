/*
 * oci/capability -- capability sets by name
 *
 * capabilities(7); the 41 capabilities of Linux 6.12. An unknown name is
 * refused. A process without Capabilities gets none.
 */
#ifndef OCI_CAPABILITY_H
#define OCI_CAPABILITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* Bit n is capability n of linux/capability.h. */
struct capability_sets {
	uint64_t bounding;
	uint64_t effective;
	uint64_t inheritable;
	uint64_t permitted;
	uint64_t ambient;
};

/*
 * Read the names; c may be NULL. ERR_UNSUPPORTED for an unknown name,
 * ERR_ARGUMENT for sets that the kernel would not take: effective beyond
 * permitted, or ambient beyond permitted or inheritable.
 */
int capability_parse(const Grpc__LinuxCapabilities *c,
    struct capability_sets *ret, struct err *e);

/* Drop from the bounding set; needs CAP_SETPCAP, so before the next. */
int capability_bound(const struct capability_sets *s, struct err *e);

/* Set the other four of this process, after its ids. */
int capability_set(const struct capability_sets *s, struct err *e);

#endif
