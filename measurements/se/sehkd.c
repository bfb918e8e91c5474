#include <string.h>

#include "measurements/se/sehkd.h"

enum {
	/* X.520 attribute types */
	COMMON_NAME = 0x403,
	COUNTRY = 0x406,
	LOCALITY = 0x407,
	STATE = 0x408,
	ORGANIZATION = 0x40a,
	UNIT = 0x40b,
	N_ATTRIBUTES = 6
};

int
sehkd_key(struct span der, int64_t now, struct ecpoint *ret_pt, struct err *e)
{
	struct x509 c;

	if (x509_parse(der, &c, e) < 0 ||
	    x509_check_period(c.not_before, c.not_after, now, e) < 0)
		return -1;
	return x509_point(&c.key, ECKEY_P521, ret_pt, e);
}

static bool
is_text(struct span v, const char *text)
{
	return span_equals(&v, text, strlen(text));
}

static bool
ends_with(struct span v, const char *text)
{
	size_t len = strlen(text);

	return span_len(&v) >= len && memcmp(v.end - len, text, len) == 0;
}

/* The subject that IBM's signing keys have. */
static bool
is_signer(const struct x509 *c)
{
	static const char ibm[] = "International Business Machines Corporation";
	unsigned seen = 0, type;
	struct span v;
	size_t i;

	for (i = 0; x509_name_attribute(c->subject, i, &type, &v); i++) {
		bool right = false;

		switch (type) {
		case COUNTRY:
			right = is_text(v, "US");
			break;
		case STATE:
			right = is_text(v, "New York");
			break;
		case LOCALITY:
			right =
			    is_text(v, "Poughkeepsie") || is_text(v, "Armonk");
			break;
		case ORGANIZATION:
		case COMMON_NAME:
			right = is_text(v, ibm);
			break;
		case UNIT:
			right = ends_with(v, "Key Signing Service");
			break;
		}
		if (!right || (seen & 1u << (type & 15)))
			return false;
		seen |= 1u << (type & 15);
	}
	return i == N_ATTRIBUTES;
}

static int
name_error(struct err *e, const struct x509 *c)
{
	char name[96];

	x509_common_name(c->subject, name);
	return err_wrap(e, "certificate of '%s'", name);
}

/* The identifier, where both say one, is that of the issuer's key. */
static bool
key_id_fits(struct span id, const struct x509 *issuer)
{
	return span_len(&id) == 0 || span_len(&issuer->key_id) == 0 ||
	       span_equals(&id, issuer->key_id.p, span_len(&issuer->key_id));
}

/*
 * A list's issuer is meant to be the subject of the key that signed it. IBM's
 * have the attributes in another order, and still the place of former years.
 */
static bool
names_agree(struct span listed, struct span subject)
{
	unsigned type, other_type;
	struct span v, other;
	size_t n = 0;

	for (; x509_name_attribute(subject, n, &type, &v); n++) {
		bool found = false;

		for (size_t i = 0; !found && x509_name_attribute(listed, i,
						 &other_type, &other);
		     i++)
			found = type == other_type &&
				(span_equals(&other, v.p, span_len(&v)) ||
				    (type == LOCALITY && is_text(v, "Armonk") &&
					is_text(other, "Poughkeepsie")));
		if (!found)
			return false;
	}
	return n > 0 && !x509_name_attribute(listed, n, &other_type, &other);
}

/* A valid list of the issuer, that does not have the serial number. */
static int
check_revocation(const struct sehkd_trust *t, const struct x509 *issuer,
    struct span serial, struct err *e)
{
	struct span list = t->crls, der;
	bool found = false, late = false;

	while (x509_next(&list, &der)) {
		struct x509_crl l;
		struct err why;

		if (x509_crl_parse(der, &l, e) < 0)
			return -1;
		if (!names_agree(l.issuer, issuer->subject) ||
		    !key_id_fits(l.issuer_key_id, issuer) ||
		    x509_verify(&l.s, &issuer->key, &why) < 0)
			continue;
		if (x509_check_period(l.this_update, l.next_update, t->now,
			&why) < 0) {
			late = true;
			continue;
		}
		found = true;
		if (x509_crl_has(&l, serial))
			return err_set(e, ERR_DENIED, "revoked");
	}
	if (found)
		return 0;
	return err_set(e, ERR_DENIED,
	    "no valid revocation list of its issuer%s",
	    late ? " (one is not in its period)" : "");
}

