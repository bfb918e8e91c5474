/*
 * measurements/load -- reference values, saved or just measured
 *
 * An image that is all of a guest is measured on the spot, by what it is: a
 * UKI or a GUID-partitioned disk as of the target vtpm, without Secure Boot; an
 * image of Secure Execution as of se. What else those would depend on is not
 * known then.
 *
 * Memory: heap, released by saved_release().
 */
#ifndef MEASUREMENTS_LOAD_H
#define MEASUREMENTS_LOAD_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"
#include "measurements/out/saved.h"

/*
 * The file that path is, or DIFF_FILE in the folder that it is, as it is or
 * written into inside. NULL with *e when that is too long.
 */
const char *load_name(const char *path, char inside[static PATH_MAX],
    struct err *e);

/*
 * Of the file at path, which may be such an image, or of DIFF_FILE in the
 * folder. -1 naming the path, or 1 as load_measured().
 */
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
