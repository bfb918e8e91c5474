#include <string.h>

#include "measurements/format/authcode.h"
#include "measurements/format/efisig.h"
#include "measurements/format/le.h"
#include "tests/lib/tap.h"

static struct err e;

/* Lists with 2 and 1 signatures of 4 bytes of data. */
static uint8_t db[2 * 28 + 3 * 20 + 4];

static void
build(void)
{
	memset(db, 0, sizeof(db));
	memcpy(db, efisig_sha256.b, GUID_LEN);
	le_put32(db + 16, 28 + 4 + 40);
	le_put32(db + 20, 4); /* a header of its own */
	le_put32(db + 24, 20);
	memcpy(db + 32 + 16, "aaaa", 4);
	memcpy(db + 52 + 16, "bbbb", 4);
	memcpy(db + 72, efisig_x509.b, GUID_LEN);
	le_put32(db + 72 + 16, 28 + 20);
	le_put32(db + 72 + 24, 20);
	memcpy(db + 100 + 16, "cccc", 4);
}

static int
count(size_t len)
{
	struct span s = span_of(db, len);
	struct efisig_iter it;
	struct efisig sig;
	int n = 0, rc;

	efisig_init(&it, &s);
	while ((rc = efisig_next(&it, &sig, &e)) > 0)
		n++;
	return rc < 0 ? -1 : n;
}

TEST(walks_all_lists)
{
	struct span s = span_of(db, sizeof(db));
	struct efisig_iter it;
	struct efisig sig;

	build();
	EQ_INT(count(sizeof(db)), 3);
	EQ_INT(count(0), 0);
	EQ_INT(count(72), 2);
	efisig_init(&it, &s);
	for (int i = 0; i < 3; i++)
		EQ_INT(efisig_next(&it, &sig, &e), 1);
	EQ_MEM(sig.data.p, "cccc", 4);
	EQ_MEM(sig.type.b, efisig_x509.b, GUID_LEN);
	EQ_INT(span_len(&sig.bytes), 20);
}

TEST(refuses_lists_that_do_not_fit)
{
	static const struct {
		size_t at;
		uint32_t value;
	} rows[] = { { 16, 73 }, { 16, 27 }, { 16, 500 }, { 16, 0 },
		{ 20, 100 }, { 24, 0 }, { 24, 16 }, { 24, 19 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build();
		le_put32(db + rows[i].at, rows[i].value);
		EQ_INT(count(sizeof(db)), -1);
		EQ_INT(e.code, ERR_SYNTAX);
	}
	build();
	EQ_INT(count(71), -1);
	EQ_INT(count(80), -1);
}

/* DER, built from the inside out: put the tag and length before the bytes. */
struct der {
	uint8_t b[512];
	size_t len;
};

static struct der
der(uint8_t tag, const struct der *parts, size_t n)
{
	struct der r = { .len = 0 }, body = { .len = 0 };

	for (size_t i = 0; i < n; i++) {
		memcpy(body.b + body.len, parts[i].b, parts[i].len);
		body.len += parts[i].len;
	}
	r.b[r.len++] = tag;
	if (body.len >= 128) {
		r.b[r.len++] = 0x82;
		r.b[r.len++] = (uint8_t)(body.len >> 8);
	}
	r.b[r.len++] = (uint8_t)body.len;
	memcpy(r.b + r.len, body.b, body.len);
	r.len += body.len;
	return r;
}

static struct der
text(uint8_t tag, const char *s)
{
	struct der r = { .len = 2 + strlen(s) };

	r.b[0] = tag;
	r.b[1] = (uint8_t)strlen(s);
	memcpy(r.b + 2, s, strlen(s));
	return r;
}

static struct der
cert(const char *serial, const char *issuer, const char *subject)
{
	struct der version = text(2, "\2");
	struct der tbs[] = { der(0xa0, &version, 1), text(2, serial),
		text(0x30, ""), text(0x30, issuer), text(0x30, ""),
		text(0x30, subject), text(0x30, "key") };
	struct der all[] = { der(0x30, tbs, 7), text(0x30, ""),
		text(3, "sig") };

	return der(0x30, all, 3);
}

/* An attribute certificate table with one PKCS #7, signed by "leaf". */
static struct der
table(const char *signer_serial)
{
	struct der certs[] = { cert("1", "middle", "leaf"),
		cert("2", "root", "middle") };
	struct der who[] = { text(0x30, "middle"), text(2, signer_serial) };
	struct der info[] = { text(2, "\1"), der(0x30, who, 2) };
	struct der infos = der(0x30, info, 2);
	struct der data[] = { text(2, "\1"), text(0x31, ""), text(0x30, ""),
		der(0xa0, certs, 2), der(0x31, &infos, 1) };
	struct der signed_data = der(0x30, data, 5);
	struct der content[] = { text(6, "oid"), der(0xa0, &signed_data, 1) };
	struct der pkcs7 = der(0x30, content, 2), r = { .len = 0 };

	le_put32(r.b, (uint32_t)(8 + pkcs7.len));
	le_put16(r.b + 4, 0x200);
	le_put16(r.b + 6, 2);
	memcpy(r.b + 8, pkcs7.b, pkcs7.len);
	r.len = (8 + pkcs7.len + 7) / 8 * 8;
	return r;
}

static bool
leads_to(const struct authcode *a, struct der c)
{
	struct span s = span_of(c.b, c.len);

	return authcode_leads_to(a, &s);
}

TEST(follows_the_chain_of_certificates)
{
	struct der t = table("1");
	struct span s = span_of(t.b, t.len);
	struct authcode a;

	EQ_INT(authcode_parse(&s, &a, &e), 0);
	EQ_INT(a.n, 2);
	OK(leads_to(&a, cert("1", "middle", "leaf")));
	OK(leads_to(&a, cert("2", "root", "middle")));
	OK(leads_to(&a, cert("3", "root", "root"))); /* not carried */
	OK(!leads_to(&a, cert("4", "root", "other")));
	OK(!leads_to(&a, cert("1", "middle", "leaf2")));
	OK(!leads_to(&a, text(0x30, "none")));
	t = table("9"); /* signed by none of them */
	s = span_of(t.b, t.len);
	EQ_INT(authcode_parse(&s, &a, &e), 0);
	OK(!leads_to(&a, cert("2", "root", "middle")));
}

TEST(refuses_what_is_no_signature)
{
	struct der t = table("1");
	struct authcode a;
	struct span s;

	for (size_t len = 0; len < t.len - 7; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, t.b, len);
		if (len >= 4)
			le_put32(copy, (uint32_t)len);
		s = span_of(copy, len);
		EQ_INT(authcode_parse(&s, &a, &e), -1);
		free(copy);
	}
	s = span_of(t.b, t.len);
	le_put16(t.b + 6, 1);
	EQ_INT(authcode_parse(&s, &a, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	le_put16(t.b + 6, 2);
	le_put32(t.b, 1000);
	EQ_INT(authcode_parse(&s, &a, &e), -1);
}

TAP_MAIN
