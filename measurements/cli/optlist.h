/*
 * measurements/optlist -- options that may be given more than once
 *
 * They are taken out of argv before opt_parse() sees the rest, which has each
 * option once.
 *
 * Memory: none of these functions allocates; values point into argv.
 */
#ifndef MEASUREMENTS_OPTLIST_H
#define MEASUREMENTS_OPTLIST_H

#include <stddef.h>

#include "base/err.h"

/*
 * Move the values of "--name value" and "--name=value" from argv (NULL at its
 * end) to ret_values, at most max. Returns 0 and sets *ret_n, or -1 with
 * ERR_ARGUMENT or ERR_LIMIT.
 */
int optlist_take(char **argv, const char *name, const char **ret_values,
    size_t max, size_t *ret_n, struct err *e);

#endif
