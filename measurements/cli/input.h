/*
 * measurements/input -- files that were named on the command line
 *
 * With main.c and the verbs themselves, the only place of the measuring code
 * that does I/O. An input is a regular file, or /dev/null for an empty one; a
 * pipe or another device is refused, since it cannot be measured twice.
 *
 * Memory: contents go to the caller's buffer, or are mapped until
 * input_unmap(); nothing else is allocated.
 */
#ifndef MEASUREMENTS_INPUT_H
#define MEASUREMENTS_INPUT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"

struct input {
	const char *path; /* the caller's */
	uint64_t size;
	uint8_t sha256[SHA2_256_LEN];
};

/*
 * Hash the file at path, of any size, without holding it. Returns 0 and fills
 * *ret_in, or -1 with *e set, naming the path, and *ret_in untouched.
 */
int input_hash(const char *path, struct input *ret_in, struct err *e);

/*
 * The same, and fill sha2_len(alg) bytes of ret_digest (NULL for none) from the
 * same bytes.
 */
int input_hash_as(const char *path, enum sha2_algorithm alg,
    struct input *ret_in, uint8_t *ret_digest, struct err *e);

/* As input_hash(), and append the contents to b; ERR_LIMIT beyond b's limit. */
int input_read(const char *path, struct buf *b, struct input *ret_in,
    struct err *e);

/*
 * The same for a file that is mapped, not held: a disk. Nobody may change it
 * meanwhile. *ret_bytes is released by input_unmap(). ERR_LIMIT beyond limit,
 * ERR_SYNTAX for no bytes.
 */
int input_map(const char *path, uint64_t limit, struct span *ret_bytes,
    struct input *ret_in, struct err *e);

/* Release what input_map() gave; nothing for an empty span. */
void input_unmap(struct span *bytes);

#endif
