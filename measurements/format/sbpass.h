/*
 * measurements/sbpass -- by which entry of db an image passes Secure Boot
 *
 * Firmware lets an image start when a certificate in db leads to what signed
 * it, or db has its SHA-256, and measures that entry, once for all images that
 * pass by it (EV_EFI_VARIABLE_AUTHORITY). That dbx does not refuse it and that
 * the signature holds is supposed (format/authcode.h): with another one the
 * firmware would not start the image, and there would be nothing to predict.
 *
 * Memory: nothing is allocated; the entry borrows the variables.
 */
#ifndef MEASUREMENTS_SBPASS_H
#define MEASUREMENTS_SBPASS_H

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/sbvars.h"

/*
 * The first entry of db, owner and data, by which the image passes. Returns 0,
 * or -1: ERR_UNSUPPORTED when there is none, else what pe.h, authcode.h and
 * efisig.h say.
 */
int sbpass_find(const struct sbvars *vars, const struct span *image,
    struct span *ret_entry, struct err *e);

#endif
