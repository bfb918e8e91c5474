/*
 * measurements/output -- a result as a file in every form
 *
 * reference-values.json, .txt, .trustee.json, .rvps-sample.json, and so on: the
 * name of each form's file is in out/out.h's table. A form that has nothing for
 * the target (ERR_UNSUPPORTED) has no file; one of an earlier result is
 * removed. Files are written beside their names and renamed, so that none is
 * ever half written.
 *
 * Memory: nothing is kept.
 */
#ifndef MEASUREMENTS_OUTPUT_H
#define MEASUREMENTS_OUTPUT_H

#include "measurements/out/out.h"

/* Write o into the folder, which exists. */
int output_write(const char *folder, const struct out *o, size_t limit,
    struct err *e);

#endif
