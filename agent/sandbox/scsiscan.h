/*
 * sandbox/scsiscan -- look for a SCSI disk while others are served
 *
 * Nothing else finds a disk behind a controller that does not look for disks by
 * itself (sandbox/scsipath.h). The write(2) that asks for it returns when the
 * host's device has answered: after a moment, after seconds, or never, and no
 * signal ends it. So a child does it, in the role `scan`.
 *
 * The disk shows by a uevent. A failure is in the log alone, and whoever waits
 * for the disk waits until the time for it is over.
 */
#ifndef SANDBOX_SCSISCAN_H
#define SANDBOX_SCSISCAN_H

#include <sys/types.h>

#include "base/err.h"

/*
 * Start the child that looks for the disk at address ("ID:LUN"). It is the
 * caller's to reap.
 */
int scsiscan_start(int binary_fd, const char *address, pid_t *ret,
    struct err *e);

/* The role's main function (proc/role.h). */
int scsiscan_main(int argc, char **argv);

#endif
