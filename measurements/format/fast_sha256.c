#include "measurements/format/fast_block.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* FIPS 180-4, 4.2.2. */
static const uint32_t k[64] __attribute__((aligned(16))) = { 0x428a2f98,
	0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
	0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6,
	0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
	0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351,
	0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354,
	0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70,
	0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
	0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa,
	0xa4506ceb, 0xbef9a3f7, 0xc67178f2 };

/*
 * One block into the state (a, b, e, f) and (c, d, g, h), as the instructions
 * hold it (Intel 64 and IA-32 Architectures Software Developer's Manual,
 * volume 2, SHA256RNDS2): four rounds a turn.
 */
__attribute__((target("sha,sse4.1,ssse3"))) static void
block(__m128i *abef, __m128i *cdgh, const uint8_t *p)
{
	const __m128i swap =
	    _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i s0 = *abef, s1 = *cdgh, w[4], wk;

	for (int i = 0; i < 4; i++)
		w[i] = _mm_shuffle_epi8(
		    _mm_loadu_si128((const __m128i *)(p + 16 * i)), swap);
#pragma GCC unroll 16
	for (int i = 0; i < 16; i++) {
		__m128i *now = &w[i % 4], last = w[(i + 3) % 4];

		if (i >= 4)
			*now = _mm_sha256msg2_epu32(
			    _mm_add_epi32(
				_mm_sha256msg1_epu32(*now, w[(i + 1) % 4]),
				_mm_alignr_epi8(last, w[(i + 2) % 4], 4)),
			    last);
		wk = _mm_add_epi32(*now,
		    _mm_load_si128((const __m128i *)(k + 4 * i)));
		s1 = _mm_sha256rnds2_epu32(s1, s0, wk);
		s0 = _mm_sha256rnds2_epu32(s0, s1, _mm_shuffle_epi32(wk, 0x0e));
	}
	*abef = _mm_add_epi32(*abef, s0);
	*cdgh = _mm_add_epi32(*cdgh, s1);
}

__attribute__((target("sha,sse4.1,ssse3"))) void
fast_sha256_blocks(uint32_t *state, const uint8_t *p, size_t n)
{
	__m128i dcba = _mm_loadu_si128((const __m128i *)state);
	__m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
	__m128i abef, cdgh;

	dcba = _mm_shuffle_epi32(dcba, 0xb1);
	hgfe = _mm_shuffle_epi32(hgfe, 0x1b);
	abef = _mm_alignr_epi8(dcba, hgfe, 8);
	cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);
	for (; n > 0; n--, p += FAST_BLOCK_256)
		block(&abef, &cdgh, p);
	abef = _mm_shuffle_epi32(abef, 0x1b);
	cdgh = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(abef, cdgh, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4),
	    _mm_alignr_epi8(cdgh, abef, 8));
}

#else

void
fast_sha256_blocks(uint32_t *state, const uint8_t *p, size_t n)
{
	(void)state;
	(void)p;
	(void)n;
}

#endif
