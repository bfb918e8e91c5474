/*
 * rpc/drain -- when reading what an exited process has left ends
 *
 * After a process exited, whatever keeps its stdout open (a child that it
 * left behind) must not keep a reader waiting: the runtime waits for the end
 * of the output before it asks for the exit status. So from the exit that the
 * first read notices, reads wait for STREAM_DRAIN_MS more; after that they
 * get what lay in the pipe then, at most a pipe's capacity, and then the end
 * (spec/kata.md 6.5). Nothing that the process itself wrote is lost, and a
 * child that writes for ever is cut off.
 *
 * The table is of fixed size: a new entry replaces the one that was made
 * first, whose stream then gets another STREAM_DRAIN_MS if anybody asks.
 */
#ifndef RPC_DRAIN_H
#define RPC_DRAIN_H

#include <stdint.h>

#include "rpc/limits.h"

struct drain {
	char key[2 * RPC_ID_MAX + 4]; /* empty: not used */
	uint64_t process;
	int64_t deadline;
	uint64_t left; /* bytes to give after the deadline */
};

struct drain_table {
	struct drain rows[STREAM_DRAINS_MAX];
	unsigned next;
};

/*
 * The entry of key, made with a deadline STREAM_DRAIN_MS after now and
 * capacity bytes when there is none, or when it is of another process: names
 * may come again. process is what pidfds differ in, their inode number (since
 * Linux 6.9; before, all have one). Valid until the next call.
 */
struct drain *drain_get(struct drain_table *t, const char *key,
    uint64_t process, int64_t now, uint64_t capacity);

/* Forget key: its process runs. */
void drain_forget(struct drain_table *t, const char *key);

#endif
