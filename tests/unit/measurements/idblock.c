#include "measurements/sev/idblock.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

static struct err e;

static struct eckey
key(const char *hex)
{
	struct eckey k;
	uint8_t d[48];

	EQ_INT(hex_decode(hex, strlen(hex), d, sizeof(d)), 0);
	EQ_INT(eckey_init(ECKEY_P384, d, &k, &e), 0);
	return k;
}

/* The private keys of virtee/sev's and of sev-snp-measure's tests. */
static struct eckey
id_key(void)
{
	return key("cf650914d853f58a2f7447e7bbfd2850febcd4cec4bc5fb9"
		   "152749c903172b4b5a0c0fc9ca8dfb0a29f05627c9db0b2a");
}

static struct eckey
author_key(void)
{
	return key("32a77af3b0eb003152156ed99240453cdd80b9af410e5997"
		   "d25f7c30881432b448e856c5c304f4e9befcb3336699dbb0");
}

static void
eq_hex(const uint8_t *p, size_t len, const char *expected)
{
	char text[256];

	OK(HEX_SIZE(len) <= sizeof(text));
	hex_encode(p, len, text);
	EQ_STR(text, expected);
}

static void
eq_base64(const uint8_t *p, size_t len, const char *expected)
{
	char text[256];

	OK(BASE64_SIZE(len) <= sizeof(text));
	base64_encode(BASE64_STANDARD, p, len, text);
	EQ_STR(text, expected);
}

static void
from_base64(const char *text, uint8_t *ret_p, size_t len)
{
	size_t n = 0;

	EQ_INT(
	    base64_decode(BASE64_STANDARD, text, strlen(text), ret_p, len, &n),
	    0);
	EQ_INT(n, len);
}

