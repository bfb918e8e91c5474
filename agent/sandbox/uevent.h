/*
 * sandbox/uevent -- the kernel's announcements of devices
 *
 * A message is "ACTION@DEVPATH", NUL, then KEY=VALUE strings, each with a NUL
 * (lib/kobject_uevent.c). Only what comes from the kernel itself counts: a
 * sender with a netlink port id is a user-space process.
 */
#ifndef SANDBOX_UEVENT_H
#define SANDBOX_UEVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
	UEVENT_MAX = 8192
};

/* Strings point into the message; "" where a key is missing. */
struct uevent {
	const char *action;
	const char *devpath;
	const char *subsystem;
	const char *devname;
};

/* Read the len bytes at p. ERR_SYNTAX for what is not of the form above. */
int uevent_parse(const char *p, size_t len, struct uevent *ret, struct err *e);

/* A nonblocking socket that gets the kernel's uevents of this network. */
int uevent_open(struct err *e);

/*
 * Receive one message into buf (UEVENT_MAX bytes) and read it. Returns 1; 0
 * when there is none; -1 for one that is malformed, not the kernel's, or was
 * lost because the socket's buffer was full.
 */
int uevent_recv(int fd, char *buf, struct uevent *ret, struct err *e);

#endif
