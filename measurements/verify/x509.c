#include <stdio.h>
#include <string.h>

#include "measurements/verify/der.h"
#include "measurements/verify/x509.h"

static const uint8_t oid_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_usage[] = { 0x55, 0x1d, 0x0f };
static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };

enum {
	USAGE_CERT_SIGN = 0x04 /* bit 5 of the first byte */
};

/* Decimal digits from s, as many as n; the span is bad when one is none. */
static uint64_t
take_digits(struct span *s, int n)
{
	uint64_t v = 0;

	for (; n > 0; n--) {
		uint8_t c = span_u8(s);

		if (c < '0' || c > '9')
			span_fail(s);
		v = 10 * v + (c - '0');
	}
	return v;
}

/* RFC 5280, 4.1.2.5: in UTC, with seconds. */
static uint64_t
take_time(struct span *s)
{
	bool utc = der_peek(s) == DER_UTC_TIME;
	struct span t = der_take(s, utc ? DER_UTC_TIME : DER_TIME);
	uint64_t year = take_digits(&t, utc ? 2 : 4), rest;

	if (utc)
		year += year >= 50 ? 1900 : 2000;
	rest = take_digits(&t, 10);
	if (span_u8(&t) != 'Z')
		span_fail(s);
	der_end(&t);
	if (span_bad(&t))
		span_fail(s);
	return year * 10000000000 + rest;
}

/* The next extension: true with its parts. */
static bool
next_extension(struct span *s, struct span *oid, bool *critical,
    struct span *value)
{
	struct span ext;

	if (span_len(s) == 0 || span_bad(s))
		return false;
	ext = der_take(s, DER_SEQUENCE);
	*oid = der_take(&ext, DER_OID);
	*critical = false;
	if (der_peek(&ext) == DER_BOOLEAN) {
		struct span b = der_take(&ext, DER_BOOLEAN);

		*critical = span_u8(&b) != 0;
	}
	*value = der_take(&ext, DER_OCTETS);
	der_end(&ext);
	if (span_bad(&ext))
		span_fail(s);
	return !span_bad(s);
}

static void
read_constraints(struct x509 *c, struct span v)
{
	struct span s = der_take(&v, DER_SEQUENCE), b;

	if (der_peek(&s) == DER_BOOLEAN) {
		b = der_take(&s, DER_BOOLEAN);
		c->is_ca = span_u8(&b) != 0;
	}
	if (der_peek(&s) == DER_INTEGER)
		c->path_len = der_take_u31(&s);
	der_end(&s);
	if (span_bad(&s))
		c->is_ca = false;
}

static int
read_extensions(struct x509 *c, struct err *e)
{
	struct span s = c->extensions, oid, value;
	bool critical;
	int n = 0;

	c->path_len = UINT32_MAX;
	c->may_sign_certs = true;
	while (next_extension(&s, &oid, &critical, &value)) {
		if (++n > X509_EXTENSIONS)
			return err_set(e, ERR_LIMIT,
			    "a certificate with more than %d extensions",
			    X509_EXTENSIONS);
		if (span_equals(&oid, oid_constraints,
			sizeof(oid_constraints))) {
			read_constraints(c, value);
		} else if (span_equals(&oid, oid_usage, sizeof(oid_usage))) {
			struct span bits = der_take(&value, DER_BITS);

			span_skip(&bits, 1);
			c->may_sign_certs =
			    (span_u8(&bits) & USAGE_CERT_SIGN) != 0;
		} else if (critical) {
			return err_set(e, ERR_UNSUPPORTED,
			    "a certificate with a critical extension that is "
			    "not known");
		}
	}
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "a certificate with malformed extensions");
	return 0;
}

static int
read_tbs(struct x509 *c, struct span s, struct span outer_alg,
    struct span *ret_spki, struct err *e)
{
	struct span version = der_take(&s, DER_CONTEXT + 0), validity, alg;

