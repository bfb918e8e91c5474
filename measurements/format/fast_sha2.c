#include <string.h>

#include "measurements/format/fast_block.h"
#include "measurements/format/fast_sha2.h"

/* How many bytes of p the instructions took, from a context between blocks. */
static size_t
take_blocks(struct sha2 *h, unsigned paths, const uint8_t *p, size_t len)
{
	br_sha256_context *small = &h->u.s256;
	br_sha512_context *large = &h->u.s512;
	size_t n;

	if (h->alg == SHA2_256) {
		if (!(paths & FAST_SHA2_256) ||
		    small->count % FAST_BLOCK_256 != 0)
			return 0;
		n = len / FAST_BLOCK_256;
		fast_sha256_blocks(small->val, p, n);
		small->count += n * FAST_BLOCK_256;
		return n * FAST_BLOCK_256;
	}
	if (!(paths & FAST_SHA2_512) || large->count % FAST_BLOCK_512 != 0)
		return 0;
	n = len / FAST_BLOCK_512;
	fast_sha512_blocks(large->val, p, n);
	large->count += n * FAST_BLOCK_512;
	return n * FAST_BLOCK_512;
}

/* What completes the block that a context is in. */
static size_t
left_of_block(const struct sha2 *h)
{
	if (h->alg == SHA2_256)
		return -h->u.s256.count % FAST_BLOCK_256;
	return -h->u.s512.count % FAST_BLOCK_512;
}

void
fast_sha2_update(struct sha2 *h, unsigned paths, const void *p, size_t len)
{
	const uint8_t *at = p;
	size_t n = paths != 0 ? left_of_block(h) : len;

	if (n > len)
		n = len;
	sha2_update(h, at, n);
	if (n == len)
		return;
	n += take_blocks(h, paths, at + n, len - n);
	sha2_update(h, at + n, len - n);
}

void
fast_sha2_digest(enum sha2_algorithm alg, unsigned paths, const void *p,
    size_t len, uint8_t *ret_digest)
{
	struct sha2 h;

	sha2_init(&h, alg);
	fast_sha2_update(&h, paths, p, len);
	sha2_final(&h, ret_digest);
}

/* SHA-384 of four pages; the same one may be there more than once. */
static void
four_pages(const uint8_t *const p[FAST_BLOCK_LANES],
    uint8_t (*ret_digests)[SHA2_384_LEN])
{
	uint64_t states[FAST_BLOCK_LANES][8];
	struct sha2 h;

	sha2_init(&h, SHA2_384);
	for (int i = 0; i < FAST_BLOCK_LANES; i++)
		memcpy(states[i], h.u.s512.val, sizeof(states[i]));
	fast_sha512_lanes(states, p, FAST_SHA2_PAGE / FAST_BLOCK_512);
	h.u.s512.count = FAST_SHA2_PAGE;
	for (int i = 0; i < FAST_BLOCK_LANES; i++) {
		memcpy(h.u.s512.val, states[i], sizeof(states[i]));
		sha2_final(&h, ret_digests[i]);
	}
}

/* The digests of the pages that k runs of equal ones begin with. */
static void
hash_firsts(unsigned paths, const uint8_t *const *p, size_t k,
    uint8_t (*ret_digests)[SHA2_384_LEN])
{
	const uint8_t *four[FAST_BLOCK_LANES];

	if ((paths & FAST_SHA2_512) && k > 1) {
		for (size_t i = 0; i < FAST_BLOCK_LANES; i++)
			four[i] = p[i < k ? i : 0];
		four_pages(four, ret_digests);
		return;
	}
	for (size_t i = 0; i < k; i++)
		fast_sha2_digest(SHA2_384, paths, p[i], FAST_SHA2_PAGE,
		    ret_digests[i]);
}

/* How many of the n pages at p are as the first. */
static size_t
run_of(const uint8_t *p, size_t n)
{
	size_t len = 1;

	while (
	    len < n && memcmp(p, p + len * FAST_SHA2_PAGE, FAST_SHA2_PAGE) == 0)
		len++;
	return len;
}

void
fast_sha2_pages(unsigned paths, const uint8_t *p, size_t n,
    uint8_t (*ret_digests)[SHA2_384_LEN])
{
	const uint8_t *firsts[FAST_BLOCK_LANES];
	uint8_t digests[FAST_BLOCK_LANES][SHA2_384_LEN];
	size_t runs[FAST_BLOCK_LANES];

	for (size_t i = 0; i < n;) {
		size_t k = 0, at = i;

		for (; k < FAST_BLOCK_LANES && i < n; i += runs[k++]) {
			firsts[k] = p + i * FAST_SHA2_PAGE;
			runs[k] = run_of(firsts[k], n - i);
		}
		hash_firsts(paths, firsts, k, digests);
		for (size_t j = 0; j < k; j++)
			while (runs[j]-- > 0)
				memcpy(ret_digests[at++], digests[j],
				    SHA2_384_LEN);
	}
}
