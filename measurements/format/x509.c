#include <string.h>

#include "base/str.h"
#include "measurements/format/der.h"
#include "measurements/format/limits.h"
#include "measurements/format/pem.h"
#include "measurements/format/x509.h"

static const uint8_t oid_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1,
	1 };
static const uint8_t oid_ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };

enum {
	/* id-ce (2.5.29) */
	EXT_KEY_ID = 14,
	EXT_KEY_USAGE = 15,
	EXT_ALT_NAME = 17,
	EXT_BASIC_CONSTRAINTS = 19,
	EXT_CRL_NUMBER = 20,
	EXT_CRL_POINTS = 31,
	EXT_POLICIES = 32,
	EXT_ISSUER_KEY_ID = 35,
	EXT_EXTENDED_USAGE = 37,
	USAGE_CERT_SIGN = 0x04, /* keyUsage, first byte */
	USAGE_CRL_SIGN = 0x02,
	ATTRIBUTES_MAX = 64
};

/* SubjectPublicKeyInfo */
static struct x509_key
take_key(struct span *s)
{
	struct span seq = der_take(s, DER_SEQUENCE);
	struct span alg = der_take(&seq, DER_SEQUENCE);
	struct span oid = der_take(&alg, DER_OID);
	struct span bits = der_take_bits(&seq);
	struct x509_key k = { .type = X509_KEY_OTHER, .oid = oid };

	if (der_oid_is(oid, oid_rsa, sizeof(oid_rsa))) {
		struct span rsa = der_take(&bits, DER_SEQUENCE);

		k.type = X509_KEY_RSA;
		k.n = der_take_unsigned(&rsa);
		k.e = der_take_unsigned(&rsa);
		if (span_bad(&rsa) || span_bad(&bits))
			span_fail(s);
	} else if (der_oid_is(oid, oid_ec, sizeof(oid_ec)) &&
		   der_is(&alg, DER_OID)) {
		k.type = X509_KEY_EC;
		k.oid = der_take(&alg, DER_OID);
		k.point = bits;
	}
	if (span_bad(&alg) || span_bad(&seq))
		span_fail(s);
	return k;
}

/* The number under id-ce that an extension's identifier ends with, or 0. */
static unsigned
take_extension(struct span *list, bool *ret_critical, struct span *ret_value)
{
	struct span seq = der_take(list, DER_SEQUENCE);
	struct span oid = der_take(&seq, DER_OID);
	unsigned id = 0;

	*ret_critical = false;
	if (der_is(&seq, DER_BOOLEAN)) {
		struct span b = der_take(&seq, DER_BOOLEAN);

		*ret_critical = span_u8(&b) == 0xff;
	}
	*ret_value = der_take(&seq, DER_OCTET_STRING);
	der_end(&seq);
	if (span_bad(&seq))
		span_fail(list);
	else if (span_len(&oid) == 3 && oid.p[0] == 0x55 && oid.p[1] == 0x1d)
		id = oid.p[2];
	return id;
}

static struct span
issuer_key_id(struct span *v)
{
	struct span seq = der_take(v, DER_SEQUENCE);

	return der_is(&seq, DER_CONTEXT) ? der_take(&seq, DER_CONTEXT)
					 : span_of(NULL, 0);
}

static void
read_constraints(struct span *v, struct x509 *c)
{
	struct span seq = der_take(v, DER_SEQUENCE);

	if (der_is(&seq, DER_BOOLEAN)) {
		struct span b = der_take(&seq, DER_BOOLEAN);

		c->ca = span_u8(&b) == 0xff;
	}
	if (der_is(&seq, DER_INTEGER)) {
		c->has_path_len = true;
		c->path_len = der_take_small(&seq, 255);
	}
	if (span_bad(&seq))
		span_fail(v);
}

static void
read_usage(struct span *v, struct x509 *c)
{
	struct span bits = der_take(v, DER_BIT_STRING);
	uint8_t unused = span_u8(&bits), first = span_u8(&bits);

	if (unused > 7 || span_bad(&bits))
		span_fail(v);
	c->has_usage = true;
	c->may_sign_certs = (first & USAGE_CERT_SIGN) != 0;
	c->may_sign_crls = (first & USAGE_CRL_SIGN) != 0;
}

/* The list in the explicit tag n, when that is next; else an empty one. */
static struct span
take_extensions(struct span *tbs, unsigned n)
{
	struct span ext, list;

	if (!der_is(tbs, DER_CONTEXT_CONSTRUCTED + n))
		return span_of(NULL, 0);
	ext = der_take(tbs, DER_CONTEXT_CONSTRUCTED + n);
	list = der_take(&ext, DER_SEQUENCE);
	der_end(&ext);
	if (span_bad(&ext))
		span_fail(tbs);
	return list;
}

