/* What s390-tools publishes for its own header, slot and component code. */
#include "measurements/se/sehdr.h"
#include "codec/hex.h"
#include "measurements/se/seattest.h"
#include "tests/lib/tap.h"

static struct err e;

static void
bytes(const char *hex, void *ret_p, size_t len)
{
	EQ_INT(hex_decode(hex, strlen(hex), ret_p, len), 0);
}

static void
eq_hex(const void *p, size_t len, const char *expected)
{
	char text[512];

	OK(HEX_SIZE(len) <= sizeof(text));
	hex_encode(p, len, text);
	EQ_STR(text, expected);
}

/* s390-tools, rust/pv/tests/assets/exp/secure_guest.hdr */
static void
secure_guest(uint8_t ret_hdr[640])
{
	bytes(
	    "49424d536563457800000100000002804dc42a795fd9d2e4a40fcb3300000000"
	    "00000000000000010000000000000080000000000000fc250000000000000000"
	    "0000000000000000000000000000013fa57395f4d35560d55565d84347035d62"
	    "fc161c3a6d5db61a358302d25e71b66ce90705d45d828c237d81b251a145879e"
	    "0dd5e9a0448290ced028c87feca852fd000000000000000000000000000001a5"
	    "03d17cebf3ae922409a66bbbd15de2039023f4adc1db218a2f58bdfa9b263dad"
	    "e6cf786b782941662189caba4659c9599541ba89338e6c8d353a9be4304662cb"
	    "be94b5eab3c1b118c757d7db7ea0f65d9b64823a8dc55bf8a8725b58072d9d42"
	    "58c53e8a5da82dfb2192d91d07bc1c39b95d6321d3ba16a751a6e3e32f3e0161"
	    "2858c3368b2a0af0c5ea0fde7905eb15af9cd1dd737165933cdaa2b850b6a8e2"
	    "f0f42c7b36dd5381096288dc092daa8a6facec2534137bc94ca80bda4fcb9328"
	    "4860ebcf7b9d24eb909a795356ad32c936b62165988a9ffcd66170dbc590c230"
	    "10d7952fa882d1bb79558f9be0a549d8d7a94ae720e5c0760a825d479fe67af5"
	    "782966a6298f6f5968780c3134ca4c55958d2dbca5292f59e9f5d2670befaf2f"
	    "5ba3401e8dde0d01dc1f971edfe8c81c3ced6d39e887225b4e9c34b5d5bebeff"
	    "19af21eb7c50e34b0a93cf0b2f1a6f8a8e883a7a8efa9094e232d375ce377c61"
	    "2a977b31c13810d530764dcd577bc1e50570a817ab75e46a7fdcdfcb7f89a1a6"
	    "f0a0bcba2d32c5a8d2f4078160069014fabe2a3acd87c0d1eae8151931b842cf"
	    "d042f4d2cb40ffbd0a66cef51532f8f769d63dea75cd62efea635d7cb43f5482"
	    "689635a16ff3c216591c1e0273b5136e92309d4589b9a85b427f8753171d1520",
	    ret_hdr, 640);
}

/* The public key of rust/pv/tests/assets/keys/host.pem.crt */
static struct ecpoint
host_key(void)
{
	struct ecpoint pt;
	uint8_t b[ECKEY_POINT_MAX];

	bytes("040176881cd84b8b6de7123c7e900edf78e7f7b684999146b1263ba8b86c8447"
	      "f08ab6d469c2b128ed9e1c35015805acd3d30233d39122f7e2f8aa1c2b147b78"
	      "83b40600c34556c25cf92f29ce66bd44114d6b7b3c78e13a3f90bdb90040f687"
	      "6e5262f778a61a937d1b34802eb257e34e0672dd5f2a347addaa282035092a70"
	      "c35c2e7973",
	    b, sizeof(b));
	EQ_INT(ecpoint_parse(ECKEY_P521, b, sizeof(b), &pt, &e), 0);
	return pt;
}

/* rust/pv/tests/assets/keys/private_cust.bin */
static struct eckey
customer_key(void)
{
	uint8_t d[ECKEY_LEN_MAX] = { 0 };
	struct eckey k;

	memset(d + 1, 0x88, sizeof(d) - 1);
	d[1] = 1;
	EQ_INT(eckey_init(ECKEY_P521, d, &k, &e), 0);
	return k;
}

