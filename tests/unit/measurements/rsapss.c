/*
 * RSASSA-PSS. The key and the signatures of "abc" (SHA-384, a salt of 48
 * bytes; and PKCS#1 v1.5) are openssl's.
 */
#include "measurements/format/rsapss.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

static const char modulus[] =
    "9f3efd401fab74c9670b7a22f33532fce85b62b3210b84aed34514817f7dfa66"
    "bff55d218b0da553f71fcd6e88c2c3848b2db8c3318f191a6a6a9a269d4d380d"
    "93ae11bafc7211ecb0dbb9abb07211ff19bf9650cc8dfc8ab9f22266993309d4"
    "6ebf40b7ac190657e1ae411e3da38a61de588a6592a32610b3f8904c252ca1cb"
    "2a9b67e231fa1a69615cef272d28eae4727fc28449f6a46e9287a3b9f8d2f1ec"
    "bee7fd588c97171d9c8a10097b5acf1a722bf53e731c89ab001ba651bf544316"
    "34470f3bf75aaeb3ffdde247f6ac473a68de49f69cfcc157e4f166ecb19c0494"
    "b5c32810a4cab0443b140c1015688b1ef43ba65e5373a4583616c9935f8ae441";

static const char signature[] =
    "63eb57a61b92e69ecf6ecbc5a504e18b73907ec9b200cb78125e943346297e8c"
    "f0a9a5b9ee8e4d8b5a9d9fd0a0fc023c531864ba7863d8c44794f0611fbd362a"
    "06f0c54c1e8541c9527ac70f23445f0fd6ce919df6bc9fa28fb24c520f79724d"
    "ecf851c8115147cb1a70c8a466b729037092da48f404b94b9fc305f7664e5cae"
    "2dbc2eb5bff0c84283cc06da2cd97b5ed3f25e62b873912967bf63de170d6ecf"
    "f33aad54e667beee5f6636948835166e21008a5151db6046b7ec67118074386a"
    "e317aa23054dfb41d2736784471932daa4744b4339f64e3461f0be0b720c6048"
    "583bd98841455a6b4847e32636a9ad72053ce491a0690cd2aa4c83e032607c80";

static const char pkcs1[] =
    "8927bb8df474ace5dfb00f938ad01a204122fa7072d9dd6ca35a426b8ef7d2c7"
    "056ad40efed668a7beee04f875b7efb64471e4117d7adc732c663fd430eb4d15"
    "ac733b2cbcd68bb7bbcc1e9069cea2f8cb102f8d9f08d92333c7ae2cbd775e21"
    "96cb8c6d75b051afddebbc4c291af83a673b3d8549b798a9acbdf853ceb9ba07"
    "e149542beac6dd2103468b8da8dd5e4366842d2ad1fbb38643479391d8d2edef"
    "eccf817830e24a16d6cd1e25b1a29370febcf051a44323a0ca14c1037b93d37c"
    "bd89ba7706b7ce63ce1f8c476acfb968135b00b90dadbada47fcec2afc43e02c"
    "2ef617ebf569bd01ff4eca1049698e573a235c4af010dcbf59772e0f69c43eae";

static const uint8_t exponent[] = { 1, 0, 1 };
static uint8_t n[256], sig[256];

static bool
verify(size_t salt_len, enum sha2_algorithm hash, const char *data)
{
	struct rsapss p = { hash, salt_len };

	return rsapss_verify(&p, span_of(n, sizeof(n)),
	    span_of(exponent, sizeof(exponent)), span_of(data, strlen(data)),
	    span_of(sig, sizeof(sig)));
}

static void
load(const char *hex)
{
	EQ_INT(hex_decode(modulus, strlen(modulus), n, sizeof(n)), 0);
	EQ_INT(hex_decode(hex, strlen(hex), sig, sizeof(sig)), 0);
}

TEST(verifies_what_openssl_signs)
{
	load(signature);
	OK(verify(48, SHA2_384, "abc"));
	OK(!verify(48, SHA2_384, "abd"));
	OK(!verify(47, SHA2_384, "abc"));
	OK(!verify(49, SHA2_384, "abc"));
	OK(!verify(0, SHA2_384, "abc"));
	OK(!verify(48, SHA2_256, "abc"));
	OK(!verify(300, SHA2_384, "abc"));
}

TEST(every_bit_of_the_signature_counts)
{
	load(signature);
	for (size_t i = 0; i < sizeof(sig); i += 5) {
		sig[i] ^= 1;
		OK(!verify(48, SHA2_384, "abc"));
		sig[i] ^= 1;
	}
	n[200] ^= 2;
	OK(!verify(48, SHA2_384, "abc"));
}

TEST(another_padding_is_not_pss)
{
	load(pkcs1);
	OK(!verify(48, SHA2_384, "abc"));
}

TEST(refuses_sizes_that_are_none)
{
	struct rsapss p = { SHA2_384, 48 };
	struct span e = span_of(exponent, 3), data = span_of("abc", 3);
	struct span key, s;

	load(signature);
	key = span_of(n, sizeof(n));
	s = span_of(sig, sizeof(sig));
	OK(rsapss_verify(&p, key, e, data, s));
	OK(!rsapss_verify(&p, key, span_of(NULL, 0), data, s));
	OK(!rsapss_verify(&p, key, e, data, span_of(sig, 255)));
	OK(!rsapss_verify(&p, span_of(n, 255), e, data, span_of(sig, 255)));
	n[0] &= 0x7f;
	OK(!rsapss_verify(&p, key, e, data, s));
}

TEST(parameters_are_one_hash_twice)
{
	/* SHA-384, MGF1 with SHA-384, a salt of 48, trailer 1 */
	static const char good[] =
	    "3039a00f300d06096086480165030402020500a11c30"
	    "1a06092a864886f70d010108300d0609608648016503"
	    "0402020500a203020130a303020101";
	uint8_t p[59];
	struct rsapss got;

	EQ_INT(hex_decode(good, strlen(good), p, sizeof(p)), 0);
	OK(rsapss_params(span_of(p, sizeof(p)), &got));
	EQ_INT(got.hash, SHA2_384);
	EQ_INT(got.salt_len, 48);
	OK(!rsapss_params(span_of(p, sizeof(p) - 1), &got));
	p[16] = 1; /* SHA-256 outside, SHA-384 within */
	OK(!rsapss_params(span_of(p, sizeof(p)), &got));
	p[16] = 4;
	OK(!rsapss_params(span_of(p, sizeof(p)), &got));
	OK(!rsapss_params(span_of("\x30\x00", 2), &got));
}

TAP_MAIN