/* What issued says of its issuer is true; the issuer has been chosen. */
static int
check_issued(const struct sehkd_trust *t, const struct x509 *issued,
    const struct x509 *issuer, struct err *e)
{
	if (x509_check_period(issued->not_before, issued->not_after, t->now,
		e) < 0)
		return -1;
	if (!key_id_fits(issued->issuer_key_id, issuer))
		return err_set(e, ERR_DENIED,
		    "its authority key identifier is not the issuer's");
	if (x509_verify(&issued->s, &issuer->key, e) < 0)
		return -1;
	return check_revocation(t, issuer, issued->serial, e);
}

/* The certificate among list that issued c: by name, identifier, signature. */
static bool
find_issuer(struct span list, const struct x509 *c, struct x509 *ret_issuer)
{
	struct span der;

	while (x509_next(&list, &der)) {
		struct err why;

		/* A bundle of roots may have old ones that nobody names. */
		if (x509_parse(der, ret_issuer, &why) == 0 &&
		    span_equals(&ret_issuer->subject, c->issuer.p,
			span_len(&c->issuer)) &&
		    key_id_fits(c->issuer_key_id, ret_issuer) &&
		    x509_verify(&c->s, &ret_issuer->key, &why) == 0)
			return true;
	}
	return false;
}

static int
check_authority(const struct x509 *c, unsigned below, struct err *e)
{
	if (!c->ca || (c->has_usage && !c->may_sign_certs))
		err_set(e, ERR_DENIED, "not an authority's");
	else if (c->has_usage && !c->may_sign_crls)
		err_set(e, ERR_DENIED, "it may not sign revocation lists");
	else if (c->has_path_len && c->path_len < below)
		err_set(e, ERR_DENIED, "the chain below it is too long");
	else
		return 0;
	return name_error(e, c);
}

/* From the signing key up to a root. */
static int
check_chain(const struct sehkd_trust *t, const struct x509 *signer,
    struct err *e)
{
	struct x509 current = *signer, issuer;
	bool root = false;

	for (unsigned below = 0; below < SEHKD_CHAIN_MAX; below++) {
		root = find_issuer(t->roots, &current, &issuer);
		if (!root && !find_issuer(t->certs, &current, &issuer)) {
			err_set(e, ERR_DENIED,
			    "its issuer is neither given nor a trusted root");
			return name_error(e, &current);
		}
		if (check_authority(&issuer, below, e) < 0)
			return -1;
		if (check_issued(t, &current, &issuer, e) < 0)
			return name_error(e, &current);
		if (root)
			break;
		current = issuer;
	}
	if (!root)
		return err_set(e, ERR_LIMIT,
		    "a chain of more than %d certificates", SEHKD_CHAIN_MAX);
	if (x509_check_period(issuer.not_before, issuer.not_after, t->now, e) <
	    0)
		return name_error(e, &issuer);
	return 0;
}

int
sehkd_signer(const struct sehkd_trust *t, struct x509 *ret_signer,
    struct err *e)
{
	struct span list = t->certs, der;
	struct x509 signer;
	unsigned n = 0;

	while (x509_next(&list, &der)) {
		struct x509 c;

		if (x509_parse(der, &c, e) < 0)
			return -1;
		if (!is_signer(&c))
			continue;
		signer = c;
		n++;
	}
	if (n != 1)
		return err_set(e, ERR_DENIED,
		    "%u IBM Z signing keys among the certificates, 1 is "
		    "needed",
		    n);
	if (check_chain(t, &signer, e) < 0)
		return -1;
	*ret_signer = signer;
	return 0;
}

int
sehkd_verify(const struct sehkd_trust *t, const struct x509 *signer,
    struct span der, struct err *e)
{
	struct x509 c;

	return x509_parse(der, &c, e) < 0 ? -1 : check_issued(t, &c, signer, e);
}
