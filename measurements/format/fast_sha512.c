#include "measurements/format/fast_block.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

enum {
	ROUNDS = 80,
	WORDS = 16,
	SCHEDULE_MIN = 3 /* blocks: from here on schedule() is the faster way */
};

#define TARGET __attribute__((target("avx2,bmi,bmi2")))
#define INLINE __attribute__((always_inline)) inline

/* FIPS 180-4, 4.2.3. */
static const uint64_t k[ROUNDS] = { 0x428a2f98d728ae22, 0x7137449123ef65cd,
	0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
	0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
	0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c,
	0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1,
	0x9bdc06a725c71235, 0xc19bf174cf692694, 0xe49b69c19ef14ad2,
	0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
	0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4,
	0x76f988da831153b5, 0x983e5152ee66dfab, 0xa831c66d2db43210,
	0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2,
	0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
	0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
	0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8,
	0x81c2c92e47edaee6, 0x92722c851482353b, 0xa2bfe8a14cf10364,
	0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
	0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a,
	0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
	0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63,
	0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72,
	0x8cc702081a6439ec, 0x90befffa23631e28, 0xa4506cebde82bde9,
	0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
	0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
	0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae,
	0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493,
	0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c, 0x4cc5d4becb3e42b6,
	0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817 };

TARGET static INLINE __m256i
ror(__m256i x, int n)
{
	return _mm256_or_si256(_mm256_srli_epi64(x, n),
	    _mm256_slli_epi64(x, 64 - n));
}

TARGET static INLINE __m256i
xor3(__m256i a, __m256i b, __m256i c)
{
	return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}

/* Sixteen words of each of four blocks; lane j is of the one at p[j]. */
TARGET static INLINE void
load(__m256i *w, const uint8_t *const p[FAST_BLOCK_LANES], size_t at)
{
	const __m256i swap = _mm256_set_epi64x(0x08090a0b0c0d0e0f,
	    0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607);

	for (int i = 0; i < WORDS; i += 4) {
		__m256i r[4], t[4];

		for (int j = 0; j < 4; j++)
			r[j] = _mm256_shuffle_epi8(
			    _mm256_loadu_si256(
				(const __m256i *)(p[j] + at + 8 * i)),
			    swap);
		t[0] = _mm256_unpacklo_epi64(r[0], r[1]);
		t[1] = _mm256_unpackhi_epi64(r[0], r[1]);
		t[2] = _mm256_unpacklo_epi64(r[2], r[3]);
		t[3] = _mm256_unpackhi_epi64(r[2], r[3]);
		w[i] = _mm256_permute2x128_si256(t[0], t[2], 0x20);
		w[i + 1] = _mm256_permute2x128_si256(t[1], t[3], 0x20);
		w[i + 2] = _mm256_permute2x128_si256(t[0], t[2], 0x31);
		w[i + 3] = _mm256_permute2x128_si256(t[1], t[3], 0x31);
	}
}

/* The word that takes the place of w[i % 16] (6.4.2, 1). */
TARGET static INLINE __m256i
next(const __m256i *w, int i)
{
	__m256i a = w[(i + 1) % WORDS], b = w[(i + 14) % WORDS];
	__m256i s0 = xor3(ror(a, 1), ror(a, 8), _mm256_srli_epi64(a, 7));
	__m256i s1 = xor3(ror(b, 19), ror(b, 61), _mm256_srli_epi64(b, 6));

	return _mm256_add_epi64(_mm256_add_epi64(w[i % WORDS], s0),
	    _mm256_add_epi64(w[(i + 9) % WORDS], s1));
}

/* The words of four blocks with the constants added, for round64(). */
TARGET static void
schedule(const uint8_t *const p[FAST_BLOCK_LANES], __m256i *wk)
{
	__m256i w[WORDS];

	load(w, p, 0);
#pragma GCC unroll 16
	for (int i = 0; i < WORDS; i++)
		wk[i] =
		    _mm256_add_epi64(w[i], _mm256_set1_epi64x((long long)k[i]));
	for (int t = WORDS; t < ROUNDS; t += WORDS) {
#pragma GCC unroll 16
		for (int i = 0; i < WORDS; i++) {
			w[i] = next(w, i);
			wk[t + i] = _mm256_add_epi64(w[i],
			    _mm256_set1_epi64x((long long)k[t + i]));
		}
	}
}

TARGET static INLINE uint64_t
ror64(uint64_t x, int n)
{
	return x >> n | x << (64 - n);
}

/*
 * Round t: the working variables stay, their names move on (6.4.2, 3). *bc is
 * b ^ c, which is a ^ b of the round before.
 */
TARGET static INLINE void
round64(uint64_t *s, int t, uint64_t wk, uint64_t *bc)
{
	uint64_t *a = &s[(8 - t) & 7], *b = &s[(9 - t) & 7];
	uint64_t *d = &s[(11 - t) & 7], *e = &s[(12 - t) & 7];
	uint64_t *f = &s[(13 - t) & 7], *g = &s[(14 - t) & 7];
	uint64_t *h = &s[(15 - t) & 7], ab = *a ^ *b;

	*h += wk + (*e & *f) + (~*e & *g) +
	      (ror64(*e, 14) ^ ror64(*e, 18) ^ ror64(*e, 41));
	*d += *h;
	*h +=
	    (*b ^ (ab & *bc)) + (ror64(*a, 28) ^ ror64(*a, 34) ^ ror64(*a, 39));
	*bc = ab;
}

