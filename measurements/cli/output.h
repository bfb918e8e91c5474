/*
 * measurements/output -- where a result goes: a form, and files of every form
 *
 * Files are reference-values.json, .txt, .trustee.json, .rvps-sample.json, and
 * so on: the name of each form's file is in out/out.c's table. A form that has
 * nothing for the target (ERR_UNSUPPORTED) has no file; one of an earlier
 * result is removed. Files are written beside their names and renamed, so that
 * none is ever half written.
 *
 * Memory: nothing is kept.
 */
#ifndef MEASUREMENTS_OUTPUT_H
#define MEASUREMENTS_OUTPUT_H

#include "measurements/out/out.h"

enum {
	OUTPUT_MAX = 64 * 1024 * 1024 /* bytes of a form */
};

/*
 * The options --format, --register and --expires, each NULL when it is not
 * given, into *ret_o and *ret_f. ERR_ARGUMENT, naming what is wrong.
 */
int output_parse(const char *format, const char *reg, const char *expires,
    struct out *ret_o, const struct out_format **ret_f, struct err *e);

/*
 * Append o in the form f to b, and write every form into the folder, which is
 * made where there is none, when it is not NULL.
 */
int output_make(const struct out *o, const struct out_format *f,
    const char *folder, struct buf *b, struct err *e);

/*
 * Write a verb's result to the file at path, or to standard output when it is
 * NULL. On failure a regular file is as it was. ERR_LIMIT when out ran into its
 * limit.
 */
int output_result(const char *path, const struct buf *out, struct err *e);

/*
 * The end of a verb that prints: EXIT_OK, or EXIT_BAD after one line of error,
 * because an answer that was lost on its way is no success.
 */
int output_flush(void);

#endif
