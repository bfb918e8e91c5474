#include <string.h>

#include "measurements/format/authcode.h"
#include "measurements/format/efisig.h"
#include "measurements/format/pe.h"
#include "measurements/format/sbpass.h"

/* Is the entry of db what lets the image pass? */
static bool
lets_pass(const struct efisig *s, const struct authcode *a,
    const uint8_t *sha256)
{
	if (memcmp(&s->type, &efisig_x509, GUID_LEN) == 0)
		return a != NULL && authcode_leads_to(a, &s->data);
	return memcmp(&s->type, &efisig_sha256, GUID_LEN) == 0 &&
	       span_equals(&s->data, sha256, SHA2_256_LEN);
}

int
sbpass_find(const struct sbvars *vars, const struct span *image,
    struct span *ret_entry, struct err *e)
{
	uint8_t sha256[SHA2_256_LEN];
	struct efisig_iter it;
	struct authcode a;
	struct efisig s;
	struct span certs;
	bool is_signed;
	int rc;

	if (pe_certificates(image->p, span_len(image), &certs, e) < 0 ||
	    pe_hash(image->p, span_len(image), SHA2_256, sha256, e) < 0)
		return -1;
	is_signed = span_len(&certs) > 0;
	if (is_signed && authcode_parse(&certs, &a, e) < 0)
		return -1;
	efisig_init(&it, &vars->v[SBVARS_DB].data);
	while ((rc = efisig_next(&it, &s, e)) > 0) {
		if (!lets_pass(&s, is_signed ? &a : NULL, sha256))
			continue;
		*ret_entry = s.bytes;
		return 0;
	}
	if (rc < 0)
		return err_wrap(e, "db");
	return err_set(e, ERR_UNSUPPORTED,
	    "Secure Boot is on, and db lets the image not pass: it is %s",
	    is_signed ? "signed by another key" : "not signed");
}