TEST(reads_the_published_header)
{
	uint8_t b[640];
	struct sehdr h;

	secure_guest(b);
	EQ_INT(sehdr_parse(b, sizeof(b), &h, &e), 0);
	EQ_INT(h.size, 640);
	EQ_INT(h.n_slots, 1);
	EQ_INT(h.pcf, 0);
	EQ_INT(h.digests.nep, 0xfc25);
	eq_hex(h.tag, sizeof(h.tag), "92309d4589b9a85b427f8753171d1520");
	eq_hex(h.slots, SEHDR_HASH,
	    "782966a6298f6f5968780c3134ca4c55"
	    "958d2dbca5292f59e9f5d2670befaf2f");
	eq_hex(h.digests.pld, 64,
	    "be94b5eab3c1b118c757d7db7ea0f65d9b64823a8dc55bf8a8725b58072d9d42"
	    "58c53e8a5da82dfb2192d91d07bc1c39b95d6321d3ba16a751a6e3e32f3e0161");
}

TEST(keys_and_slots_are_the_published_ones)
{
	uint8_t public_key[SEHDR_PUBLIC], slot[SEHDR_SLOT];
	uint8_t header_key[SEAES_KEY_LEN];
	struct ecpoint host = host_key();
	struct eckey customer = customer_key();

	sehdr_public(&customer.pub, public_key);
	eq_hex(public_key, sizeof(public_key),
	    "000000000000000000000000000000c75d34f91652db457b0b209c46a491a44e"
	    "e2b16e23c2d8daf116678a62f24ce332c5995f08456b66b16dd55a92c507f1e3"
	    "1af78c64a82e7a541b15135015f2028600000000000000000000000000000140"
	    "8058a7f1a5c35097533a02a93879e7de67ba280bce8365ec94b2b908f589c3a9"
	    "98d8be1e6307d74ae01adc46825ff6bb6fa05c1147cfe2ccf4a24f3d833dda70");
	memset(header_key, 0x17, sizeof(header_key));
	sehdr_wrap(&customer, &host, header_key, slot);
	eq_hex(slot, sizeof(slot),
	    "415c25a5d19c381e619733e1c1b7fbd88bdd1c31d882d5ade04b97043c5010f0"
	    "c07743c154ac20653815af37b196ad1ef8e847690c5c1ef985291df18e6870d8"
	    "a038978d7ccb85b5b32bd40c15c6353f");
}

/* rust/pvimg/src/pv_utils/secured_comp.rs */
TEST(component_digests_are_the_published_ones)
{
	uint8_t key[SEAES_XTS_KEY_LEN], one[0x3400], two[0x3000];
	struct secomp_digests d;
	struct seaes_xts x;
	struct secomp c;
	struct buf out;

	memset(key, 0x42, 32);
	memset(key + 32, 0x43, 32);
	memset(one, 1, sizeof(one));
	memset(two, 2, sizeof(two));
	buf_init(&out, 0x10000);
	secomp_init(&c);
	seaes_xts_init(&x, key, true);
	EQ_INT(
	    secomp_seal(&c, &x, 0x42, 0x10000, span_of(one, sizeof(one)), &out),
	    0x4000);
	EQ_INT(
	    secomp_seal(&c, &x, 0x42, 0x20000, span_of(two, sizeof(two)), &out),
	    0x3000);
	secomp_final(&c, &d);
	EQ_INT(d.nep, 7);
	eq_hex(d.ald, 64,
	    "c391de5727a08212ea2fea9c37f9cf090be51f93c6d521b8906332ce720c5f38"
	    "ada0e73e69663e5211d015fef41dc62606f5135e619904d4f450ab889f49caad");
	eq_hex(d.pld, 64,
	    "a24ff30a8af1295888dedfe9369eb509290309a90159ebc32ca26a53f9d4364a"
	    "781857e2590587536c3e767355c7b7603f2b0c6a407f16330d82128d0964fad2");
	eq_hex(d.tld, 64,
	    "424fe3cf04a6f64a7aef185c3b4ef607c0e4f54bb7e14620b574a3d31eef31c7"
	    "d462eb040d45ee6918e6b80968ba4454f9e2edc26f6929ed624d0055f2355659");
	seaes_xts_init(&x, key, false);
	secomp_tweak(0x42, key);
	secomp_next_tweak(key);
	seaes_xts_run(&x, key, out.p + SECOMP_PAGE, SECOMP_PAGE);
	EQ_MEM(out.p + SECOMP_PAGE, one + SECOMP_PAGE, SECOMP_PAGE);
	buf_release(&out);
}

