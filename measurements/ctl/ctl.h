/*
 * measurements/ctl -- the verb `husk ctl`: a client for a running guest
 *
 *	husk ctl ADDRESS [option ...] VERB [argument ...]
 *
 * Every implemented method of the agent is a verb; `run` and `exec` are whole
 * lives of a process with its input, output and exit status.
 */
#ifndef MEASUREMENTS_CTL_H
#define MEASUREMENTS_CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "measurements/ctl/ctl_client.h"

enum ctl_exit {
	CTL_EXIT_DONE = 0,
	CTL_EXIT_REFUSED = 1, /* the guest answered with an error */
	CTL_EXIT_BAD = 2,     /* usage, input, or connection */
	CTL_EXIT_RUN = 125    /* run and exec: a failure that is ours */
};

enum {
	CTL_ARENA_MAX = 256 << 20,
	CTL_WORDS_MAX = 6
};

/* What a verb works with. */
struct ctl {
	struct ctl_client client;
	struct arena a;
	int64_t timeout_ms; /* of each request; 0: none */
	bool json;
};

struct ctl_verb {
	const char *name;
	int method; /* -1: not a single request */
	/* The request's fields that the arguments set; '?' may be absent. */
	const char *words[CTL_WORDS_MAX];
	/* argv[0] is the verb. Returns an exit code. */
	int (*run)(struct ctl *c, const struct ctl_verb *v, int argc,
	    char **argv);
	const char *args;
	const char *help;
};

/* The verbs, ended by a row without a name. */
extern const struct ctl_verb ctl_verbs[];

/* Of ctl_run.c */
int ctl_run_exec(struct ctl *c, const struct ctl_verb *v, int argc,
    char **argv);
int ctl_run_bundle(struct ctl *c, const struct ctl_verb *v, int argc,
    char **argv);
int ctl_run_create(struct ctl *c, const struct ctl_verb *v, int argc,
    char **argv);

/* Print e, or a refusing answer, on standard error; the exit code for it. */
int ctl_failed(const struct err *e);
int ctl_refused(const char *what, const struct ctl_answer *a);

/* Wrong arguments: print the verb's usage. Returns CTL_EXIT_BAD. */
int ctl_usage(const struct ctl_verb *v);

/*
 * Take the option name, or its value when has_value, out of argv[1...], up to
 * "--". NULL when it is not there or its value is missing; "" for a flag.
 */
const char *ctl_option(int *argc, char **argv, const char *name,
    bool has_value);

/*
 * argv[0] is "ctl". Returns an exit code of enum ctl_exit; for `run` and
 * `exec` also the process's own.
 */
int ctl_main(int argc, char **argv);

#endif
