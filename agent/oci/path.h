/*
 * oci/path -- paths of a request inside a root that nobody is to be trusted in
 *
 * A container's root file system holds links that its image chose, and other
 * containers may change shared parts of it while we look. So nothing is done
 * by path: a path is resolved below a descriptor of the root, every step with
 * RESOLVE_IN_ROOT and without magic links, and the result is an O_PATH
 * descriptor that all further work uses.
 */
#ifndef OCI_PATH_H
#define OCI_PATH_H

#include <limits.h>

#include "base/err.h"

enum path_kind {
	PATH_DIRECTORY,
	PATH_FILE
};

/*
 * Refuse what is not absolute, has a ".." component, or is too long; what is
 * the word for it in the error.
 */
int path_check(const char *path, const char *what, struct err *e);

/* O_PATH of an existing path in the root; -1 with *e. */
int path_open(int rootfd, const char *path, struct err *e);

/*
 * As path_open(), but whatever is missing is made: directories (0755), and
 * last a directory or an empty file. Links are followed inside the root,
 * also dangling ones. The path without links goes to resolved, which starts
 * with '/'.
 */
int path_make(int rootfd, const char *path, enum path_kind kind,
    char resolved[PATH_MAX], struct err *e);

#endif