/* IEEE 1619-2007, B.11: vector 10, AES-256, the first two blocks */
TEST(xts_is_that_of_the_standard)
{
	uint8_t key[64], tweak[16] = { 0xff }, data[32];
	struct seaes_xts x;

	bytes(
	    "2718281828459045235360287471352662497757247093699959574966967627"
	    "3141592653589793238462643383279502884197169399375105820974944592",
	    key, sizeof(key));
	for (int i = 0; i < 32; i++)
		data[i] = (uint8_t)i;
	seaes_xts_init(&x, key, true);
	seaes_xts_run(&x, tweak, data, sizeof(data));
	eq_hex(data, sizeof(data),
	    "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b");
	seaes_xts_init(&x, key, false);
	seaes_xts_run(&x, tweak, data, sizeof(data));
	for (int i = 0; i < 32; i++)
		EQ_INT(data[i], i);
}

TEST(tweaks_carry_into_the_next_byte)
{
	uint8_t t[SEAES_BLOCK];

	memset(t, 0xff, sizeof(t));
	t[0] = 7;
	t[15] = 0xab;
	secomp_next_tweak(t);
	eq_hex(t, sizeof(t), "08000000000000000000000000000fab");
}

static void
measure(const struct seattest *a, const char *expected)
{
	uint8_t key[SEATTEST_KEY], m[SEATTEST_LEN];

	memset(key, 0x41, sizeof(key));
	seattest_measure(a, key, m);
	eq_hex(m, sizeof(m), expected);
}

/* rust/pv/src/uvattest/attest.rs */
TEST(attestation_measurements_are_the_published_ones)
{
	uint8_t b[64 * 3 + 16 + 16 + 256 + 16 + 128] = { 0 };
	struct seattest a = { .pld = b,
		.ald = b + 64,
		.tld = b + 128,
		.tag = b + 192,
		.cuid = b + 208,
		.user = span_of(b + 224, 256),
		.nonce = b + 480,
		.additional = span_of(b + 496, 128) };

	memset(b, 1, 64);
	memset(b + 64, 2, 64);
	memset(b + 128, 3, 64);
	memset(b + 192, 4, 16);
	memset(b + 208, 5, 16);
	memset(b + 224, 7, 256);
	memset(b + 480, 8, 16);
	memset(b + 496, 9, 128);
	measure(&a,
	    "88794c62cce7bcf26216deb3f48f13fea6374b6d7e35bcc5c2ce68121db6f45d"
	    "fc8c171856463549408bf8e7d1aca11efad0a878af97dc9e21a1fc2a32f3a675");
	a.nonce = NULL;
	measure(&a,
	    "fbd4f738a390edd947cd4f11af3a2f3bab2fdf8bf89bf81beb495117f4382cf4"
	    "2f0730c8c7d9e3ca27fb25adfceb21224f57fdb398dcf41a83c146e6a23db760");
	a.user = span_of(NULL, 0);
	measure(&a,
	    "63671fbf295036eb1023ea71f7182e7d6343dc7b2da584e824d0a7d198ab9cde"
	    "d756c93b39050ffb764555b01f88cb82017a6a15c7e0bafc6005f1e4f78aa124");
	a.additional = span_of(NULL, 0);
	measure(&a,
	    "c5c34c93835d1ec23f5c2d778dfa20129b11b305601742cb2f38e0ed9894dcdb"
	    "73fc8695ab6a8dbad0744073ddc81a5eaafa52e4a15af8deb8d761091922847f");
}

