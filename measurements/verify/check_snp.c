#include <string.h>

#include "base/str.h"
#include "measurements/format/der.h"
#include "measurements/verify/check.h"

/* AMD's extensions (VCEK Certificate and KDS Interface Specification, 3):
 * 1.3.6.1.4.1.3704.1, followed by the rest of each. */
static const uint8_t oid_amd[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x9c, 0x78,
	0x01 };

enum {
	OID_PRODUCT = 2,
	OID_TCB = 3, /* and which */
	OID_HWID = 4,
	OID_MAX = sizeof(oid_amd) + 2,
	SIG_ECDSA_P384_SHA384 = 1,
	HWID_TURIN = 8 /* the rest of CHIP_ID is zeros */
};

static struct span
extension(const struct x509 *c, uint8_t first, uint8_t second)
{
	uint8_t oid[OID_MAX];

	memcpy(oid, oid_amd, sizeof(oid_amd));
	oid[sizeof(oid_amd)] = first;
	oid[sizeof(oid_amd) + 1] = second;
	return x509_extension(c, oid, sizeof(oid_amd) + (second ? 2 : 1));
}

/* One part of the TCB version: -1 when the certificate does not say. */
static int
tcb_part(const struct x509 *c, uint8_t which)
{
	struct span s = extension(c, OID_TCB, which);
	unsigned v = der_take_small(&s, 255);

	return span_bad(&s) || span_len(&s) != 0 ? -1 : (int)v;
}

static void
check_tcb(const struct x509 *leaf, const struct snpreport *r,
    struct findings *fs)
{
	const struct snp_tcb *t = &r->reported;
	const struct {
		const char *name;
		uint8_t oid;
		uint8_t value;
	} parts[] = { { "bootloader", 1, t->bootloader }, { "tee", 2, t->tee },
		{ "snp", 3, t->snp }, { "microcode", 8, t->microcode },
		{ "fmc", 9, t->fmc } };
	size_t n = r->product == SNP_TURIN ? 5 : 4;

	for (size_t i = 0; i < n; i++) {
		int v = tcb_part(leaf, parts[i].oid);

		if (v == parts[i].value)
			continue;
		findings_add(fs, FINDING_FAILED, "tcb",
		    "the report says %s %d, and the certificate %d%s",
		    parts[i].name, parts[i].value, v, v < 0 ? " (none)" : "");
		return;
	}
	findings_add(fs, FINDING_PASSED, "tcb",
	    "the certificate is for the TCB that is reported: bootloader %d, "
	    "tee %d, snp %d, microcode %d",
	    t->bootloader, t->tee, t->snp, t->microcode);
}

static void
check_chip(const struct x509 *leaf, const struct snpreport *r,
    struct findings *fs)
{
	struct span id = extension(leaf, OID_HWID, 0);
	size_t want = SNPREPORT_CHIP_ID, len = span_len(&id);
	bool masked = true, same;

	for (int i = 0; i < SNPREPORT_CHIP_ID; i++)
		masked = masked && r->chip_id[i] == 0;
	if (snpreport_signer(r) == SNP_VLEK || masked) {
		findings_add(fs, FINDING_UNCHECKED, "chip",
		    "%s: the report is not tied to one",
		    masked ? "the host hides it" : "a VLEK is for many chips");
		return;
	}
	if (r->product == SNP_TURIN && len == HWID_TURIN)
		want = HWID_TURIN;
	same = len == want && memcmp(id.p, r->chip_id, want) == 0;
	for (size_t i = want; i < SNPREPORT_CHIP_ID; i++)
		same = same && r->chip_id[i] == 0;
	findings_check(fs, same, "chip",
	    "the certificate is for the chip of the report",
	    "the certificate is for another chip than the report's");
}

/* "Milan-B0" is of Milan; a report before version 3 does not say. */
static void
check_product(const struct x509 *leaf, const struct snpreport *r,
    struct findings *fs)
{
	struct span s = extension(leaf, OID_PRODUCT, 0);
	struct span text = der_take(&s, DER_IA5_STRING);
	const char *name = snp_product_name(r->product);
	char shown[CERTS_NAME] = "";
	size_t len = span_len(&text);
	bool same;

