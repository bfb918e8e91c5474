/*
 * base/arena -- memory that lives as long as one request
 *
 * Blocks of ARENA_BLOCK bytes from the heap, zeroed, up to a hard limit that
 * the creator sets: an attacker can reach it, so arena_alloc() then returns
 * NULL and the caller answers ERR_LIMIT. Nothing is freed one by one;
 * arena_release() frees all.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

enum {
	ARENA_BLOCK = 64 * 1024
};

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t total;
	size_t limit;
};

/* An empty arena of at most limit bytes. Allocates nothing. */
void arena_init(struct arena *a, size_t limit);

/* Free everything; the arena is empty and usable again. */
void arena_release(struct arena *a);

/* size zeroed bytes, aligned for any object; NULL beyond the limit. */
void *arena_alloc(struct arena *a, size_t size);

/* n objects of size bytes; NULL on overflow or beyond the limit. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* A NUL-terminated copy of len bytes; NULL beyond the limit. */
char *arena_strndup(struct arena *a, const char *s, size_t len);

/* A NUL-terminated formatted string; NULL beyond the limit. */
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
