/*
 * oci/rlimit -- resource limits by name
 *
 * OCI runtime specification 1.1, config.md, "POSIX process"; getrlimit(2).
 */
#ifndef OCI_RLIMIT_H
#define OCI_RLIMIT_H

#include <stddef.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* Refuse unknown names, duplicates, and a soft limit above the hard one. */
int rlimit_check(Grpc__POSIXRlimit *const *list, size_t n, struct err *e);

/*
 * Give this process the number of open files that programs expect when nobody
 * says otherwise (OCI_FILES_SOFT): with more, those that use select() or close
 * all there might be suffer. The hard limit stays.
 */
int rlimit_usual(struct err *e);

/* Set the limits on this process. */
int rlimit_set(Grpc__POSIXRlimit *const *list, size_t n, struct err *e);

#endif
