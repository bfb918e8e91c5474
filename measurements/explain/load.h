/*
 * measurements/load -- saved reference values by the name of file or folder
 *
 * Memory: heap, released by saved_release().
 */
#ifndef MEASUREMENTS_LOAD_H
#define MEASUREMENTS_LOAD_H

#include "base/err.h"
#include "measurements/out/saved.h"

/* Of the file at path, or of DIFF_FILE in the folder. -1 naming the path. */
int load_saved(const char *path, struct saved *ret_s, struct err *e);

#endif
