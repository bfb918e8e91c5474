/*
 * sandbox/mountopt -- mount options of a storage: flags, data, and our own
 *
 * Options that mount(8) turns into MS_* flags become flags; propagation
 * options are kept apart, because they need a mount(2) of their own; fsgid=
 * and mode= are read for drivers that make directories; everything else is
 * data for the file system, which refuses what it does not know. "remount",
 * and options of the X- form that ask for something we do not do, are refused
 * here.
 *
 * Memory: data is the caller's buffer inside struct mountopt.
 */
#ifndef SANDBOX_MOUNTOPT_H
#define SANDBOX_MOUNTOPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "sandbox/limits.h"

struct mountopt {
	unsigned long flags;       /* MS_* less propagation */
	unsigned long propagation; /* MS_PRIVATE ... with MS_REC, or 0 */
	bool has_gid;
	uint32_t gid; /* fsgid=; not in data */
	char data[SANDBOX_MOUNT_DATA_MAX + 1];
};

/* Read n options. ERR_SYNTAX, ERR_UNSUPPORTED or ERR_LIMIT. */
int mountopt_parse(size_t n, char *const *options, struct mountopt *ret,
    struct err *e);

/* Append an option to data. ERR_LIMIT, or ERR_SYNTAX for a comma in it. */
int mountopt_add(struct mountopt *o, const char *option, struct err *e);

/*
 * The value of mode= in data as an octal mode; deflt when it is not there.
 * ERR_SYNTAX for a value that is not one of 0 to 07777.
 */
int mountopt_mode(const struct mountopt *o, unsigned deflt, unsigned *ret,
    struct err *e);

#endif
