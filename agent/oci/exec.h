/*
 * oci/exec -- find a program and give it its arguments and environment
 *
 * Runs with the credentials and the root that the program will have.
 */
#ifndef OCI_EXEC_H
#define OCI_EXEC_H

#include <limits.h>
#include <stddef.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* Value of a name in the n entries NAME=VALUE, or NULL; the first one. */
const char *exec_getenv(char *const *env, size_t n, const char *name);

/*
 * The path to execute for name: itself if it has a '/', else the first
 * executable file of that name in the directories of path (PATH's value, or
 * NULL for the usual ones). The error is for the user:
 *	exec 'foo': not found in PATH		ERR_NOT_FOUND
 *	exec 'foo': Permission denied		ERR_DENIED
 */
int exec_find(const char *name, const char *path, char ret[PATH_MAX],
    struct err *e);

/*
 * Execute; returns only on failure. The environment is the process's, with
 * HOME=home where it has none. Everything but 0, 1 and 2 must be
 * close-on-exec.
 */
int exec_run(const char *path, const Grpc__Process *p, const char *home,
    struct err *e);

#endif