static int
refuse_critical(const char *what, unsigned id, struct err *e)
{
	return err_set(e, ERR_UNSUPPORTED,
	    "%s: a critical extension that is not known (2.5.29.%u)", what, id);
}

static int
read_extensions(struct span list, struct x509 *c, struct err *e)
{
	while (span_len(&list) > 0) {
		struct span v;
		bool critical;
		unsigned id = take_extension(&list, &critical, &v);

		switch (id) {
		case EXT_KEY_ID:
			c->key_id = der_take(&v, DER_OCTET_STRING);
			break;
		case EXT_ISSUER_KEY_ID:
			c->issuer_key_id = issuer_key_id(&v);
			break;
		case EXT_BASIC_CONSTRAINTS:
			read_constraints(&v, c);
			break;
		case EXT_KEY_USAGE:
			read_usage(&v, c);
			break;
		case EXT_ALT_NAME:
		case EXT_CRL_POINTS:
		case EXT_POLICIES:
		case EXT_EXTENDED_USAGE:
			break;
		default:
			if (critical)
				return refuse_critical("certificate", id, e);
		}
		if (span_bad(&v))
			span_fail(&list);
	}
	return span_bad(&list)
		   ? err_set(e, ERR_SYNTAX, "certificate: malformed extensions")
		   : 0;
}

/* Certificate and CertificateList have this in common. */
static int
take_signed(struct span der, const char *what, struct x509_signed *ret_s,
    struct err *e)
{
	struct span seq = der_take(&der, DER_SEQUENCE);

	ret_s->tbs = der_take_whole(&seq, DER_SEQUENCE);
	ret_s->alg = der_take_whole(&seq, DER_SEQUENCE);
	ret_s->sig = der_take_bits(&seq);
	der_end(&seq);
	der_end(&der);
	if (span_bad(&seq) || span_bad(&der))
		return err_set(e, ERR_SYNTAX, "%s: malformed or truncated",
		    what);
	return 0;
}

int
x509_parse(struct span der, struct x509 *ret_c, struct err *e)
{
	struct span tbs, inner, version, alg, period;
	struct x509 c;

	memset(&c, 0, sizeof(c));
	if (take_signed(der, "certificate", &c.s, e) < 0)
		return -1;
	c.key_id = c.issuer_key_id = span_of(NULL, 0);
	inner = c.s.tbs;
	tbs = der_take(&inner, DER_SEQUENCE);
	version = der_take(&tbs, DER_CONTEXT_CONSTRUCTED);
	if (der_take_small(&version, 2) != 2 || span_bad(&tbs))
		return err_set(e, ERR_UNSUPPORTED,
		    "certificate: not of version 3");
	c.serial = der_take(&tbs, DER_INTEGER);
	alg = der_take_whole(&tbs, DER_SEQUENCE);
	c.issuer = der_take_whole(&tbs, DER_SEQUENCE);
	period = der_take(&tbs, DER_SEQUENCE);
	c.not_before = der_take_time(&period);
	c.not_after = der_take_time(&period);
	c.subject = der_take_whole(&tbs, DER_SEQUENCE);
	c.key = take_key(&tbs);
	if (span_bad(&period) || span_bad(&tbs))
		return err_set(e, ERR_SYNTAX, "certificate: malformed");
	if (!span_equals(&alg, c.s.alg.p, span_len(&c.s.alg)))
		return err_set(e, ERR_SYNTAX,
		    "certificate: names two signature algorithms");
	for (unsigned i = 1; i <= 2; i++)
		if (der_is(&tbs, DER_CONTEXT + i))
			der_skip(&tbs);
	if (read_extensions(take_extensions(&tbs, 3), &c, e) < 0)
		return -1;
	der_end(&tbs);
	if (span_bad(&tbs))
		return err_set(e, ERR_SYNTAX, "certificate: malformed end");
	*ret_c = c;
	return 0;
}

static int
read_crl_extensions(struct span list, struct x509_crl *l, struct err *e)
{
	while (span_len(&list) > 0) {
		struct span v;
		bool critical;
		unsigned id = take_extension(&list, &critical, &v);

		if (id == EXT_ISSUER_KEY_ID)
			l->issuer_key_id = issuer_key_id(&v);
		else if (critical && id != EXT_CRL_NUMBER)
			return refuse_critical("revocation list", id, e);
		if (span_bad(&v))
			span_fail(&list);
	}
	return span_bad(&list) ? err_set(e, ERR_SYNTAX,
				     "revocation list: malformed extensions")
			       : 0;
}

