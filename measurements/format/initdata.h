/*
 * measurements/format/initdata -- the launch field that binds initdata
 *
 * The document itself is read by the guest's own reader (initdata/initdata.h):
 * what the guest would refuse has no measurement.
 *
 * Memory: nothing is left allocated.
 */
#ifndef MEASUREMENTS_INITDATA_H
#define MEASUREMENTS_INITDATA_H

#include "initdata/initdata.h"

/*
 * The field of size bytes for the len bytes of TOML at p. Returns 0, or -1
 * with ret_field untouched and the errors of initdata_read().
 */
int initdata_field(const void *p, size_t len, uint8_t *ret_field, size_t size,
    struct err *e);

#endif
