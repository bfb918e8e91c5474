/*
 * init/mounts -- the first mounts of the guest
 *
 * The table of the Kata agent (kata fact sheet 2.1), with cgroup v2 always.
 * A target that has its file system already is left alone.
 */
#ifndef INIT_MOUNTS_H
#define INIT_MOUNTS_H

#include "base/err.h"

/* Mount /proc and /dev, without which PID 1 cannot even listen. */
int mounts_first(struct err *e);

/*
 * Make pivot_root(2) possible for containers: the initramfs is the root of
 * the mount tree, which cannot be pivoted away from, so put a mount of the
 * same files, with what is mounted there, over it and enter that. Does nothing
 * on another root.
 */
int mounts_move_root(struct err *e);

/* Mount everything else, and what belongs to it: /dev/ptmx. */
int mounts_rest(struct err *e);

/* Unmount what can be, writing back what is dirty; for the end. */
void mounts_undo(void);

#endif
