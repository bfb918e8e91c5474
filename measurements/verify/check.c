#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/verify/check.h"

enum {
	REPORT_DATA_LEN = 64
};

void
check_init(struct check *c)
{
	memset(c, 0, sizeof(*c));
	c->ak = c->se_key = c->se_nonce = span_of(NULL, 0);
	c->report_data = span_of(NULL, 0);
	span_fail(&c->report_data);
}

void
check_impossible(const struct check *c, const char *name, const char *text,
    struct findings *fs)
{
	findings_add(fs, c->compare_only ? FINDING_UNCHECKED : FINDING_FAILED,
	    name, "%s", text);
}

static void
check_revocation(const struct check *c, const struct certs_path *path,
    struct findings *fs)
{
	struct err e;
	int rc = certs_revoked(path, &c->crls, c->at, &e);

	if (rc < 0)
		findings_add(fs, FINDING_FAILED, "revocation", "%s", e.msg);
	else if (rc == 0 && path->n > 1)
		findings_add(fs, FINDING_PASSED, "revocation",
		    "no certificate is on the lists that were given");
	else
		findings_add(fs, FINDING_UNCHECKED, "revocation",
		    "whether a certificate was revoked: there is not a list "
		    "for each (--crl)");
}

void
check_path(const struct check *c, const struct x509 *leaf,
    const struct certs *pool, struct findings *fs)
{
	struct certs all = { .n = 0 };
	struct certs_path path;
	char text[FINDINGS_TEXT] = "";
	struct err e;

	for (size_t i = 0; i < pool->n && all.n < CERTS_MAX; i++)
		all.c[all.n++] = pool->c[i];
	for (size_t i = 0; i < c->more.n && all.n < CERTS_MAX; i++)
		all.c[all.n++] = c->more.c[i];
	if (c->roots.n == 0) {
		check_impossible(c, "certificates",
		    "no root was given (--root): who signed is not known", fs);
		return;
	}
	if (certs_path(leaf, &all, &c->roots, c->at, &path, &e) < 0) {
		findings_add(fs, FINDING_FAILED, "certificates", "%s", e.msg);
		return;
	}
	for (size_t i = 0; i < path.n; i++) {
		size_t at = strlen(text);

		if (str_format(text + at, sizeof(text) - at, "%s%s",
			i ? " by " : "",
			STR_QUOTED(certs_name(path.c[i]).s)) < 0)
			break;
	}
	findings_add(fs, FINDING_PASSED, "certificates",
	    "%s, a root that was given", text);
	if (c->at == 0)
		findings_add(fs, FINDING_UNCHECKED, "validity",
		    "when the certificates expire (--at TIME would say)");
	check_revocation(c, &path, fs);
}

static void
check_se(const struct check *c, const struct evidence *ev, struct findings *fs)
{
	struct seattest se = ev->se;
	uint8_t m[SEATTEST_LEN];

	findings_add(fs, FINDING_UNCHECKED, "host key",
	    "whose host the key hashes stand for");
	if (span_len(&c->se_key) == 0) {
		check_impossible(c, "measurement key",
		    "none was given (--measurement-key): the tags are only "
		    "what the verifier itself sent",
		    fs);
		return;
	}
	se.nonce = span_len(&c->se_nonce) ? c->se_nonce.p : NULL;
	seattest_measure(&se, c->se_key.p, m);
	findings_check(fs, span_equals(&ev->se_measurement, m, sizeof(m)),
	    "signature", "the Ultravisor's HMAC is right",
	    "the Ultravisor's HMAC is of other tags, data, nonce or key");
}

/* Where the verifier's challenge ends up. */
static struct span
challenge(const struct evidence *ev)
{
	if (ev->has_tpm)
		return ev->tpm.nonce;
	if (ev->has_snp)
		return span_of(ev->snp.report_data, REPORT_DATA_LEN);
	if (ev->has_td)
		return span_of(ev->td.report_data, REPORT_DATA_LEN);
	return ev->has_se ? ev->se.user : span_of(NULL, 0);
}

static void
check_challenge(const struct check *c, const struct evidence *ev,
    struct findings *fs)
{
	struct span got = challenge(ev), want = c->report_data;
	char hex[HEX_SIZE(REPORT_DATA_LEN)] = "";
	bool same;

	if (span_bad(&want)) {
		findings_add(fs, FINDING_UNCHECKED, "report data",
		    "that it is new: no challenge was given (--report-data)");
		return;
	}
	if (span_len(&got) <= REPORT_DATA_LEN)
		hex_encode(got.p, span_len(&got), hex);
	same = span_len(&got) >= span_len(&want) &&
	       memcmp(got.p, want.p, span_len(&want)) == 0;
	for (size_t i = span_len(&want); same && i < span_len(&got); i++)
		same = got.p[i] == 0;
	findings_add(fs, same ? FINDING_PASSED : FINDING_FAILED, "report data",
	    "%s%s", same ? "answers the challenge" : "answers another: ",
	    same ? "" : hex);
}

void
check_evidence(const struct check *c, const struct evidence *ev,
    struct arena *a, struct findings *fs)
{
	if (ev->has_snp)
		check_snp(c, ev, fs);
	if (ev->has_td)
		check_tdx(c, ev, a, fs);
	if (ev->has_tpm)
		check_tpm(c, ev, fs);
	else if (ev->has_hcl)
		check_impossible(c, "vTPM", "there is no quote of it", fs);
	if (ev->has_se)
		check_se(c, ev, fs);
	if (str_eq(ev->tee, "sample"))
		check_impossible(c, "signature",
		    "sample evidence is not signed by anything", fs);
	check_challenge(c, ev, fs);
}
