/*
 * sandbox/overlay -- the options of an overlay mount, made safe
 *
 * lowerdir=, upperdir= and workdir= name directories below GUESTPATH_ROOT.
 * Each is opened without following a link, and the mount's data names the
 * descriptors instead of the paths, so nothing can change in between. A colon
 * or backslash in a path is refused: overlayfs would give it a meaning.
 */
#ifndef SANDBOX_OVERLAY_H
#define SANDBOX_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "proto/agent.pb-c.h"
#include "sandbox/limits.h"
#include "sandbox/mountopt.h"

struct overlay {
	struct mountopt options; /* valid while the descriptors are open */
	int fds[SANDBOX_LOWER_MAX + 2];
	size_t n_fds;
};

/* True for a driver option that overlay_prepare() understands. */
bool overlay_driver_option(const char *s);

/*
 * Read s's options, make directories that it asks for, and open all of them.
 * New upper and work directories are below the bundle of owner, with which
 * they disappear. End with overlay_release() in any case.
 */
int overlay_prepare(const Grpc__Storage *s, const char *owner,
    struct overlay *ret, struct err *e);
void overlay_release(struct overlay *ov);

#endif
