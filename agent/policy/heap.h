/*
 * policy/heap -- memory that values live in
 *
 * A bump allocator with a hard cap: nothing is freed one by one and nothing
 * is counted. There are two kinds of heap, alike in code: the one that holds a
 * policy (written while it is compiled, only read afterwards) and the one
 * that holds a query (heap_reset() after each). A value may point from a
 * query's heap into the policy's, never back.
 *
 * Reaching the cap marks the budget (BUDGET_MEMORY) and returns NULL. Real
 * exhaustion of memory ends the process (base/die.h).
 *
 * The key makes hashes of foreign strings unpredictable. Heaps that share
 * values must share the key.
 *
 * Memory is not zeroed.
 */
#ifndef POLICY_HEAP_H
#define POLICY_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "policy/budget.h"

enum {
	HEAP_BLOCK = 64 * 1024,
	HEAP_KEEP = 1024 * 1024 /* what heap_reset() keeps for the next query */
};

struct heap_block;

struct heap_key {
	uint64_t k0;
	uint64_t k1;
};

struct heap {
	unsigned char *next; /* free room of the newest block */
	unsigned char *end;
	struct heap_block *blocks; /* in use, newest first */
	struct heap_block *spare;  /* kept by heap_reset() */
	size_t total;              /* bytes of the blocks in use */
	size_t peak;
	size_t limit;
	struct heap_key key;
	struct budget *budget; /* never NULL */
};

/* An empty heap of at most limit bytes. Allocates nothing. */
void heap_init(struct heap *h, size_t limit, struct heap_key key,
    struct budget *budget);

/* Forget all contents; up to HEAP_KEEP bytes stay for the next use. */
void heap_reset(struct heap *h);

/* Free everything. */
void heap_release(struct heap *h);

/* Slow path of heap_alloc(): a new block. */
void *heap_more(struct heap *h, size_t size);

/* size bytes, aligned to 16; NULL (and the budget marked) beyond the cap. */
static inline void *
heap_alloc(struct heap *h, size_t size)
{
	void *p = h->next;

	if (size > (size_t)(h->end - h->next))
		return heap_more(h, size);
	h->next += (size + 15) & ~(size_t)15;
	return p;
}

/* n objects of size bytes; NULL on overflow or beyond the cap. */
void *heap_array(struct heap *h, size_t n, size_t size);

/*
 * Like realloc: p had old_size bytes (or is NULL with 0). Grows in place when
 * p is the newest allocation, else copies; the old bytes stay until the end.
 */
void *heap_grow(struct heap *h, void *p, size_t old_size, size_t size);

/*
 * Give back the tail of the newest allocation: p keeps its first size bytes
 * of old_size. Does nothing when p is not the newest.
 */
void heap_trim(struct heap *h, void *p, size_t old_size, size_t size);

/* p points into h: for explanations, it looks at every block. */
bool heap_holds(const struct heap *h, const void *p);

/* The keyed hash (SipHash-1-3) of len bytes; never 0. */
uint64_t heap_hash(const struct heap *h, const void *p, size_t len);

/* A cheap keyed mixer for the hash of a sequence of hashes; never 0. */
uint64_t heap_mix(const struct heap *h, uint64_t hash, uint64_t part);

#endif
