/*
 * measurements/fast_block -- between fast_sha2 and the instructions
 *
 * Compression functions of FIPS 180-4, one file for each set of instructions.
 * States are as BearSSL keeps them: words in the processor's own byte order.
 * fast_sha2_paths() says whether they may be called; on another architecture it
 * says no, and they do nothing.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_FAST_BLOCK_H
#define MEASUREMENTS_FAST_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum {
	FAST_BLOCK_256 = 64,
	FAST_BLOCK_512 = 128,
	FAST_BLOCK_LANES = 4
};

/* n blocks of 64 bytes into the eight words of state. */
void fast_sha256_blocks(uint32_t *state, const uint8_t *p, size_t n);

/* n blocks of 128 bytes into the eight words of state. */
void fast_sha512_blocks(uint64_t *state, const uint8_t *p, size_t n);

/* The same into four states at once, each with n blocks of its own. */
void fast_sha512_lanes(uint64_t (*states)[8],
    const uint8_t *const p[FAST_BLOCK_LANES], size_t n);

#endif
