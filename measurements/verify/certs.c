#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "measurements/verify/certs.h"

enum {
	LABEL_SIZE = 64
};

/* The position of text in what is left of s, or NULL. */
static const uint8_t *
find(const struct span *s, const char *text)
{
	return memmem(s->p, span_len(s), text, strlen(text));
}

static int
make_line(char dst[static LABEL_SIZE], const char *what, const char *label)
{
	return str_format(dst, LABEL_SIZE, "-----%s %s-----", what, label);
}

bool
certs_is_pem(struct span file, const char *label)
{
	char begin[LABEL_SIZE];

	return make_line(begin, "BEGIN", label) == 0 && find(&file, begin);
}

int
certs_pem_block(struct span *file, const char *label, struct arena *a,
    struct span *ret_der, struct err *e)
{
	char begin[LABEL_SIZE], end[LABEL_SIZE], *text;
	const uint8_t *from, *to;
	size_t n = 0, len;
	uint8_t *der;

	if (make_line(begin, "BEGIN", label) < 0 ||
	    make_line(end, "END", label) < 0)
		return err_set(e, ERR_INTERNAL, "PEM label");
	from = find(file, begin);
	if (from == NULL)
		return err_set(e, ERR_NOT_FOUND, "no PEM block '%s'", label);
	file->p = from + strlen(begin);
	to = find(file, end);
	if (to == NULL)
		return err_set(e, ERR_SYNTAX, "a PEM block without its end");
	text = arena_alloc(a, (size_t)(to - file->p) + 1);
	der = arena_alloc(a, (size_t)(to - file->p) + 1);
	if (text == NULL || der == NULL)
		return err_set(e, ERR_LIMIT, "PEM: too large");
	for (const uint8_t *p = file->p; p < to; p++)
		if (strchr(" \t\r\n", *p) == NULL || *p == '\0')
			text[n++] = (char)*p;
	if (base64_decode(BASE64_STANDARD, text, n, der,
		(size_t)(to - file->p) + 1, &len) < 0)
		return err_set(e, ERR_SYNTAX, "a PEM block that is no base64");
	file->p = to + strlen(end);
	*ret_der = span_of(der, len);
	return 0;
}

static int
add_one(struct certs *cs, struct span der, struct err *e)
{
	if (cs->n == CERTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d certificates",
		    CERTS_MAX);
	if (x509_parse(der, &cs->c[cs->n], e) < 0)
		return -1;
	cs->n++;
	return 0;
}

int
certs_add(struct certs *cs, struct span file, struct arena *a, struct err *e)
{
	struct span der;

	if (!certs_is_pem(file, "CERTIFICATE"))
		return add_one(cs, file, e);
	while (certs_is_pem(file, "CERTIFICATE"))
		if (certs_pem_block(&file, "CERTIFICATE", a, &der, e) < 0 ||
		    add_one(cs, der, e) < 0)
			return -1;
	return 0;
}

static bool
same(const struct x509 *a, const struct x509 *b)
{
	return span_equals(&a->der, b->der.p, span_len(&b->der));
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
check_time(const struct x509 *c, uint64_t at, struct err *e)
{
	char name[X509_NAME_SIZE];

	if (at == 0 || (c->not_before <= at && at <= c->not_after))
		return 0;
	x509_name(c, name);
	return err_set(e, ERR_DENIED,
	    "the certificate %s %s at that time (%" PRIu64 " to %" PRIu64 ")",
	    STR_QUOTED(name),
	    at < c->not_before ? "is not valid yet" : "is not valid any more",
	    c->not_before, c->not_after);
}

/*
 * A certificate of cs that issued c; NULL when there is none. *ret_named tells
 * that one has the name, but did not sign.
 */
static const struct x509 *
find_issuer(const struct x509 *c, const struct certs *cs, bool *ret_named)
{
	for (size_t i = 0; i < cs->n; i++) {
		if (!span_equals(&c->issuer, cs->c[i].subject.p,
			span_len(&cs->c[i].subject)) ||
		    same(c, &cs->c[i]))
			continue;
		if (x509_issued_by(c, &cs->c[i]))
			return &cs->c[i];
		*ret_named = true;
	}
	return NULL;
}

/* What a certificate must be to have issued one with n_below below it. */
static int
check_issuer(const struct x509 *c, size_t n_below, struct err *e)
{
	char name[X509_NAME_SIZE];

	if (c->is_ca && c->may_sign_certs && n_below <= c->path_len)
		return 0;
	x509_name(c, name);
	return err_set(e, ERR_DENIED,
	    "the certificate %s may not issue this one", STR_QUOTED(name));
}

static int
no_issuer(const struct x509 *c, bool named, struct err *e)
{
	char name[X509_NAME_SIZE], issuer[X509_NAME_SIZE];

	x509_name(c, name);
	x509_issuer(c, issuer);
	if (named)
		return err_set(e, ERR_DENIED,
		    "the certificate %s is not signed by the %s at hand",
		    STR_QUOTED(name), STR_QUOTED(issuer));
	if (span_equals(&c->subject, c->issuer.p, span_len(&c->issuer)))
		return err_set(e, ERR_DENIED,
		    "the path ends at %s, which is not a root that was given",
		    STR_QUOTED(name));
	return err_set(e, ERR_NOT_FOUND,
	    "no certificate %s, the issuer of %s, was given",
	    STR_QUOTED(issuer), STR_QUOTED(name));
}

int
certs_path(const struct x509 *leaf, const struct certs *pool,
    const struct certs *roots, uint64_t at, struct certs_path *ret_path,
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
