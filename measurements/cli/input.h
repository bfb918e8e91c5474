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

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypto/sha2.h"

struct input {
	const char *path; /* the caller's */
	uint64_t size;
	uint8_t sha256[SHA2_256_LEN];
};

/* A file's bytes; what is written to them stays here. */
struct input_map {
	uint8_t *p; /* NULL for none */
	size_t len;
};

/*
 * Hash the file at path, of any size, and forget it. Returns 0 and fills
 * *ret_in, or -1 with *e set, naming the path, and *ret_in untouched.
 */
int input_hash(const char *path, struct input *ret_in, struct err *e);

/* As input_hash(), and append the contents to b; ERR_LIMIT beyond b's limit. */
int input_read(const char *path, struct buf *b, struct input *ret_in,
    struct err *e);

/*
 * The same for a file that is mapped, not read. Nobody may change it meanwhile.
 * Without hash zeros stand for its SHA-256, for where nobody will see it. An
 * empty file is an empty map. *ret_m is released by input_unmap(). ERR_LIMIT
 * beyond limit.
 */
int input_map(const char *path, uint64_t limit, bool hash,
    struct input_map *ret_m, struct input *ret_in, struct err *e);

/*
 * Have the bytes of a map at hand, in parallel to somebody who reads them: each
 * 64 KiB that a reader comes to first cost it a stop in the kernel. Changes
 * nothing else, and may do nothing (before Linux 5.14).
 */
void input_touch(const struct input_map *m);

/* Release what input_map() gave; nothing for an empty map. */
void input_unmap(struct input_map *m);

#endif
