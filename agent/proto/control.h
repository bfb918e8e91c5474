/*
 * proto/control -- what pid1 and its roles say to each other
 *
 * Messages of proc/channel on ROLE_FD_PARENT of the roles rpc and sandbox; id
 * is 0. A message that is not in this table, comes from the wrong side, or
 * carries a body or descriptors that it should not, is a fault of the peer:
 * pid1 powers off, a role exits.
 *
 *	type			from	to	descriptors
 *	CONTROL_READY		role	pid1	-
 *	CONTROL_FAILED		role	pid1	-
 *	CONTROL_SHUTDOWN	sandbox	pid1	-
 *	CONTROL_PEER		pid1	sandbox	1
 *	CONTROL_STOP		pid1	role	-
 *
 * End of the channel: for a role, that pid1 is gone, so it exits; for pid1
 * it means nothing by itself, the role's exit is what counts.
 */
#ifndef PROTO_CONTROL_H
#define PROTO_CONTROL_H

#include <stdint.h>

#include "base/err.h"
#include "proc/channel.h"

enum control_type {
	/*
	 * Set up, confined and in its loop; sent once. The body is the time
	 * from which that is so, 8 bytes, little-endian: microseconds since
	 * boot (base/clock.h). Whoever asks is served before pid1 is told.
	 */
	CONTROL_READY = 1,
	/*
	 * DestroySandbox is done and its reply is on the way to rpc: pid1 lets
	 * rpc write it out, stops everything and powers off.
	 */
	CONTROL_SHUTDOWN = 2,
	/*
	 * rpc was restarted; the descriptor is sandbox's end of the new
	 * channel that replaces ROLE_FD_PEER. Requests of the old one are
	 * forgotten, containers live on.
	 */
	CONTROL_PEER = 3,
	/*
	 * End in order, within CONTROL_STOP_MS, with exit status 0: rpc writes
	 * out replies that it has, sandbox kills containers and unmounts.
	 */
	CONTROL_STOP = 4,
	/*
	 * The role cannot start; the body is the reason as text, up to
	 * CONTROL_REASON_MAX bytes. It exits next, which ends the guest.
	 */
	CONTROL_FAILED = 5
};

enum {
	CONTROL_REASON_MAX = 256
};

/* After this long a role that was told to stop is killed. */
enum {
	CONTROL_STOP_MS = 2000
};

/* Say CONTROL_READY on chan. Errors are those of channel_send(). */
int control_send_ready(int chan, int64_t serving_us, struct err *e);

/*
 * Take a CONTROL_READY apart that arrived at now (clock_boot_us()). -1 when m
 * is another message, or one that tells of the future.
 */
int control_parse_ready(const struct channel_msg *m, int64_t now, int64_t *ret);

#endif
