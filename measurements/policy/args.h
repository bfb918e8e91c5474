/*
 * measurements/policy/args -- command line and files of husk policy
 *
 * Options are "--name value", "--name=value" or "-x value"; the rest are
 * files. Memory: ARGS_FILE_MAX a file, on the heap.
 */
#ifndef MEASUREMENTS_POLICY_ARGS_H
#define MEASUREMENTS_POLICY_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"

enum {
	ARGS_FILE_MAX = 64 << 20,
	ARGS_FILES_MAX = 1024
};

struct arg {
	const char *name; /* without dashes */
	char letter;      /* 0: none */
	const char *meta; /* NULL for a flag */
	const char *help;
};

struct args {
	const char *verb;
	const char *files_meta; /* "FILE..." */
	const char *about;      /* for --help */
	const struct arg *args;
	size_t n_args;
	const char *values[16]; /* of each argument, NULL where absent */
	char **files;
	size_t n_files;
};

/*
 * Read argv by the table. Returns -1 to go on, or the exit code: --help was
 * answered, or the usage was wrong. `least` and `most` files are wanted.
 */
int args_parse(struct args *a, int argc, char **argv, size_t least,
    size_t most);

/* Append the file's contents (- is standard input). */
int args_read(const char *path, struct buf *b, struct err *e);

/* Say what is wrong on standard error; the exit code for that. */
int args_fail(const struct args *a, const struct err *e);

/* Random bytes for the hash key. */
struct heap_key args_key(void);

/* A policy of files, with the diagnostics printed when that fails. */
struct args_policy {
	struct policy *policy;
	struct policy_module *modules;
	struct buf *texts;
	size_t n;
	struct policy_diags diags;
};

int args_load(struct args_policy *p, char **files, size_t n,
    const struct policy_options *o, struct err *e);
void args_unload(struct args_policy *p);

#endif
