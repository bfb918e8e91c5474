/*
 * boot/dial -- connect to the agent of a guest, and ask whether it serves
 *
 * Addresses are those of the Kata runtimes (kata fact sheet 1.1, 2.2; images
 * fact sheet 5.1):
 *	vsock://CID:PORT	the host kernel's vsock
 *	hvsock://PATH:PORT	hybrid vsock: "CONNECT PORT\n" on a unix socket
 *	unix://PATH
 *
 * The check is framed by hand: what judges the agent shares no code with it
 * beyond base and net/vsock.
 */
#ifndef BOOT_DIAL_H
#define BOOT_DIAL_H

#include "base/err.h"

/*
 * A connected, blocking, close-on-exec stream socket whose reads and writes
 * give up after seconds; -1 with *e.
 */
int dial_connect(const char *address, int seconds, struct err *e);

/*
 * Send grpc.Health/Check as the request of stream id and read its answer.
 * Returns 0 when it is SERVING, -1 with *e otherwise.
 */
int dial_check(int fd, unsigned id, struct err *e);

#endif
