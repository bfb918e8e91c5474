/*
 * measurements/load -- reference values, saved or just measured
 *
 * Memory: heap, released by saved_release().
 */
#ifndef MEASUREMENTS_LOAD_H
#define MEASUREMENTS_LOAD_H

#include <stdbool.h>

#include "base/err.h"
#include "measurements/out/saved.h"

/* Of the file at path, or of DIFF_FILE in the folder. -1 naming the path. */
int load_saved(const char *path, struct saved *ret_s, struct err *e);

enum {
	LOAD_ARGS = 128
};

/*
 * What `husk measure` makes of argv, which begins with the verb, ends with NULL
 * and has no --format. It runs in a child process and hands over its JSON, so
 * that this serves every TEE. Returns 0; -1 with *e; or 1 when measure refused,
 * which it has said itself on standard error, unless that is quiet.
 */
int load_measured(char **argv, bool loud, struct saved *ret_s, struct err *e);

#endif
