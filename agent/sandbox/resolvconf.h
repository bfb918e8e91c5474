/*
 * sandbox/resolvconf -- the pod's DNS configuration
 *
 * The lines that CreateSandbox sends become the file
 * /run/kata-containers/sandbox/resolv.conf, bound on the guest's own
 * /etc/resolv.conf where that is a regular file (Kata 4.1).
 */
#ifndef SANDBOX_RESOLVCONF_H
#define SANDBOX_RESOLVCONF_H

#include <stddef.h>

#include "base/err.h"
#include "sandbox/state.h"

/* Nothing happens for no lines. On failure what was made stays recorded. */
int resolvconf_write(struct sandbox *sb, size_t n, char *const *lines,
    struct err *e);

/* Undo it, as far as it was done. */
int resolvconf_remove(struct sandbox *sb, struct err *e);

#endif
