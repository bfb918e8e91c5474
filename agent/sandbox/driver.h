/*
 * sandbox/driver -- set up one storage: directories and mount(2)
 *
 * Used by sandbox/storage alone, which counts and undoes. Paths have the
 * form of sandbox/guestpath.h and are used through descriptors.
 */
#ifndef SANDBOX_DRIVER_H
#define SANDBOX_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "proto/agent.pb-c.h"

enum driver {
	DRIVER_BLK,
	DRIVER_BLK_CCW,
	DRIVER_SCSI,
	DRIVER_EPHEMERAL,
	DRIVER_LOCAL,
	DRIVER_BIND,
	DRIVER_OVERLAYFS,
	DRIVER_END
};

/* What was made, for driver_undo(). */
struct driver_made {
	bool mounted;
	bool disk;       /* to be written out before it is unmounted */
	bool tree;       /* the directory's contents are ours to delete */
	size_t new_from; /* guestpath_mkdir(); 0: nothing */
};

/* Refuse what the header of sandbox/storage says, before any effect. */
int driver_check(const Grpc__Storage *s, enum driver *ret, struct err *e);

/* Whether its source is a block device, to be found first. */
bool driver_needs_device(enum driver d);

/*
 * Set up s. device is the block device, for a driver that needs one, else NULL;
 * owner is the container's id. On failure nothing is left.
 */
int driver_setup(enum driver d, const Grpc__Storage *s, const char *device,
    const char *owner, struct driver_made *ret, struct err *e);

/*
 * Undo it; what was written to a disk is on it then. -1 with the failure that
 * was last; what can be undone is.
 */
int driver_undo(const char *mount_point, const struct driver_made *made,
    struct err *e);

#endif
