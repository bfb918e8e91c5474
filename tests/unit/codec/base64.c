#include "codec/base64.h"
#include "tests/lib/tap.h"

/* RFC 4648, 10; the second spelling is base64url without padding. */
static const char *const vectors[][3] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbe", "+/++", "-_--" },
};

enum {
	N_VECTORS = sizeof(vectors) / sizeof(vectors[0])
};

static int
decode(enum base64_form form, const char *s, uint8_t *dst, size_t size,
    size_t *n)
{
	return base64_decode(form, s, strlen(s), dst, size, n);
}

TEST(rfc_4648_vectors)
{
	for (size_t i = 0; i < N_VECTORS; i++) {
		for (int form = 0; form < 2; form++) {
			const char *text = vectors[i][1 + form];
			size_t len = strlen(vectors[i][0]), n = 99;
			uint8_t bytes[8];
			char out[16];

			EQ_INT(base64_encode((enum base64_form)form,
				   vectors[i][0], len, out),
			    strlen(text));
			EQ_STR(out, text);
			EQ_INT(
			    decode((enum base64_form)form, text, bytes, 6, &n),
			    0);
			EQ_INT(n, len);
			EQ_MEM(bytes, vectors[i][0], len);
		}
	}
}

TEST(refuses_what_is_not_canonical)
{
	static const char *const bad[] = {
		"Zh==", "Zm9=", "Zm9vYh==",      /* bits that are dropped */
		"Zg", "Zm8", "Zg=", "Z", "Z===", /* padding missing */
		"Zm9v====", "====", "=", "==", "Zm9v=",     /* too much of it */
		"Zg==Zg==", "Z=g=", "=Zg=", "Zm9vZg==Zm9v", /* inside */
		" Zg==", "Zg== ", "Zg==\n", "Zm9v\n", "Zm 9v", "Zm9v\r\n",
		"-_--", "Zm9*", "Zm9\x80", /* another alphabet */
	};
	uint8_t bytes[16];
	size_t n = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EQ_INT(decode(BASE64_STANDARD, bad[i], bytes, 16, &n), -1);
	EQ_INT(base64_decode(BASE64_STANDARD, "Zm9\0", 4, bytes, 16, &n), -1);
	EQ_INT(n, 42);
}

TEST(url_form_refuses_padding_and_the_standard_alphabet)
{
	static const char *const bad[] = { "Zg==", "Zm8=", "+/++", "Zh", "Zm9",
		"Z", "Zm9vZ", "Zg\n" };
	uint8_t bytes[16];
	size_t n;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EQ_INT(decode(BASE64_URL, bad[i], bytes, 16, &n), -1);
}

TEST(room_is_exact)
{
	uint8_t bytes[4];
	size_t n;

	EQ_INT(decode(BASE64_STANDARD, "Zm9vYg==", bytes, 4, &n), 0);
	EQ_INT(n, 4);
	EQ_INT(decode(BASE64_STANDARD, "Zm9vYg==", bytes, 3, &n), -1);
	EQ_INT(decode(BASE64_STANDARD, "", NULL, 0, &n), 0);
	EQ_INT(n, 0);
}

/* What is accepted is what would be written: one spelling a value. */
TEST(accepts_one_spelling_of_each_pair)
{
	int accepted = 0;

	for (int a = 1; a < 256; a++) {
		for (int b = 1; b < 256; b++) {
			char in[5] = { (char)a, (char)b, '=', '=', '\0' };
			char out[BASE64_SIZE(1)];
			uint8_t byte;
			size_t n;

			if (decode(BASE64_STANDARD, in, &byte, 1, &n) < 0)
				continue;
			base64_encode(BASE64_STANDARD, &byte, n, out);
			EQ_STR(out, in);
			accepted++;
		}
	}
	EQ_INT(accepted, 256);
}

TEST(bytes_of_all_lengths_come_back)
{
	uint8_t in[100], out[BASE64_BYTES(BASE64_SIZE(100))];
	char text[BASE64_SIZE(100)];

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 167 + 13);
	for (size_t len = 0; len <= sizeof(in); len++) {
		for (int form = 0; form < 2; form++) {
			enum base64_form f = (enum base64_form)form;
			size_t n = base64_encode(f, in, len, text), back;

			OK(n < sizeof(text) && len <= BASE64_BYTES(n));
			EQ_INT(base64_decode(f, text, n, out, len, &back), 0);
			EQ_INT(back, len);
			EQ_MEM(in, out, len);
		}
	}
}

TAP_MAIN
