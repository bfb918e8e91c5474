/*
 * oci/rlimit -- resource limits by name
 *
 * OCI runtime specification 1.1, config.md, "POSIX process"; getrlimit(2).
 */
#ifndef OCI_RLIMIT_H
#define OCI_RLIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

/* Refuse unknown names, duplicates, and a soft limit above the hard one. */
int rlimit_check(Grpc__POSIXRlimit *const *list, size_t n, struct err *e);

/*
 * Set the soft limit of open files, to the hard one where that is less, which
 * stays.
 */
int rlimit_files(uint64_t soft, struct err *e);

/* Set the limits on this process. */
int rlimit_set(Grpc__POSIXRlimit *const *list, size_t n, struct err *e);

#endif
