#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/heap.h"

struct heap_block {
	struct heap_block *next;
	size_t size;
	alignas(16) unsigned char data[];
};

void
heap_init(struct heap *h, size_t limit, struct heap_key key,
    struct budget *budget)
{
	memset(h, 0, sizeof(*h));
	h->limit = limit;
	h->key = key;
	h->budget = budget;
}

static void
free_blocks(struct heap_block *b)
{
	while (b != NULL) {
		struct heap_block *next = b->next;

		free(b);
		b = next;
	}
}

void
heap_reset(struct heap *h)
{
	struct heap_block *b = h->blocks;
	size_t kept = 0;

	for (struct heap_block *s = h->spare; s != NULL; s = s->next)
		kept += s->size;
	while (b != NULL) {
		struct heap_block *next = b->next;

		if (b->size == HEAP_BLOCK && kept + b->size <= HEAP_KEEP) {
			kept += b->size;
			b->next = h->spare;
			h->spare = b;
		} else {
			free(b);
		}
		b = next;
	}
	h->blocks = NULL;
	h->next = h->end = NULL;
	h->total = 0;
}

void
heap_release(struct heap *h)
{
	free_blocks(h->blocks);
	free_blocks(h->spare);
	h->blocks = h->spare = NULL;
	h->next = h->end = NULL;
	h->total = 0;
}

static struct heap_block *
take_block(struct heap *h, size_t size)
{
	struct heap_block *b = h->spare;

	if (size == HEAP_BLOCK && b != NULL) {
		h->spare = b->next;
		return b;
	}
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		die("out of memory");
	b->size = size;
	return b;
}

void *
heap_more(struct heap *h, size_t size)
{
	bool large = size > HEAP_BLOCK / 4;
	size_t room = large ? (size + 15) & ~(size_t)15 : HEAP_BLOCK;
	struct heap_block *b;

	if (size > h->limit || room > h->limit || h->total > h->limit - room) {
		budget_fail(h->budget, BUDGET_MEMORY);
		return NULL;
	}
	b = take_block(h, room);
	h->total += room;
	if (h->total > h->peak)
		h->peak = h->total;
	if (large && h->blocks != NULL) {
		/* Behind the newest, whose free room stays in use. */
		b->next = h->blocks->next;
		h->blocks->next = b;
		return b->data;
	}
	b->next = h->blocks;
	h->blocks = b;
	h->next = b->data + ((size + 15) & ~(size_t)15);
	h->end = b->data + room;
	return b->data;
}

void *
heap_array(struct heap *h, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		budget_fail(h->budget, BUDGET_MEMORY);
		return NULL;
	}
	return heap_alloc(h, total);
}

void *
heap_grow(struct heap *h, void *p, size_t old_size, size_t size)
{
	size_t old = (old_size + 15) & ~(size_t)15;
	unsigned char *at = p;
	void *copy;

	if (at != NULL && at + old == h->next &&
	    size <= (size_t)(h->end - at)) {
		h->next = at + ((size + 15) & ~(size_t)15);
		return p;
	}
	copy = heap_alloc(h, size);
	if (copy != NULL && old_size > 0)
		memcpy(copy, p, old_size);
	return copy;
}

void
heap_trim(struct heap *h, void *p, size_t old_size, size_t size)
{
	unsigned char *at = p;

	if (at != NULL && at + ((old_size + 15) & ~(size_t)15) == h->next)
		h->next = at + ((size + 15) & ~(size_t)15);
}

static uint64_t
rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

uint64_t
heap_hash(const struct heap *h, const void *p, size_t len)
{
	const unsigned char *s = p;
	uint64_t v[4] = { h->key.k0 ^ 0x736f6d6570736575,
		h->key.k1 ^ 0x646f72616e646f6d, h->key.k0 ^ 0x6c7967656e657261,
		h->key.k1 ^ 0x7465646279746573 };
	uint64_t m, hash;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		memcpy(&m, s + i, 8);
		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
	}
	m = (uint64_t)len << 56;
	for (size_t j = 0; i + j < len; j++)
		m |= (uint64_t)s[i + j] << 8 * j;
	v[3] ^= m;
	sip_round(v);
	v[0] ^= m;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	hash = v[0] ^ v[1] ^ v[2] ^ v[3];
	return hash != 0 ? hash : 1;
}

uint64_t
heap_mix(const struct heap *h, uint64_t hash, uint64_t part)
{
	unsigned __int128 m =
	    (unsigned __int128)(hash ^ h->key.k0) * ((part ^ h->key.k1) | 1);

	hash = (uint64_t)m ^ (uint64_t)(m >> 64) ^ rotl(part, 23);
	return hash != 0 ? hash : 1;
}

bool
heap_holds(const struct heap *h, const void *p)
{
	const struct heap_block *b;
	uintptr_t at = (uintptr_t)p;

	for (b = h->blocks; b != NULL; b = b->next) {
		uintptr_t start = (uintptr_t)b->data;

		if (at >= start && at - start < b->size)
			return true;
	}
	return false;
}