TEST(id_blocks_and_key_digests_of_two_other_programs)
{
	struct idblock b = { .policy = IDBLOCK_POLICY };
	uint8_t block[IDBLOCK_LEN], digest[IDKEY_DIGEST_LEN];
	struct eckey id = id_key(), author = author_key();

	EQ_INT(hex_decode("a14d638341e5674628fe1e02fbedebe5e5ab4faf1dd72d89"
			  "66068e615bb99efd13d214b35c231715b38e263dc6059745",
		   96, b.ld, sizeof(b.ld)),
	    0);
	idblock_write(&b, block);
	eq_base64(block, sizeof(block),
	    "oU1jg0HlZ0Yo/h4C++3r5eWrT68d1y2JZgaOYVu5nv0T0hSzXCMXFbOOJj3GBZdF"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAwAAAAAA");
	idkey_digest(&id.pub, digest);
	eq_base64(digest, sizeof(digest),
	    "WfssaG36T+9J84M5qndckAUcKNVzg93DuvO160sUlt87DbvcuuX+J2d6ZEggdz/i");
	idkey_digest(&author.pub, digest);
	eq_base64(digest, sizeof(digest),
	    "7tgRafsMteDsNHlPEo/U4MSkb2fGWhrfqB/LJLzAiMJyNpt//D6ytq9qQoShs2xf");

	from_base64(
	    "B28FLQi9p6cAqipgjFyqawDrrSl7bWioWkWx5mmlWLZ+G5HShKMB/mPE+gdQRn7t",
	    b.ld, sizeof(b.ld));
	idblock_write(&b, block);
	eq_base64(block, sizeof(block),
	    "B28FLQi9p6cAqipgjFyqawDrrSl7bWioWkWx5mmlWLZ+G5HShKMB/mPE+gdQRn7t"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAwAAAAAA");
	id = key("dddcd8eb3ddb93a00dd8d9b53cbbe9bec0bfa2704eb064e8"
		 "809b9168a472631f1d9aebb65caa1717981fc30709f85ac2");
	idkey_digest(&id.pub, digest);
	eq_base64(digest, sizeof(digest),
	    "hwt+NcU/inLQ0yL3WrKvgmJ5Kq9leWIs5BMcPyHyied8sFYKXjuQs5MuZ07HCcsU");
	author = key("944e0a599fa5ade91be12471b73f33c8124ca5d71f3ed06de096d9ea1"
		     "fade26dda58f98f7d336b6bdf826168a8127493");
	idkey_digest(&author.pub, digest);
	eq_base64(digest, sizeof(digest),
	    "YxEcNLv8Ckk4+aAJvQdJgNgXIyPmFZnJ/TNtqGcySOHcqY0L6PdjdqEGuK/UwKBX");
}

/* Reverse the 48 bytes of a field written as hexadecimal, least first. */
static void
put(uint8_t *p, const char *hex)
{
	EQ_INT(hex_decode(hex, 96, p, 48), 0);
}

/* virtee/sev signs at random; with its stored signatures ours is its block. */
TEST(id_auth_is_the_one_of_another_program)
{
	struct idblock b = { .policy = IDBLOCK_POLICY };
	uint8_t block[IDBLOCK_LEN], auth[IDAUTH_LEN], digest[48];
	struct eckey id = id_key(), author = author_key();

	idblock_write(&b, block);
	idauth_sign(block, &id, &author, auth);
	put(auth + 0x40, "e5d3bf7d9bf9e061bd4e8f7c6acae05909a9c3c69f04f318"
			 "f0135eae71ff7d05ef5c8c6b1bc8c047613a7b6f01b738da");
	put(auth + 0x88, "d4194dca67de8381ec6d267c032b03dd3c1f5eafa6aa61e9"
			 "2964e5548bef332b1ae921f26de16ac33b642744d197a5d8");
	put(auth + 0x680, "bb887b94557f568689ff4855c3f7ed99810c3d54ecd42965"
			  "1134dc18dd020ecaa771a34cb97666771aa31f0eb462ea99");
	put(auth + 0x6c8, "f261e8b95da71b2a35425f48a219a77dbb0fee252f64d18c"
			  "e99888b9fb4f70b104011b7dfea3e0349371a2bfaf6f9133");
	sha2_digest(SHA2_384, auth, sizeof(auth), digest);
	eq_hex(digest, sizeof(digest),
	    "711cf8a939ffd9776b762c9b49f2667883dd84b058c9bcd9"
	    "a27283feee71a2c80f6dd5824acacad350ef0508cae17702");
}

/* RFC 6979, A.2.6: P-384 with SHA-384, "sample" */
TEST(signatures_are_those_of_rfc_6979)
{
	struct eckey k =
	    key("6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba"
		"9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5");
	uint8_t sig[ECKEY_SIG_MAX];

	eckey_sign(&k, SHA2_384, "sample", 6, sig);
	eq_hex(sig, 48,
	    "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa7"
	    "3d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46");
	eq_hex(sig + 48, 48,
	    "99ef4aeb15f178cea1fe40db2603138f130e740a19624526"
	    "203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8");
	OK(ecpoint_verify(&k.pub, SHA2_384, "sample", 6, sig));
	OK(!ecpoint_verify(&k.pub, SHA2_384, "simple", 6, sig));
	OK(!ecpoint_verify(&k.pub, SHA2_256, "sample", 6, sig));
}

TEST(what_was_signed_verifies_and_nothing_else_does)
{
	struct idblock b = { .guest_svn = 7, .policy = 0xb0000 }, back;
	uint8_t block[IDBLOCK_LEN], auth[IDAUTH_LEN], again[IDAUTH_LEN];
	uint8_t digest[IDKEY_DIGEST_LEN];
	struct eckey id = id_key(), author = author_key();
	struct idauth a;

	memcpy(b.family_id, "family", 6);
	memcpy(b.image_id, "image", 5);
	idblock_write(&b, block);
	EQ_INT(idblock_read(block, sizeof(block), &back, &e), 0);
	EQ_MEM(&b, &back, sizeof(b));
	idauth_sign(block, &id, &author, auth);
	idauth_sign(block, &id, &author, again);
	EQ_MEM(auth, again, sizeof(auth));
	EQ_INT(idauth_verify(block, auth, sizeof(auth), &a, &e), 0);
	OK(a.has_author);
	idkey_digest(&id.pub, digest);
	EQ_MEM(a.id_key_digest, digest, sizeof(digest));
	idkey_digest(&author.pub, digest);
	EQ_MEM(a.author_key_digest, digest, sizeof(digest));
	for (size_t i = 0; i < sizeof(auth); i += i < 0x100 ? 1 : 61) {
		auth[i] ^= 1;
		EQ_INT(idauth_verify(block, auth, sizeof(auth), &a, &e), -1);
		auth[i] ^= 1;
	}
	for (size_t i = 0; i < sizeof(block); i += 5) {
		block[i] ^= 0x80;
		EQ_INT(idauth_verify(block, auth, sizeof(auth), &a, &e), -1);
		EQ_INT(e.code, ERR_DENIED);
		block[i] ^= 0x80;
	}
	idauth_sign(block, &id, NULL, auth);
	EQ_INT(idauth_verify(block, auth, sizeof(auth), &a, &e), 0);
	OK(!a.has_author);
}

TEST(refuses_what_the_firmware_refuses)
{
	struct idblock b = { .policy = IDBLOCK_POLICY };
	uint8_t block[IDBLOCK_LEN], auth[IDAUTH_LEN];
	struct eckey id = id_key();
	struct idauth a;

	EQ_INT(idblock_check_policy(IDBLOCK_POLICY, &e), 0);
	EQ_INT(idblock_check_policy(0x3ffffff, &e), 0);
	EQ_INT(idblock_check_policy(0x10000, &e), -1);
	EQ_STR(e.msg, "policy 0x10000: bit 17 must be set");
	EQ_INT(idblock_check_policy(0x4030000, &e), -1);
	idblock_write(&b, block);
	EQ_INT(idblock_read(block, 95, &b, &e), -1);
	EQ_STR(e.msg, "ID block of 95 bytes, not 96");
	idauth_sign(block, &id, NULL, auth);
	EQ_INT(idauth_verify(block, auth, 4095, &a, &e), -1);
	EQ_STR(e.msg, "ID auth of 4095 bytes, not 4096");
	auth[0x240] = 1;
	EQ_INT(idauth_verify(block, auth, sizeof(auth), &a, &e), -1);
	EQ_STR(e.msg,
	    "ID auth: ID key at offset 0x240: curve 1, not 2 (P-384)");
	block[0x50] = 2;
	EQ_INT(idblock_read(block, sizeof(block), &b, &e), -1);
	EQ_STR(e.msg, "ID block: version 2 at offset 0x50, not 1");
}

TAP_MAIN