/* A block, whose words are every fourth of wk. */
TARGET static void
compress(uint64_t *state, const uint64_t *wk)
{
	uint64_t s[8], bc;

	for (int i = 0; i < 8; i++)
		s[i] = state[i];
	bc = s[1] ^ s[2];
	for (int t = 0; t < ROUNDS; t += 8)
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++)
			round64(s, i, wk[FAST_BLOCK_LANES * (t + i)], &bc);
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

/* As next(), of one block. */
TARGET static INLINE uint64_t
next64(const uint64_t *w, int i)
{
	uint64_t a = w[(i + 1) % WORDS], b = w[(i + 14) % WORDS];

	return w[i % WORDS] + w[(i + 9) % WORDS] +
	       (ror64(a, 1) ^ ror64(a, 8) ^ a >> 7) +
	       (ror64(b, 19) ^ ror64(b, 61) ^ b >> 6);
}

/* A block alone: no words of others to make along with its own. */
TARGET static void
compress_one(uint64_t *state, const uint8_t *p)
{
	uint64_t s[8], w[WORDS], bc;

	for (int i = 0; i < 8; i++)
		s[i] = state[i];
	bc = s[1] ^ s[2];
	for (int t = 0; t < ROUNDS; t += WORDS)
#pragma GCC unroll 16
		for (int i = 0; i < WORDS; i++) {
			if (t > 0) {
				w[i] = next64(w, i);
			} else {
				memcpy(&w[i], p + 8 * i, 8);
				w[i] = __builtin_bswap64(w[i]);
			}
			round64(s, i & 7, w[i] + k[t + i], &bc);
		}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

/* Up to FAST_BLOCK_LANES blocks. */
TARGET static void
compress_some(uint64_t *state, const uint8_t *p, size_t n)
{
	union {
		__m256i v[ROUNDS];
		uint64_t w[FAST_BLOCK_LANES * ROUNDS];
	} wk;
	const uint8_t *at[FAST_BLOCK_LANES];

	for (size_t i = 0; i < FAST_BLOCK_LANES; i++)
		at[i] = p + (i < n ? i : 0) * FAST_BLOCK_512;
	schedule(at, wk.v);
	for (size_t i = 0; i < n; i++)
		compress(state, wk.w + i);
}

TARGET void
fast_sha512_blocks(uint64_t *state, const uint8_t *p, size_t n)
{
	while (n >= SCHEDULE_MIN) {
		size_t m = n < FAST_BLOCK_LANES ? n : FAST_BLOCK_LANES;

		compress_some(state, p, m);
		p += m * FAST_BLOCK_512;
		n -= m;
	}
	for (; n > 0; n--, p += FAST_BLOCK_512)
		compress_one(state, p);
}

TARGET static INLINE void
round256(__m256i *s, int t, __m256i wk)
{
	__m256i *a = &s[(8 - t) & 7], *b = &s[(9 - t) & 7];
	__m256i *c = &s[(10 - t) & 7], *d = &s[(11 - t) & 7];
	__m256i *e = &s[(12 - t) & 7], *f = &s[(13 - t) & 7];
	__m256i *g = &s[(14 - t) & 7], *h = &s[(15 - t) & 7];
	__m256i ch = _mm256_xor_si256(
	    _mm256_and_si256(_mm256_xor_si256(*f, *g), *e), *g);
	__m256i maj = _mm256_or_si256(_mm256_and_si256(*a, *b),
	    _mm256_and_si256(_mm256_or_si256(*a, *b), *c));

	*h = _mm256_add_epi64(_mm256_add_epi64(*h, wk),
	    _mm256_add_epi64(ch, xor3(ror(*e, 14), ror(*e, 18), ror(*e, 41))));
	*d = _mm256_add_epi64(*d, *h);
	*h = _mm256_add_epi64(*h,
	    _mm256_add_epi64(maj, xor3(ror(*a, 28), ror(*a, 34), ror(*a, 39))));
}

/* A block into each of the four states that s holds side by side. */
TARGET static void
compress4(__m256i *state, const uint8_t *const p[FAST_BLOCK_LANES], size_t at)
{
	__m256i w[WORDS], s[8];

	for (int i = 0; i < 8; i++)
		s[i] = state[i];
	load(w, p, at);
	for (int t = 0; t < ROUNDS; t += WORDS) {
#pragma GCC unroll 16
		for (int i = 0; i < WORDS; i++) {
			if (t > 0)
				w[i] = next(w, i);
			round256(s, i & 7,
			    _mm256_add_epi64(w[i],
				_mm256_set1_epi64x((long long)k[t + i])));
		}
	}
	for (int i = 0; i < 8; i++)
		state[i] = _mm256_add_epi64(state[i], s[i]);
}

TARGET void
fast_sha512_lanes(uint64_t (*states)[8],
    const uint8_t *const p[FAST_BLOCK_LANES], size_t n)
{
	__m256i s[8];
	uint64_t words[FAST_BLOCK_LANES];

	for (int i = 0; i < 8; i++)
		s[i] = _mm256_set_epi64x((long long)states[3][i],
		    (long long)states[2][i], (long long)states[1][i],
		    (long long)states[0][i]);
	for (size_t b = 0; b < n; b++)
		compress4(s, p, b * FAST_BLOCK_512);
	for (int i = 0; i < 8; i++) {
		_mm256_storeu_si256((__m256i *)words, s[i]);
		for (int j = 0; j < FAST_BLOCK_LANES; j++)
			states[j][i] = words[j];
	}
}

#else

void
fast_sha512_blocks(uint64_t *state, const uint8_t *p, size_t n)
{
	(void)state;
	(void)p;
	(void)n;
}

void
fast_sha512_lanes(uint64_t (*states)[8],
    const uint8_t *const p[FAST_BLOCK_LANES], size_t n)
{
	(void)states;
	(void)p;
	(void)n;
}

#endif
