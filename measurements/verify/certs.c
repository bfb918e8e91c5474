#include <string.h>

#include "base/str.h"
#include "measurements/format/der.h"
#include "measurements/format/limits.h"
#include "measurements/verify/certs.h"

/* The certificates or lists of a file, one DER after the other, in the arena.
 */
static int
collect(struct span file, bool crls, struct arena *a, struct span *ret_list,
    struct err *e)
{
	struct buf b;
	char *copy = NULL;
	int rc;

	buf_init(&b, LIMIT_KEY_FILE);
	rc = x509_collect(file, crls, &b, e);
	if (rc == 0) {
		copy = arena_strndup(a, (const char *)b.p, b.len);
		if (copy == NULL)
			rc = err_set(e, ERR_LIMIT, "certificates: too large");
		*ret_list = span_of(copy, copy ? b.len : 0);
	}
	buf_release(&b);
	return rc;
}

static int
too_many(struct err *e)
{
	return err_set(e, ERR_LIMIT, "more than %d certificates or lists",
	    CERTS_MAX);
}

int
certs_add(struct certs *cs, struct span file, struct arena *a, struct err *e)
{
	struct span list, der;

	if (collect(file, false, a, &list, e) < 0)
		return -1;
	while (x509_next(&list, &der)) {
		if (cs->n == CERTS_MAX)
			return too_many(e);
		if (x509_parse(der, &cs->c[cs->n], e) < 0)
			return -1;
		cs->n++;
	}
	return 0;
}

int
certs_add_crls(struct certs_crls *ls, struct span file, struct arena *a,
    struct err *e)
{
	struct span list, der;

	if (collect(file, true, a, &list, e) < 0)
		return -1;
	while (x509_next(&list, &der)) {
		if (ls->n == CERTS_MAX)
			return too_many(e);
		if (x509_crl_parse(der, &ls->l[ls->n], e) < 0)
			return -1;
		ls->n++;
	}
	return 0;
}

struct certs_name
certs_name(const struct x509 *c)
{
	struct certs_name n;

	x509_common_name(c->subject, n.s);
	return n;
}

static bool
equal(struct span a, struct span b)
{
	return span_equals(&a, b.p, span_len(&b));
}

static bool
same(const struct x509 *a, const struct x509 *b)
{
	return equal(a->s.tbs, b->s.tbs) && equal(a->s.sig, b->s.sig);
}

static bool
contains(const struct certs *cs, const struct x509 *c)
{
	for (size_t i = 0; i < cs->n; i++)
		if (same(&cs->c[i], c))
			return true;
	return false;
}

static int
check_time(const struct x509 *c, int64_t at, struct err *e)
{
	if (at == 0 ||
	    x509_check_period(c->not_before, c->not_after, at, e) == 0)
		return 0;
	return err_wrap(e, "the certificate %s at that time",
	    STR_QUOTED(certs_name(c).s));
}

/*
 * A certificate of cs that issued c; NULL when there is none. *ret_named tells
 * that one has the name, but did not sign.
 */
static const struct x509 *
find_issuer(const struct x509 *c, const struct certs *cs, bool *ret_named)
{
	struct err ignored;

	for (size_t i = 0; i < cs->n; i++) {
		if (!equal(c->issuer, cs->c[i].subject) || same(c, &cs->c[i]))
			continue;
		if (x509_verify(&c->s, &cs->c[i].key, &ignored) == 0)
			return &cs->c[i];
		*ret_named = true;
	}
	return NULL;
}

/* What a certificate must be to have issued one with n_below CAs below it. */
static int
check_issuer(const struct x509 *c, size_t n_below, struct err *e)
{
	if (c->ca && (!c->has_usage || c->may_sign_certs) &&
	    (!c->has_path_len || n_below <= c->path_len))
		return 0;
	return err_set(e, ERR_DENIED,
	    "the certificate %s may not issue this one",
	    STR_QUOTED(certs_name(c).s));
}

static int
no_issuer(const struct x509 *c, bool named, struct err *e)
{
	char issuer[CERTS_NAME];

	x509_common_name(c->issuer, issuer);
	if (named)
		return err_set(e, ERR_DENIED,
		    "the certificate %s is not signed by the %s at hand",
		    STR_QUOTED(certs_name(c).s), STR_QUOTED(issuer));
	if (equal(c->subject, c->issuer))
		return err_set(e, ERR_DENIED,
		    "the path ends at %s, which is not a root that was given",
		    STR_QUOTED(certs_name(c).s));
	return err_set(e, ERR_NOT_FOUND,
	    "no certificate %s, the issuer of %s, was given",
	    STR_QUOTED(issuer), STR_QUOTED(certs_name(c).s));
}

int
certs_path(const struct x509 *leaf, const struct certs *pool,
    const struct certs *roots, int64_t at, struct certs_path *ret_path,
    struct err *e)
{
	struct certs_path path = { .n = 0 };
	const struct x509 *c = leaf, *issuer;

	for (;;) {
		bool named = false;

		if (check_time(c, at, e) < 0)
			return -1;
		path.c[path.n++] = c;
		if (contains(roots, c))
			break;
		if (path.n == CERTS_PATH)
			return err_set(e, ERR_LIMIT,
			    "a path of more than %d certificates", CERTS_PATH);
		issuer = find_issuer(c, roots, &named);
		if (issuer == NULL)
			issuer = find_issuer(c, pool, &named);
		if (issuer == NULL)
			return no_issuer(c, named, e);
		if (check_issuer(issuer, path.n - 1, e) < 0)
			return -1;
		c = issuer;
	}
	*ret_path = path;
	return 0;
}

/* The list that issuer signed, of that time; NULL when there is none. */
static const struct x509_crl *
find_crl(const struct x509 *issuer, const struct certs_crls *ls, int64_t at)
{
	struct err ignored;

	for (size_t i = 0; i < ls->n; i++) {
		const struct x509_crl *l = &ls->l[i];

		if (equal(l->issuer, issuer->subject) &&
		    (!issuer->has_usage || issuer->may_sign_crls) &&
		    x509_verify(&l->s, &issuer->key, &ignored) == 0 &&
		    (at == 0 || x509_check_period(l->this_update,
				    l->next_update, at, &ignored) == 0))
			return l;
	}
	return NULL;
}

int
certs_revoked(const struct certs_path *path, const struct certs_crls *ls,
    int64_t at, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i + 1 < path->n; i++) {
		const struct x509_crl *l = find_crl(path->c[i + 1], ls, at);

		if (l == NULL)
			rc = 1;
		else if (x509_crl_has(l, path->c[i]->serial))
			return err_set(e, ERR_DENIED,
			    "the certificate %s was revoked",
			    STR_QUOTED(certs_name(path->c[i]).s));
	}
	return rc;
}

int
certs_time(const char *s, int64_t *ret_time)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	uint8_t der[2 + 15] = { DER_GENERALIZED_TIME, 15 };
	struct span t = span_of(der, sizeof(der));
	size_t n = 2;
	int64_t v;

	if (strlen(s) != sizeof(form) - 1)
		return -1;
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] != '0' && s[i] != form[i])
			return -1;
		if (form[i] == '0' || form[i] == 'Z')
			der[n++] = (uint8_t)s[i];
	}
	v = der_take_time(&t);
	if (span_bad(&t) || v <= 0)
		return -1;
	*ret_time = v;
	return 0;
}
