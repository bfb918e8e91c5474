#include "measurements/format/fast_sha2.h"
#include "tests/lib/tap.h"

enum {
	MAX = 3000,
	PAGES = 23
};

static const enum sha2_algorithm algs[] = { SHA2_256, SHA2_384, SHA2_512 };

static uint8_t bytes[MAX + 1];
static uint8_t pages[PAGES][FAST_SHA2_PAGE];

/* xorshift32: the same bytes in each run. */
static uint32_t
random_u32(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static void
fill(uint8_t *p, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)random_u32(&seed);
}

/* Every set of paths, so far as they are here. */
static unsigned
paths_of(unsigned i)
{
	return fast_sha2_paths(i);
}

TEST(is_sha2_of_every_length)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];

	fill(bytes, sizeof(bytes), 1);
	for (unsigned a = 0; a < 3; a++)
		for (size_t len = 0; len <= MAX; len++) {
			sha2_digest(algs[a], bytes + 1, len, want);
			for (unsigned i = 0; i < 4; i++) {
				memset(got, 0, sizeof(got));
				fast_sha2_digest(algs[a], paths_of(i),
				    bytes + 1, len, got);
				EQ_INT(memcmp(want, got, sha2_len(algs[a])), 0);
			}
		}
}

TEST(pieces_may_be_cut_anywhere)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];
	uint32_t seed = 7;

	fill(bytes, sizeof(bytes), 2);
	for (unsigned i = 0; i < 3 * 4 * 100; i++) {
		enum sha2_algorithm alg = algs[i % 3];
		unsigned paths = paths_of(i / 3 % 4);
		struct sha2 h;

		sha2_init(&h, alg);
		for (size_t at = 0; at < MAX;) {
			size_t n = random_u32(&seed) % 700;

			if (n > MAX - at)
				n = MAX - at;
			fast_sha2_update(&h, paths, bytes + at, n);
			at += n;
		}
		sha2_final(&h, got);
		sha2_digest(alg, bytes, MAX, want);
		EQ_INT(memcmp(want, got, sha2_len(alg)), 0);
	}
}

/* A digest on the way changes nothing, and nothing beyond it is written. */
TEST(a_digest_may_be_taken_on_the_way)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX + 1];

	fill(bytes, sizeof(bytes), 5);
	for (unsigned i = 0; i < 3 * 4; i++) {
		enum sha2_algorithm alg = algs[i % 3];
		unsigned paths = paths_of(i / 3);
		struct sha2 h;

		sha2_init(&h, alg);
		for (size_t at = 0; at < MAX; at += 25) {
			fast_sha2_update(&h, paths, bytes + at, 25);
			got[sha2_len(alg)] = 0x5a;
			fast_sha2_final(&h, paths, got);
			EQ_INT(got[sha2_len(alg)], 0x5a);
			sha2_digest(alg, bytes, at + 25, want);
			EQ_INT(memcmp(want, got, sha2_len(alg)), 0);
		}
	}
}

TEST(both_paths_may_take_turns)
{
	uint8_t want[SHA2_LEN_MAX], got[SHA2_LEN_MAX];
	struct sha2 h;

	fill(bytes, sizeof(bytes), 3);
	for (unsigned a = 0; a < 3; a++) {
		sha2_init(&h, algs[a]);
		for (size_t at = 0; at < MAX; at += 500)
			fast_sha2_update(&h,
			    at % 1000 ? paths_of(FAST_SHA2_ALL) : 0, bytes + at,
			    500);
		sha2_final(&h, got);
		sha2_digest(algs[a], bytes, MAX, want);
		EQ_INT(memcmp(want, got, sha2_len(algs[a])), 0);
	}
}

static void
check_pages(size_t from, size_t n)
{
	uint8_t want[SHA2_384_LEN], got[PAGES + 1][SHA2_384_LEN];

	for (unsigned i = 0; i < 4; i++) {
		memset(got, 0x5a, sizeof(got));
		fast_sha2_pages(paths_of(i), pages[from], n, got);
		for (size_t k = 0; k < n; k++) {
			sha2_digest(SHA2_384, pages[from + k], FAST_SHA2_PAGE,
			    want);
			EQ_INT(memcmp(want, got[k], sizeof(want)), 0);
		}
		EQ_INT(got[n][0], 0x5a);
	}
}

TEST(every_page_has_its_digest)
{
	fill(pages[0], sizeof(pages), 4);
	for (size_t n = 0; n <= 9; n++)
		check_pages(PAGES - n, n);
	check_pages(0, PAGES);
}

TEST(equal_pages_have_equal_digests)
{
	uint32_t seed = 5;

	for (unsigned round = 0; round < 50; round++) {
		for (size_t i = 0; i < PAGES; i++)
			fill(pages[i], FAST_SHA2_PAGE,
			    1 + (random_u32(&seed) >> 8) % 3);
		check_pages(0, PAGES);
	}
}

TEST(a_page_that_differs_in_its_last_byte_is_another)
{
	for (size_t i = 0; i < PAGES; i++) {
		memset(pages[i], 0xff, FAST_SHA2_PAGE);
		pages[i][FAST_SHA2_PAGE - 1] = (uint8_t)(i / 3);
	}
	check_pages(0, PAGES);
}

/* FIPS 180-4's examples: nothing, and "abc". */
TEST(the_standards_examples)
{
	static const uint8_t none256[] = { 0xe3, 0xb0, 0xc4, 0x42 };
	static const uint8_t abc256[] = { 0xba, 0x78, 0x16, 0xbf };
	static const uint8_t abc384[] = { 0xcb, 0x00, 0x75, 0x3f };
	static const uint8_t abc512[] = { 0xdd, 0xaf, 0x35, 0xa1 };
	uint8_t got[SHA2_LEN_MAX];

	fast_sha2_digest(SHA2_256, paths_of(FAST_SHA2_ALL), NULL, 0, got);
	EQ_INT(memcmp(none256, got, 4), 0);
	fast_sha2_digest(SHA2_256, paths_of(FAST_SHA2_ALL), "abc", 3, got);
	EQ_INT(memcmp(abc256, got, 4), 0);
	fast_sha2_digest(SHA2_384, paths_of(FAST_SHA2_ALL), "abc", 3, got);
	EQ_INT(memcmp(abc384, got, 4), 0);
	fast_sha2_digest(SHA2_512, paths_of(FAST_SHA2_ALL), "abc", 3, got);
	EQ_INT(memcmp(abc512, got, 4), 0);
}

TEST(what_the_processor_lacks_is_not_taken)
{
	EQ_INT((int)fast_sha2_paths(0), 0);
	EQ_INT((int)(fast_sha2_paths(FAST_SHA2_256) & ~(unsigned)FAST_SHA2_256),
	    0);
	if (fast_sha2_paths(FAST_SHA2_ALL) != FAST_SHA2_ALL)
		SKIP("no SHA or no AVX2 here: those paths were not tried");
}

TAP_MAIN
