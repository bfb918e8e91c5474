/*
 * base/die -- the end of a process that found a fault of its own
 *
 * For broken invariants and exhausted memory, never for foreign input: that
 * gets a struct err. The role's supervisor decides what its death means.
 */
#ifndef BASE_DIE_H
#define BASE_DIE_H

#include <stddef.h>

enum {
	DIE_STATUS = 70
};

/* Log the formatted text at level error and _exit(DIE_STATUS). */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* malloc, calloc and strdup that die() instead of returning NULL. */
void *must_alloc(size_t n, size_t size) __attribute__((malloc));
char *must_strdup(const char *s) __attribute__((malloc));

/*
 * Pages of zeros for one large object that lives as long as a role: they take
 * memory when they are first written, and nothing of malloc's own is set up.
 * Ended by munmap().
 */
void *must_map(size_t size);

#endif
