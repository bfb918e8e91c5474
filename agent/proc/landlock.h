/*
 * proc/landlock -- the part of the kernel's Landlock interface that we use
 *
 * Declared here because the build machine's kernel headers may be older than
 * the kernel that runs the program (Documentation/userspace-api/landlock.rst
 * of Linux 6.12, ABI 6). Rights are bits in the order in which they were
 * added, so an ABI is described by how many of them it knows.
 */
#ifndef PROC_LANDLOCK_H
#define PROC_LANDLOCK_H

#include <stdint.h>

struct landlock_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* since ABI 4 */
	uint64_t scoped;             /* since ABI 6 */
};

enum {
	LANDLOCK_SYS_CREATE_RULESET = 444,
	LANDLOCK_SYS_RESTRICT_SELF = 446,
	LANDLOCK_CREATE_VERSION = 1 /* flag: ask for the ABI number */
};

#endif
