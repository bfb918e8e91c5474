/*
 * measurements/ctl_io -- a process in the guest as if it ran here
 *
 * Copies standard input, output and error between this process and one in the
 * guest, all at the same time over one connection, hands signals and the
 * terminal's size on, and gives the exit status. WaitProcess is asked when
 * both outputs have ended, as Kata's runtime does: the agent forgets a
 * process once it has told its status.
 *
 * On a terminal (tty), this side's terminal is in raw mode meanwhile, and
 * standard error does not exist.
 */
#ifndef MEASUREMENTS_CTL_IO_H
#define MEASUREMENTS_CTL_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "measurements/ctl/ctl_client.h"

struct ctl_io_process {
	const char *container;
	const char *exec; /* the container's id for its own process */
	bool tty;
	bool input; /* copy standard input; else the guest's is closed */
};

/*
 * Serve p, which was started, until it ends. Returns 0 and its exit status
 * (128 + signal for one that was killed), or -1.
 */
int ctl_io_run(struct ctl_client *c, const struct ctl_io_process *p,
    int32_t *ret_status, struct err *e);

/* Copy one stream alone: method is one of the three. */
int ctl_io_copy(struct ctl_client *c, const struct ctl_io_process *p,
    int method, struct err *e);

#endif
