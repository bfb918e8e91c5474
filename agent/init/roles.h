/*
 * init/roles -- the role table: every process but PID 1, as data
 *
 *	sandbox		root; policy gate, containers, mounts
 *	rpc		uid 101; parses the host's bytes: no files, no
 *			capabilities, only the calls of its list
 *	container	root; becomes the user's program (confined by oci)
 *	scan		root; lives for one write to sysfs
 *	console		root; becomes /bin/sh on the console (debug rootfs)
 *
 * Arguments of a role are words NAME=VALUE after the role's name, which pid1
 * and sandbox write and the roles' main functions read with roles_arg():
 *	log=LEVEL		all: error, warn, info or debug
 *	target=NAME		sandbox: what the rootfs was built for
 *	hotplug_timeout=S	sandbox: seconds to wait for a device
 *	container_pipe_size=N	sandbox: bytes, 0 for the kernel's default
 *	disk=ID:LUN		scan: the disk to look for
 */
#ifndef INIT_ROLES_H
#define INIT_ROLES_H

#include "base/log.h"
#include "proc/role.h"

/* Owner of the rpc role; nothing in a rootfs belongs to it. */
enum {
	ROLES_RPC_UID = 101
};

/* The role called name, or NULL. */
const struct role *roles_find(const char *name);

/* The value of the argument "name=" of a role, or NULL. */
const char *roles_arg(int argc, char **argv, const char *name);

/* "log=LEVEL" for a role's arguments; a literal. */
const char *roles_log_arg(enum log_level level);

/*
 * Be the role that argv[1] names: set up the log, confine, run its main
 * function. Returns the exit status; ROLES_EXIT_CONFINE when the role is
 * unknown or cannot be confined, with one line in the log.
 */
enum {
	ROLES_EXIT_CONFINE = 72
};
int roles_main(int argc, char **argv);

#endif
