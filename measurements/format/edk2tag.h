/*
 * measurements/edk2tag -- the stable tags of edk2, by which profiles go
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_EDK2TAG_H
#define MEASUREMENTS_EDK2TAG_H

#include <stdint.h>

#include "base/err.h"

/*
 * Read "202511" (also with "edk2-stable" in front, or as 2025.11) as a number.
 * ERR_ARGUMENT for what is no tag.
 */
int edk2tag_parse(const char *s, uint32_t *ret_tag, struct err *e);

#endif
