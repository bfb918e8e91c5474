#include "crypto/hmac.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

static const char *
hex(enum hmac_hash hash, const uint8_t *p)
{
	static char out[HEX_SIZE(HMAC_LEN_MAX)];

	hex_encode(p, hmac_len(hash), out);
	return out;
}

static const char *
digest(enum hmac_hash hash, const char *s)
{
	uint8_t d[HMAC_LEN_MAX];

	hmac_digest(hash, s, strlen(s), d);
	return hex(hash, d);
}

/* RFC 1321, A.5; FIPS 180-4's examples. */
TEST(digests)
{
	EQ_STR(digest(HMAC_MD5, ""), "d41d8cd98f00b204e9800998ecf8427e");
	EQ_STR(digest(HMAC_MD5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
	EQ_STR(digest(HMAC_SHA1, "abc"),
	    "a9993e364706816aba3e25717850c26c9cd0d89d");
	EQ_STR(digest(HMAC_SHA256, "abc"),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 2202 and RFC 4231, test case 2. */
TEST(codes)
{
	static const char data[] = "what do ya want for nothing?";
	static const struct {
		enum hmac_hash hash;
		const char *want;
	} rows[] = {
		{ HMAC_MD5, "750c783e6ab0b503eaa86e310a5db738" },
		{ HMAC_SHA1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
		{ HMAC_SHA256, "5bdcc146bf60754e6a042426089575c7"
			       "5a003f089d2739839dec58b964ec3843" },
		{ HMAC_SHA512, "164b7a7bfcf819e2e395fbe73b56e0a3"
			       "87bd64222e831fd610270cd7ea250554"
			       "9758bf75c05a994a6d034f65f8f0e6fd"
			       "caeab1a34d4a6b4b636e070a38bce737" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t d[HMAC_LEN_MAX];

		hmac_compute(rows[i].hash, "Jefe", 4, data, strlen(data), d);
		EQ_STR(hex(rows[i].hash, d), rows[i].want);
	}
}

TEST(comparison)
{
	OK(hmac_same("abc", "abc", 3));
	OK(!hmac_same("abc", "abd", 3));
	OK(hmac_same("", "", 0));
}

TAP_MAIN
