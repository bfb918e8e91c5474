/*
 * measurements/shape -- the sizes of guest that values are wanted for
 *
 * Lists such as "1,2,8..16" and "512M,2G,8G" become every pair of the two,
 * all vCPU counts of the first memory size first. A value twice is refused:
 * it would be a mistake.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_SHAPE_H
#define MEASUREMENTS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	SHAPES_MAX = 1024,
	SHAPE_MEMORY_SIZE = 24,
	SHAPE_MEMORY_MIN = 1024 * 1024 /* bytes */
};

struct shape {
	uint32_t vcpus;
	uint64_t memory; /* bytes; 0 when it is not given */
};

struct shapes {
	struct shape s[SHAPES_MAX];
	size_t n;
};

/* Every pair of the lists. NULL for vcpus is 1, for memory not given. */
int shapes_parse(const char *vcpus, const char *memory, struct shapes *ret_s,
    struct err *e);

/* Bytes as "2G", "512M" or a plain number; "-" for 0. */
void shape_memory(uint64_t memory, char ret_s[static SHAPE_MEMORY_SIZE]);

#endif
