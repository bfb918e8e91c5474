#include "crypto/sha2.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

/* The messages of NIST's "Examples with Intermediate Values" for FIPS 180. */
#define TWO_BLOCKS_256                                                         \
	"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TWO_BLOCKS_512                                                         \
	"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"             \
	"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

static const struct {
	enum sha2_algorithm alg;
	const char *message;
	const char *digest;
} vectors[] = {
	{ SHA2_256, "",
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85"
	    "5" },
	{ SHA2_256, "abc",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"
	    "d" },
	{ SHA2_256, TWO_BLOCKS_256,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c"
	    "1" },
	{ SHA2_256, TWO_BLOCKS_512,
	    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d"
	    "1" },
	{ SHA2_384, "",
	    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	    "274edebfe76f65fbd51ad2f14898b95b" },
	{ SHA2_384, "abc",
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	    "8086072ba1e7cc2358baeca134c825a7" },
	{ SHA2_384, TWO_BLOCKS_256,
	    "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6"
	    "b0455a8520bc4e6f5fe95b1fe3c8452b" },
	{ SHA2_384, TWO_BLOCKS_512,
	    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
	    "fcc7c71a557e2db966c3e9fa91746039" },
	{ SHA2_512, "",
	    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3"
	    "e" },
	{ SHA2_512, "abc",
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49"
	    "f" },
	{ SHA2_512, TWO_BLOCKS_256,
	    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
	    "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca344"
	    "5" },
	{ SHA2_512, TWO_BLOCKS_512,
	    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	    "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be90"
	    "9" },
};

static void
expect(enum sha2_algorithm alg, const uint8_t *digest, const char *expected)
{
	char text[HEX_SIZE(SHA2_LEN_MAX)];

	hex_encode(digest, sha2_len(alg), text);
	EQ_STR(text, expected);
}

TEST(nist_messages)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t digest[SHA2_LEN_MAX];

		sha2_digest(vectors[i].alg, vectors[i].message,
		    strlen(vectors[i].message), digest);
		expect(vectors[i].alg, digest, vectors[i].digest);
	}
}

/* NIST's long message, in pieces that meet no block boundary. */
TEST(a_million_times_a)
{
	static const char *const expected[] = {
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112c"
		"d0",
		"9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a"
		"5b"
		"07b8b3dc38ecc4ebae97ddd87f3d8985",
		"e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973"
		"eb"
		"de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc0"
		"9b",
	};
	char piece[997];

	memset(piece, 'a', sizeof(piece));
	for (int alg = SHA2_256; alg <= SHA2_512; alg++) {
		uint8_t digest[SHA2_LEN_MAX];
		size_t left = 1000000;
		struct sha2 h;

		sha2_init(&h, (enum sha2_algorithm)alg);
		while (left > 0) {
			size_t n = left < sizeof(piece) ? left : sizeof(piece);

			sha2_update(&h, piece, n);
			left -= n;
		}
		sha2_final(&h, digest);
		expect((enum sha2_algorithm)alg, digest, expected[alg]);
	}
}

/* Every way to cut a message in two gives the same digest. */
TEST(cuts_do_not_matter)
{
	uint8_t message[300], whole[SHA2_LEN_MAX], parts[SHA2_LEN_MAX];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 31);
	for (int a = SHA2_256; a <= SHA2_512; a++) {
		enum sha2_algorithm alg = (enum sha2_algorithm)a;

		sha2_digest(alg, message, sizeof(message), whole);
		for (size_t cut = 0; cut <= sizeof(message); cut++) {
			struct sha2 h;

			sha2_init(&h, alg);
			sha2_update(&h, message, cut);
			sha2_update(&h, message + cut, sizeof(message) - cut);
			sha2_final(&h, parts);
			EQ_MEM(whole, parts, sha2_len(alg));
		}
	}
}

TEST(a_final_leaves_the_hash_running)
{
	uint8_t once[SHA2_LEN_MAX], again[SHA2_LEN_MAX];
	struct sha2 h;

	sha2_init(&h, SHA2_384);
	sha2_update(&h, "ab", 2);
	sha2_final(&h, once);
	sha2_final(&h, again);
	EQ_MEM(once, again, SHA2_384_LEN);
	sha2_update(&h, NULL, 0);
	sha2_update(&h, "c", 1);
	sha2_final(&h, again);
	sha2_digest(SHA2_384, "abc", 3, once);
	EQ_MEM(once, again, SHA2_384_LEN);
}

TEST(names_and_lengths)
{
	EQ_STR(sha2_name(SHA2_256), "sha256");
	EQ_STR(sha2_name(SHA2_384), "sha384");
	EQ_STR(sha2_name(SHA2_512), "sha512");
	EQ_INT(sha2_len(SHA2_256), 32);
	EQ_INT(sha2_len(SHA2_384), 48);
	EQ_INT(sha2_len(SHA2_512), 64);
}

TAP_MAIN
