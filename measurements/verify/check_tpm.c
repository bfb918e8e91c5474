#include <string.h>

#include "measurements/verify/check.h"

/* The key that must have signed: the paravisor's, or the one in the evidence.
 * The latter is only as good as what vouches for it. */
static int
find_key(const struct check *c, const struct evidence *ev, struct x509_key *key,
    struct findings *fs, struct err *e)
{
	if (ev->has_hcl) {
		*key = ev->hcl.ak;
		return 0;
	}
	if (span_len(&c->ak) == 0)
		findings_add(fs, FINDING_UNCHECKED, "attestation key",
		    "whose it is: no key was given (--ak)");
	else
		findings_check(fs,
		    span_equals(&ev->ak, c->ak.p, span_len(&c->ak)),
		    "attestation key", "is the one that was given",
		    "is not the one that was given");
	return x509_key_parse(ev->ak, key, e);
}

static int
check_signature(const struct evidence *ev, const struct x509_key *key,
    struct err *e)
{
	if (!ev->tpm_signature_is_bare)
		return tpmquote_verify(&ev->tpm, key, ev->tpm_signature, e);
	if (tpmquote_verify_bare(&ev->tpm, key, ev->tpm_signature))
		return 0;
	return err_set(e, ERR_DENIED,
	    "the quote was changed, or not signed by the attestation key");
}

/* The guest writes its challenge where the paravisor's report holds it. */
static void
check_user_data(const struct evidence *ev, struct findings *fs)
{
	struct span user = ev->hcl.user_data, nonce = ev->tpm.nonce;
	bool same = span_len(&user) >= span_len(&nonce) &&
		    memcmp(user.p, nonce.p, span_len(&nonce)) == 0;

	for (size_t i = span_len(&nonce); same && i < span_len(&user); i++)
		same = user.p[i] == 0;
	if (!same && ev->version < 2)
		findings_add(fs, FINDING_UNCHECKED, "user data",
		    "evidence before version 2 has none that is new");
	else
		findings_check(fs, same, "user data",
		    "the report was made for the challenge of the quote",
		    "the report was made for another challenge than the "
		    "quote");
}

void
check_tpm(const struct check *c, const struct evidence *ev, struct findings *fs)
{
	struct x509_key key;
	struct err e;

	if (find_key(c, ev, &key, fs, &e) < 0)
		findings_add(fs, FINDING_FAILED, "attestation key", "%s",
		    e.msg);
	else if (check_signature(ev, &key, &e) == 0)
		findings_add(fs, FINDING_PASSED, "quote",
		    "signed by the attestation key");
	else
		findings_add(fs, FINDING_FAILED, "quote", "%s", e.msg);
	findings_check(fs, tpmquote_holds(&ev->tpm, ev->pcrs), "pcrs",
	    "the quote is of these PCRs",
	    "the PCRs in the evidence are not those of the quote");
	if (ev->has_hcl)
		check_user_data(ev, fs);
}
