#include <string.h>

#include "measurements/format/authcode.h"

enum {
	TYPE_PKCS7 = 0x0002,
	HEADER_LEN = 8,
	DER_INTEGER = 0x02,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_1 = 0xa1
};

struct element {
	uint8_t tag;
	struct span whole, contents;
};

/* Take the next element off s, which becomes bad when there is none. */
static struct element
der_take(struct span *s)
{
	struct element r = { .whole = *s };
	size_t len;

	r.tag = span_u8(s);
	len = span_u8(s);
	if (len > 0x80) {
		size_t n = len - 0x80;

		len = 0;
		if (n > 4)
			span_fail(s);
		for (; n > 0 && !span_bad(s); n--)
			len = len << 8 | span_u8(s);
	} else if (len == 0x80) {
		span_fail(s); /* of no definite length: that is BER */
	}
	r.contents = span_take(s, len);
	r.whole.end = span_bad(s) ? r.whole.p : r.contents.end;
	return r;
}

/* The contents of the next element, which has this tag. */
static struct span
der_enter(struct span *s, uint8_t tag)
{
	struct element r = der_take(s);

	if (r.tag != tag)
		span_fail(s);
	if (span_bad(s))
		span_fail(&r.contents);
	return r.contents;
}

static bool
same(const struct span *a, const struct span *b)
{
	return span_len(a) > 0 && span_equals(a, b->p, span_len(b));
}

static int
read_cert(struct span der, struct authcode_cert *ret_c)
{
	struct span s = der, cert = der_enter(&s, DER_SEQUENCE);
	struct span tbs = der_enter(&cert, DER_SEQUENCE), peek = tbs;

	ret_c->der = der;
	if (der_take(&peek).tag == DER_CONTEXT_0)
		der_take(&tbs); /* version */
	ret_c->serial = der_take(&tbs).whole;
	der_take(&tbs); /* algorithm */
	ret_c->issuer = der_take(&tbs).whole;
	der_take(&tbs); /* validity */
	ret_c->subject = der_take(&tbs).whole;
	return span_bad(&tbs) || span_len(&s) > 0 ? -1 : 0;
}

static int
read_certs(struct span s, struct authcode *a, struct err *e)
{
	while (span_len(&s) > 0) {
		struct span der = der_take(&s).whole;

		if (a->n == AUTHCODE_CERTS)
			return err_set(e, ERR_LIMIT,
			    "signature: more than %d certificates",
			    AUTHCODE_CERTS);
		if (span_bad(&s) || read_cert(der, &a->certs[a->n]) < 0)
			return err_set(e, ERR_SYNTAX,
			    "signature: certificate %zu is not well formed",
			    a->n + 1);
		a->n++;
	}
	return 0;
}

int
authcode_parse(const struct span *table, struct authcode *ret_a, struct err *e)
{
	struct span s = *table, pkcs7, data, signers, info, certs;
	uint32_t len = span_le32(&s);
	uint16_t type;

	span_skip(&s, 2);
	type = span_le16(&s);
	if (span_bad(&s) || len < HEADER_LEN || len > span_len(table))
		return err_set(e, ERR_SYNTAX,
		    "signature: its length is not that of the table");
	if (type != TYPE_PKCS7)
		return err_set(e, ERR_UNSUPPORTED, "signature: of type 0x%x",
		    type);
	ret_a->n = 0;
	s = span_take(&s, len - HEADER_LEN);
	pkcs7 = der_enter(&s, DER_SEQUENCE);
	der_take(&pkcs7); /* signedData */
	data = der_enter(&pkcs7, DER_CONTEXT_0);
	data = der_enter(&data, DER_SEQUENCE);
	der_take(&data); /* version */
	der_take(&data); /* digest algorithms */
	der_take(&data); /* what is signed */
	certs = der_enter(&data, DER_CONTEXT_0);
	signers = data;
	if (der_take(&signers).tag == DER_CONTEXT_1)
		der_take(&data); /* revocation lists */
	signers = der_enter(&data, DER_SET);
	info = der_enter(&signers, DER_SEQUENCE);
	der_take(&info); /* version */
	ret_a->signer = der_enter(&info, DER_SEQUENCE);
	if (span_bad(&data) || span_bad(&info))
		return err_set(e, ERR_SYNTAX,
		    "signature: not a PKCS #7 with certificates");
	return read_certs(certs, ret_a, e);
}

/* The certificate that signed, or NULL. */
static const struct authcode_cert *
signer(const struct authcode *a)
{
	struct span s = a->signer, issuer, serial;

	issuer = der_take(&s).whole;
	serial = der_take(&s).whole;
	for (size_t i = 0; i < a->n && !span_bad(&s); i++)
		if (same(&a->certs[i].issuer, &issuer) &&
		    same(&a->certs[i].serial, &serial))
			return &a->certs[i];
	return NULL;
}

static const struct authcode_cert *
issuer_of(const struct authcode *a, const struct authcode_cert *c)
{
	for (size_t i = 0; i < a->n; i++)
		if (&a->certs[i] != c && same(&a->certs[i].subject, &c->issuer))
			return &a->certs[i];
	return NULL;
}

bool
authcode_leads_to(const struct authcode *a, const struct span *der)
{
	const struct authcode_cert *c = signer(a);
	struct authcode_cert wanted;

	if (read_cert(*der, &wanted) < 0)
		return false;
	for (size_t i = 0; c != NULL && i < AUTHCODE_CERTS; i++) {
		if (same(&c->der, der) || same(&c->issuer, &wanted.subject))
			return true;
		c = issuer_of(a, c);
	}
	return false;
}