	if (len < sizeof(shown) && !span_bad(&text))
		memcpy(shown, text.p, len);
	same = !span_bad(&text) && str_starts(shown, name) &&
	       (shown[strlen(name)] == '\0' || shown[strlen(name)] == '-');
	if (r->version < 3)
		findings_add(fs, FINDING_UNCHECKED, "product",
		    "a report of the version %u does not say; the certificate "
		    "is for %s",
		    r->version, STR_QUOTED(shown));
	else
		findings_add(fs, same ? FINDING_PASSED : FINDING_FAILED,
		    "product", "the report is of %s, the certificate for %s",
		    name, STR_QUOTED(shown));
}

/* The certificate whose key signed the report; NULL when none of them did. */
static const struct x509 *
find_signer(const struct snpreport *r, const struct certs *cs, bool *ret_any)
{
	struct ecpoint pt;
	struct err ignored;
	uint8_t rs[96];

	if (snpreport_signature(r, rs) < 0)
		return NULL;
	for (size_t i = 0; i < cs->n; i++) {
		if (x509_point(&cs->c[i].key, ECKEY_P384, &pt, &ignored) < 0)
			continue;
		*ret_any = true;
		if (ecpoint_verify(&pt, SHA2_384, r->bytes, SNPREPORT_SIGNED,
			rs))
			return &cs->c[i];
	}
	return NULL;
}

static void
check_signature(const struct check *c, const struct evidence *ev,
    struct findings *fs)
{
	const struct snpreport *r = &ev->snp;
	const struct x509 *leaf;
	bool any = false;

	if (r->sig_algo != SIG_ECDSA_P384_SHA384 ||
	    (snpreport_signer(r) != SNP_VCEK &&
		snpreport_signer(r) != SNP_VLEK)) {
		findings_add(fs, FINDING_FAILED, "signature",
		    "the report is not signed by a VCEK or VLEK with ECDSA "
		    "P-384 (algorithm %u, key %d)",
		    r->sig_algo, snpreport_signer(r));
		return;
	}
	leaf = find_signer(r, &ev->certs, &any);
	if (leaf == NULL)
		leaf = find_signer(r, &c->more, &any);
	if (leaf == NULL && !any) {
		check_impossible(c, "signature",
		    "no certificate of the VCEK or VLEK was given (--certs)",
		    fs);
		return;
	}
	if (leaf == NULL) {
		findings_add(fs, FINDING_FAILED, "signature",
		    "none of the certificates at hand has the key that signed "
		    "the report, or the report was changed");
		return;
	}
	findings_add(fs, FINDING_PASSED, "signature",
	    "the report is signed by the key of %s",
	    STR_QUOTED(certs_name(leaf).s));
	check_tcb(leaf, r, fs);
	check_chip(leaf, r, fs);
	check_product(leaf, r, fs);
	check_path(c, leaf, &ev->certs, fs);
}

void
check_snp(const struct check *c, const struct evidence *ev, struct findings *fs)
{
	const struct snpreport *r = &ev->snp;

	check_signature(c, ev, fs);
	findings_add(fs, r->vmpl == 0 ? FINDING_PASSED : FINDING_FAILED, "vmpl",
	    "the report was asked for from VMPL %u", r->vmpl);
	if (c->allow_debug && (r->policy & SNP_POLICY_DEBUG))
		findings_add(fs, FINDING_UNCHECKED, "debug",
		    "the host may debug the guest (--allow-debug)");
	else
		findings_check(fs, (r->policy & SNP_POLICY_DEBUG) == 0, "debug",
		    "the policy forbids to debug the guest",
		    "the policy lets the host debug the guest");
	if (ev->has_hcl)
		findings_check(fs, hcl_is_bound(&ev->hcl, r->report_data),
		    "vTPM key", "the report carries the hash of the vTPM's key",
		    "the report is not of the runtime data with the vTPM's "
		    "key");
	findings_add(fs, FINDING_UNCHECKED, "tcb level",
	    "whether this TCB is AMD's latest");
}
