/*
 * measurements/fast_sha256 -- SHA-256 by the processor's own instructions
 *
 * What this tool hashes is large and public: kernels, initrds, firmware. Where
 * the processor has Intel's SHA extensions (CPUID 7, EBX bit 29), whole blocks
 * go through them, into the same context; else through crypto/sha2 as ever.
 * The guest does not use this.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_FAST_SHA256_H
#define MEASUREMENTS_FAST_SHA256_H

#include <stdbool.h>

#include "crypto/sha2.h"

/*
 * True when the processor has the instructions. Ask once for many blocks: the
 * question is slow in a virtual machine.
 */
bool fast_sha256_available(void);

/* As sha2_update(), of any algorithm; fast is fast_sha256_available(). */
void fast_sha2_update(struct sha2 *h, bool fast, const void *p, size_t len);

/* As sha2_digest(). */
void fast_sha2_digest(enum sha2_algorithm alg, const void *p, size_t len,
    uint8_t *ret_digest);

#endif
