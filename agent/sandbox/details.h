/*
 * sandbox/details -- what the guest says about itself
 *
 * The version is that of the Kata agent whose protocol we speak; runtimes
 * compare it with their own. Husk's own version is HUSK_VERSION.
 */
#ifndef SANDBOX_DETAILS_H
#define SANDBOX_DETAILS_H

#include <stdint.h>

#define DETAILS_KATA_VERSION "4.1.0"

/* The hexadecimal number in the text of block_size_bytes; 0 if it is none. */
uint64_t details_block_size(const char *text);

#endif
