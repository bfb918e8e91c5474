#include <string.h>

#include "measurements/format/be.h"
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

/*
 * The bytes that a message ends with, less than a block, and what pads them, to
 * a block or two (FIPS 180-4, 5.1). Returns how many bytes. len is that of the
 * message; longer than 2^61 there are none.
 */
static size_t
pad(const uint8_t *last, uint64_t len, size_t block, uint8_t *ret_padded)
{
	size_t used = len % block;
	size_t n = used < block - block / 8 ? block : 2 * block;

	memcpy(ret_padded, last, used);
	memset(ret_padded + used, 0, n - used);
	ret_padded[used] = 0x80;
	be_put64(ret_padded + n - 8, len << 3);
	return n;
}

static void
final_256(const br_sha256_context *c, uint8_t *ret_digest)
{
	uint8_t padded[2 * FAST_BLOCK_256];
	uint32_t state[8];
	size_t n = pad(c->buf, c->count, FAST_BLOCK_256, padded);

	memcpy(state, c->val, sizeof(state));
	fast_sha256_blocks(state, padded, n / FAST_BLOCK_256);
	for (size_t i = 0; i < SHA2_256_LEN / 4; i++)
		be_put32(ret_digest + 4 * i, state[i]);
}

static void
final_512(const br_sha512_context *c, size_t len, uint8_t *ret_digest)
{
	uint8_t padded[2 * FAST_BLOCK_512];
	uint64_t state[8];
	size_t n = pad(c->buf, c->count, FAST_BLOCK_512, padded);

	memcpy(state, c->val, sizeof(state));
	fast_sha512_blocks(state, padded, n / FAST_BLOCK_512);
	for (size_t i = 0; i < len / 8; i++)
		be_put64(ret_digest + 8 * i, state[i]);
}

void
fast_sha2_final(const struct sha2 *h, unsigned paths, uint8_t *ret_digest)
{
	if (h->alg == SHA2_256 && (paths & FAST_SHA2_256))
		final_256(&h->u.s256, ret_digest);
	else if (h->alg != SHA2_256 && (paths & FAST_SHA2_512))
		final_512(&h->u.s512, sha2_len(h->alg), ret_digest);
	else
		sha2_final(h, ret_digest);
}

void
fast_sha2_digest(enum sha2_algorithm alg, unsigned paths, const void *p,
    size_t len, uint8_t *ret_digest)
{
	struct sha2 h;

	sha2_init(&h, alg);
	fast_sha2_update(&h, paths, p, len);
	fast_sha2_final(&h, paths, ret_digest);
}

/* SHA-384 of four pages; the same one may be there more than once. */
static void
four_pages(const uint8_t *const p[FAST_BLOCK_LANES],
    uint8_t (*ret_digests)[SHA2_384_LEN])
{
	uint8_t padding[2 * FAST_BLOCK_512];
	const uint8_t *ends[FAST_BLOCK_LANES];
	uint64_t states[FAST_BLOCK_LANES][8];
	struct sha2 h;

	sha2_init(&h, SHA2_384);
	pad(p[0], FAST_SHA2_PAGE, FAST_BLOCK_512, padding);
	for (int i = 0; i < FAST_BLOCK_LANES; i++) {
		memcpy(states[i], h.u.s512.val, sizeof(states[i]));
		ends[i] = padding;
	}
	fast_sha512_lanes(states, p, FAST_SHA2_PAGE / FAST_BLOCK_512);
	fast_sha512_lanes(states, ends, 1);
	for (int i = 0; i < FAST_BLOCK_LANES; i++)
		for (size_t j = 0; j < SHA2_384_LEN / 8; j++)
			be_put64(ret_digests[i] + 8 * j, states[i][j]);
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
