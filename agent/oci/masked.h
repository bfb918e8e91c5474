/*
 * oci/masked -- paths that a container must not read, or not write
 *
 * OCI runtime specification 1.1, config-linux.md, "Masked Paths" and
 * "Readonly Paths". A masked file becomes the null device, a masked directory
 * an empty read-only tmpfs. What does not exist needs neither.
 *
 * Runs before the root is entered: the null device is the guest's own,
 * checked by number, so nothing in the container's /dev can stand in for it.
 */
#ifndef OCI_MASKED_H
#define OCI_MASKED_H

#include <stddef.h>

#include "base/err.h"

/* Mask the n paths below the root. */
int masked_hide(int rootfd, char *const *paths, size_t n, struct err *e);

/* Make the n paths below the root, and all below them, read-only. */
int masked_readonly(int rootfd, char *const *paths, size_t n, struct err *e);

#endif
