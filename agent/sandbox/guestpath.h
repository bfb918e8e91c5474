/*
 * sandbox/guestpath -- paths that a request names, below GUESTPATH_ROOT
 *
 * Requests may only make, mount and remove things below /run/kata-containers.
 * A path is accepted when it is absolute, below that directory, has no empty,
 * "." or ".." component, and no symbolic or magic link on its way (openat2
 * with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). Afterwards everything works
 * by descriptor: GUESTPATH_PROC() names one for mount(2).
 *
 * Memory: nothing is allocated.
 */
#ifndef SANDBOX_GUESTPATH_H
#define SANDBOX_GUESTPATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

#define GUESTPATH_ROOT "/run/kata-containers"

struct guestpath_proc {
	char s[40];
};

/* "/proc/self/fd/N", for calls that take a path only. */
struct guestpath_proc guestpath_proc(int fd);
#define GUESTPATH_PROC(fd) (guestpath_proc(fd).s)

/* True when path has the form above; the file system is not asked. */
bool guestpath_ok(const char *path);

/* Make GUESTPATH_ROOT itself. */
int guestpath_init(struct err *e);

/* An O_PATH descriptor of what is there, or -1. */
int guestpath_open(const char *path, struct err *e);

/*
 * Make the directory path and what is missing above it, mode 0755 and the
 * last one mode. Returns an O_PATH descriptor, or -1 with nothing new left.
 * *ret_new is the length of the shortest prefix of path that was made here:
 * 0 when all was there.
 */
int guestpath_mkdir(const char *path, mode_t mode, size_t *ret_new,
    struct err *e);

/* Make an empty file (for a bind mount), as guestpath_mkdir(). */
int guestpath_mkfile(const char *path, size_t *ret_new, struct err *e);

/*
 * Undo: remove the empty file or directory path and its empty parents, down
 * to a length of keep bytes, exclusive of shorter ones. Never an error: what
 * somebody else uses stays.
 */
void guestpath_rmdir(const char *path, size_t keep);

/* Unmount the topmost mount at path. ERR_NOT_FOUND when none is there. */
int guestpath_unmount(const char *path, struct err *e);

/* True when path is the root of a mount. */
int guestpath_is_mount(const char *path, bool *ret, struct err *e);

/*
 * Remove path and all below it, on its file system only, whatever the depth:
 * a mount below is an error. Nothing there is success.
 */
int guestpath_remove_tree(const char *path, struct err *e);

#endif
