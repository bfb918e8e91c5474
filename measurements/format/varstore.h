/*
 * measurements/varstore -- variables in a firmware's variable store
 *
 * A CFV of OVMF is a firmware volume that holds a store of authenticated
 * variables (edk2, MdeModulePkg/Include/Guid/VariableFormat.h): headers of 60
 * bytes, name, data, padded to 4 bytes, up to what was never written.
 *
 * Memory: nothing is allocated; data borrows the store.
 */
#ifndef MEASUREMENTS_VARSTORE_H
#define MEASUREMENTS_VARSTORE_H

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/guid.h"

/*
 * The variable of that ASCII name. Returns 1 and its data, 0 when there is
 * none, or -1 with *ret_data untouched: ERR_UNSUPPORTED for a volume of
 * another kind, ERR_SYNTAX for a damaged one.
 */
int varstore_find(const struct span *cfv, const struct guid *vendor,
    const char *name, struct span *ret_data, struct err *e);

#endif
