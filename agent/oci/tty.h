/*
 * oci/tty -- a terminal of a container's own devpts
 *
 * The pair is made from the ptmx that lies in the container's /dev/pts, so
 * that the name of the terminal means something inside. That file must be on
 * a devpts; the slave comes from the master (TIOCGPTPEER), never by name.
 */
#ifndef OCI_TTY_H
#define OCI_TTY_H

#include <sys/types.h>

#include "base/err.h"
#include "proto/oci.pb-c.h"

struct tty {
	int master; /* both owned by the caller, close-on-exec */
	int slave;
};

/* A new pair of that size (may be NULL), the slave owned by uid. */
int tty_open(int rootfd, const Grpc__Box *size, uid_t uid, struct tty *ret,
    struct err *e);

/* Show the slave as /dev/console below the root. */
int tty_console(int rootfd, int slave, struct err *e);

/* Make it the controlling terminal (of a session leader) and 0, 1, 2. */
int tty_take(int slave, struct err *e);

#endif