/* A header of our own for n hosts, all of them the same. */
static void
build(size_t n, struct buf *out)
{
	static struct ecpoint hosts[SEHDR_SLOTS_MAX];
	static const uint8_t key[SEAES_KEY_LEN] = { 9 }, iv[SEAES_IV_LEN];
	struct eckey image = customer_key();
	struct sehdr_plan plan = { .image = &image,
		.hosts = hosts,
		.n_hosts = n,
		.header_key = key,
		.iv = iv,
		.pcf = SEHDR_PCF_PCKMO,
		.digests = { .nep = 3 },
		.conf = { .cck = { 1 },
		    .image_key = { 2 },
		    .psw_mask = SEHDR_PSW_MASK,
		    .psw_addr = 0x1234,
		    .scf = SEHDR_SCF_CCK_UPDATE } };

	hosts[0] = host_key();
	for (size_t i = 1; i < n; i++)
		hosts[i] = hosts[0];
	EQ_INT(sehdr_build(&plan, out, &e), 0);
	EQ_INT(out->len, sehdr_size(n));
	plan.n_hosts = SEHDR_SLOTS_MAX + 1;
	EQ_INT(sehdr_build(&plan, out, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(what_was_built_opens_with_its_key_only)
{
	uint8_t key[SEAES_KEY_LEN] = { 9 };
	struct sehdr_conf c;
	struct sehdr h;
	struct buf b;

	buf_init(&b, SEHDR_MAX);
	build(2, &b);
	EQ_INT(sehdr_parse(b.p, b.len, &h, &e), 0);
	EQ_INT(sehdr_open(&h, key, &c, &e), 0);
	EQ_INT(c.cck[0], 1);
	EQ_INT(c.image_key[0], 2);
	EQ_INT(c.psw_mask, SEHDR_PSW_MASK);
	EQ_INT(c.psw_addr, 0x1234);
	EQ_INT(c.scf, SEHDR_SCF_CCK_UPDATE);
	OK(sehdr_find_slot(&h, h.slots) == h.slots);
	key[31] = 1;
	EQ_INT(sehdr_open(&h, key, &c, &e), -1);
	EQ_INT(e.code, ERR_DENIED);
	key[31] = 0;
	for (size_t i = SEHDR_FIXED; i < b.len; i += 7) {
		b.p[i] ^= 4;
		EQ_INT(sehdr_parse(b.p, b.len, &h, &e), 0);
		EQ_INT(sehdr_open(&h, key, &c, &e), -1);
		b.p[i] ^= 4;
	}
	buf_release(&b);
}

TEST(a_header_has_at_most_two_pages)
{
	struct sehdr h;
	struct buf b;

	buf_init(&b, SEHDR_MAX);
	build(SEHDR_SLOTS_MAX, &b);
	EQ_INT(sehdr_parse(b.p, b.len, &h, &e), 0);
	EQ_INT(h.n_slots, SEHDR_SLOTS_MAX);
	OK(sehdr_size(SEHDR_SLOTS_MAX + 1) > SEHDR_MAX);
	buf_release(&b);
}

TEST(refusals_name_offset_and_rule)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} cases[] = {
		{ 0, 'X', "SE header: no magic (IBMSecEx) at offset 0" },
		{ 10, 2,
		    "SE header: version 0x200 at offset 0x8, known is 0x100" },
		{ 15, 0x90,
		    "SE header: size 656 at offset 0xc, 1 key slots make 640" },
		{ 31, 1, "SE header: reserved bytes at offset 0x1c are set" },
		{ 39, 0, "SE header: 0 key slots at offset 0x20, not 1 to 95" },
		{ 39, 96,
		    "SE header: 96 key slots at offset 0x20, not 1 to 95" },
		{ 47, 0xa4,
		    "SE header: encrypted area of 164 bytes at offset 0x28, "
		    "known is 128 (no optional items)" },
	};
	uint8_t b[640];
	struct sehdr h;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		secure_guest(b);
		b[cases[i].at] = cases[i].value;
		EQ_INT(sehdr_parse(b, sizeof(b), &h, &e), -1);
		EQ_STR(e.msg, cases[i].text);
	}
	secure_guest(b);
	EQ_INT(sehdr_parse(b, 639, &h, &e), -1);
	EQ_STR(e.msg, "SE header: truncated at offset 0x27f of 0x280");
	EQ_INT(sehdr_parse(b, 100, &h, &e), -1);
	EQ_STR(e.msg,
	    "SE header: truncated at offset 0x64, the least is 0x230");
	EQ_INT(sehdr_parse(b, 3, &h, &e), -1);
}

TEST(flags_have_names)
{
	struct buf b;

	buf_init(&b, 256);
	sehdr_flag_names(SEHDR_PCF_PCKMO | SEHDR_PCF_DUMP | 1, false, &b);
	EQ_STR(buf_str(&b),
	    "allow-dumping,pckmo-dea-tdea,pckmo-aes,pckmo-ecc,bit-63");
	EQ_INT(SEHDR_PCF_PCKMO, 0xe0);
	buf_release(&b);
}

TAP_MAIN
