/*
 * sandbox/options -- the arguments that pid1 gives to the sandbox role
 *
 *	husk-sandbox sandbox target=coco-dev log=info hotplug_timeout=3 \
 *	    container_pipe_size=0
 *
 * Each is KEY=VALUE, in any order, none twice; several may share one argument,
 * separated by commas. A key that is not in this list is a failure.
 *
 *	target			name of the target, [a-z0-9-]; must be given
 *	policy			path of the default policy
 *				(/etc/kata-opa/default-policy.rego)
 *	log			error, warn, info (default), debug
 *	hotplug_timeout		seconds to wait for a device, 0 to 86400 (3)
 *	container_pipe_size	F_SETPIPE_SZ of stdio, 0: the kernel's (0)
 */
#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include "base/err.h"
#include "base/log.h"

enum {
	OPTIONS_TARGET_MAX = 31,
	OPTIONS_PATH_MAX = 127,
	OPTIONS_PIPE_MAX = 16 * 1024 * 1024
};

struct options {
	char target[OPTIONS_TARGET_MAX + 1];
	char policy[OPTIONS_PATH_MAX + 1];
	enum log_level log;
	int hotplug_timeout;
	int container_pipe_size;
};

/* Read n arguments (without the program's and the role's name). */
int options_parse(int n, char *const *args, struct options *ret, struct err *e);

#endif