	if (der_take_u31(&version) != 2 || span_bad(&version))
		return err_set(e, ERR_UNSUPPORTED,
		    "a certificate that is not of version 3");
	der_take(&s, DER_INTEGER); /* serial number */
	alg = der_take(&s, DER_SEQUENCE);
	c->issuer = der_take_whole(&s, DER_SEQUENCE);
	validity = der_take(&s, DER_SEQUENCE);
	c->not_before = take_time(&validity);
	c->not_after = take_time(&validity);
	c->subject = der_take_whole(&s, DER_SEQUENCE);
	*ret_spki = der_take_whole(&s, DER_SEQUENCE);
	while (der_peek(&s) == 0x81 || der_peek(&s) == 0x82)
		der_skip(&s); /* unique identifiers */
	if (der_peek(&s) == DER_CONTEXT + 3) {
		struct span ext = der_take(&s, DER_CONTEXT + 3);

		c->extensions = der_take(&ext, DER_SEQUENCE);
	}
	der_end(&s);
	if (span_bad(&s) || span_bad(&validity) || span_bad(&c->extensions))
		return err_set(e, ERR_SYNTAX, "a malformed certificate");
	/* RFC 5280, 4.1.1.2 */
	if (!span_equals(&outer_alg, alg.p, span_len(&alg)))
		return err_set(e, ERR_SYNTAX,
		    "a certificate with two signature algorithms");
	return 0;
}

int
x509_parse(struct span der, struct x509 *ret_c, struct err *e)
{
	struct span all = der, s, tbs, alg, spki;
	struct x509 c;

	memset(&c, 0, sizeof(c));
	c.der = der;
	c.extensions = span_of(NULL, 0);
	s = der_take(&all, DER_SEQUENCE);
	der_end(&all);
	c.tbs = der_take_whole(&s, DER_SEQUENCE);
	alg = der_take(&s, DER_SEQUENCE);
	c.sig = der_take_bits(&s);
	der_end(&s);
	if (span_bad(&all) || span_bad(&s))
		return err_set(e, ERR_SYNTAX, "not a certificate in DER");
	tbs = c.tbs;
	if (read_tbs(&c, der_take(&tbs, DER_SEQUENCE), alg, &spki, e) < 0 ||
	    sig_key_spki(spki, &c.key, e) < 0 ||
	    sig_scheme_parse(alg, &c.scheme, e) < 0 ||
	    read_extensions(&c, e) < 0)
		return -1;
	*ret_c = c;
	return 0;
}

struct span
x509_extension(const struct x509 *c, const void *oid, size_t len)
{
	struct span s = c->extensions, id, value;
	bool critical;

	while (next_extension(&s, &id, &critical, &value))
		if (span_equals(&id, oid, len))
			return value;
	value = span_of(NULL, 0);
	span_fail(&value);
	return value;
}

/* The common name in a Name, printable or '?'. */
static void
read_name(struct span name, char ret_name[static X509_NAME_SIZE])
{
	struct span s = der_take(&name, DER_SEQUENCE);
	size_t n = 0;

	while (span_len(&s) > 0 && !span_bad(&s)) {
		struct span set = der_take(&s, DER_SET);
		struct span pair = der_take(&set, DER_SEQUENCE);
		struct span oid = der_take(&pair, DER_OID);
		struct span text = der_take(&pair, der_peek(&pair));

		if (!span_equals(&oid, oid_common_name,
			sizeof(oid_common_name)) ||
		    span_bad(&pair))
			continue;
		for (n = 0; n < X509_NAME_SIZE - 1 && span_len(&text) > 0;
		     n++) {
			uint8_t ch = span_u8(&text);

			ret_name[n] = ch >= ' ' && ch < 127 ? (char)ch : '?';
		}
	}
	if (n == 0)
		ret_name[n++] = '?';
	ret_name[n] = '\0';
}

void
x509_name(const struct x509 *c, char ret_name[static X509_NAME_SIZE])
{
	read_name(c->subject, ret_name);
}

void
x509_issuer(const struct x509 *c, char ret_name[static X509_NAME_SIZE])
{
	read_name(c->issuer, ret_name);
}

int
x509_time(const char *s, uint64_t *ret_time)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	uint64_t v = 0;

	if (strlen(s) != sizeof(form) - 1)
		return -1;
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] != '0' && s[i] != form[i])
			return -1;
		if (form[i] == '0' && (s[i] < '0' || s[i] > '9'))
			return -1;
		if (form[i] == '0')
			v = 10 * v + (uint64_t)(s[i] - '0');
	}
	*ret_time = v;
	return 0;
}

bool
x509_issued_by(const struct x509 *c, const struct x509 *issuer)
{
	return span_equals(&c->issuer, issuer->subject.p,
		   span_len(&issuer->subject)) &&
	       sig_verify(&issuer->key, &c->scheme, c->tbs, c->sig);
}
