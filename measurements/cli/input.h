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

#include <pthread.h>
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

/*
 * The same, and fill sha2_len(alg) bytes of ret_digest (NULL for none) from the
 * same bytes.
 */
int input_hash_as(const char *path, enum sha2_algorithm alg,
    struct input *ret_in, uint8_t *ret_digest, struct err *e);

/*
 * The same in a thread of its own, meanwhile. Zeroed, a job is none.
 *
 * start() cannot fail; finish() waits and answers as input_hash_as(), once, and
 * answers 0 of a job that was not started. A job that was started must be
 * finished before it, path or ret_digest go.
 */
struct input_job {
	const char *path;
	enum sha2_algorithm alg;
	uint8_t *ret_digest;
	struct input in;
	int rc;
	struct err e;
	bool in_thread;
	pthread_t thread;
};

void input_start(struct input_job *j, const char *path, enum sha2_algorithm alg,
    uint8_t *ret_digest);
int input_finish(struct input_job *j, struct input *ret_in, struct err *e);

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

/* Release what input_map() gave; nothing for an empty map. */
void input_unmap(struct input_map *m);

#endif