int
x509_crl_parse(struct span der, struct x509_crl *ret_l, struct err *e)
{
	struct span tbs, inner, alg;
	struct x509_crl l;

	memset(&l, 0, sizeof(l));
	if (take_signed(der, "revocation list", &l.s, e) < 0)
		return -1;
	l.issuer_key_id = l.revoked = span_of(NULL, 0);
	inner = l.s.tbs;
	tbs = der_take(&inner, DER_SEQUENCE);
	if (der_take_small(&tbs, 1) != 1)
		span_fail(&tbs);
	alg = der_take_whole(&tbs, DER_SEQUENCE);
	l.issuer = der_take_whole(&tbs, DER_SEQUENCE);
	l.this_update = der_take_time(&tbs);
	l.next_update = der_take_time(&tbs);
	if (der_is(&tbs, DER_SEQUENCE))
		l.revoked = der_take(&tbs, DER_SEQUENCE);
	if (read_crl_extensions(take_extensions(&tbs, 0), &l, e) < 0)
		return -1;
	der_end(&tbs);
	if (span_bad(&tbs) || !span_equals(&alg, l.s.alg.p, span_len(&l.s.alg)))
		return err_set(e, ERR_SYNTAX, "revocation list: malformed");
	*ret_l = l;
	return 0;
}

int
x509_collect(struct span file, bool crls, struct buf *list, struct err *e)
{
	const char *what = crls ? "X509 CRL" : "CERTIFICATE";
	size_t before = list->len;
	char label[PEM_LABEL];
	struct buf der;
	int rc = 0;

	if (!pem_is(file)) {
		buf_add(list, file.p, span_len(&file));
	} else {
		buf_init(&der, LIMIT_KEY_FILE);
		while ((rc = pem_next(&file, label, &der, e)) > 0)
			if (str_eq(label, what))
				buf_add(list, der.p, der.len);
		buf_release(&der);
	}
	if (rc < 0)
		return -1;
	if (buf_bad(list))
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes", what,
		    list->limit);
	if (list->len == before)
		return err_set(e, ERR_NOT_FOUND, "no %s in it", what);
	return 0;
}

bool
x509_next(struct span *list, struct span *ret_der)
{
	if (span_len(list) == 0)
		return false;
	if (der_is(list, DER_SEQUENCE)) {
		*ret_der = der_take_whole(list, DER_SEQUENCE);
		return true;
	}
	/* Not DER: hand it out, for its parser to refuse. */
	*ret_der = span_take(list, span_len(list));
	return true;
}

bool
x509_crl_has(const struct x509_crl *l, struct span serial)
{
	struct span list = l->revoked;

	while (span_len(&list) > 0) {
		struct span entry = der_take(&list, DER_SEQUENCE);
		struct span number = der_take(&entry, DER_INTEGER);

		if (span_bad(&entry) || span_bad(&list) ||
		    span_equals(&number, serial.p, span_len(&serial)))
			return true;
	}
	return false;
}

bool
x509_name_attribute(struct span name, size_t i, unsigned *ret_type,
    struct span *ret_value)
{
	struct span rdns = der_take(&name, DER_SEQUENCE);

	for (size_t n = 0; n < ATTRIBUTES_MAX && span_len(&rdns) > 0; n++) {
		struct span set = der_take(&rdns, DER_SET);
		struct span seq = der_take(&set, DER_SEQUENCE);
		struct span oid = der_take(&seq, DER_OID);

		der_end(&set);
		if (span_bad(&set) || span_bad(&seq) || span_len(&seq) < 2)
			return false;
		if (n < i)
			continue;
		*ret_type = span_len(&oid) == 3 && oid.p[0] == 0x55
				? (unsigned)oid.p[1] << 8 | oid.p[2]
				: 0;
		*ret_value = der_take(&seq, *seq.p);
		return !span_bad(&seq);
	}
	return false;
}

void
x509_common_name(struct span name, char ret_text[96])
{
	struct span v;
	unsigned type;
	char text[96] = "?";

	for (size_t i = 0; x509_name_attribute(name, i, &type, &v); i++) {
		size_t n = span_len(&v) < sizeof(text) - 1 ? span_len(&v)
							   : sizeof(text) - 1;

		if (type != 0x403)
			continue;
		memcpy(text, v.p, n);
		text[n] = '\0';
	}
	for (char *c = text; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	memcpy(ret_text, text, sizeof(text));
}
