#include <string.h>

#include "codec/hex.h"
#include "measurements/format/der.h"
#include "measurements/verify/check.h"
#include "measurements/verify/tdsig.h"

/* Intel's extension of a PCK certificate: 1.2.840.113741.1.13.1, and in it
 * the FMSPC under .4 (SGX PCK Certificate Specification, 1.3.5). */
static const uint8_t oid_sgx[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01,
	0x0d, 0x01 };
static const uint8_t oid_fmspc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01,
	0x0d, 0x01, 0x04 };

enum {
	FMSPC_LEN = 6,
	TD_ATTRIBUTES_TUD = 0xff /* bit 0 is DEBUG, the others are reserved */
};

/* The platform's FMSPC; false when the certificate is no PCK's. */
static bool
read_fmspc(const struct x509 *c, char ret_hex[static HEX_SIZE(FMSPC_LEN)])
{
	struct span ext = x509_extension(c, oid_sgx, sizeof(oid_sgx));
	struct span s = der_take(&ext, DER_SEQUENCE);

	while (span_len(&s) > 0 && !span_bad(&s)) {
		struct span pair = der_take(&s, DER_SEQUENCE);
		struct span oid = der_take(&pair, DER_OID), value;

		if (!span_equals(&oid, oid_fmspc, sizeof(oid_fmspc)))
			continue;
		value = der_take(&pair, DER_OCTET_STRING);
		if (span_len(&value) != FMSPC_LEN)
			return false;
		hex_encode(value.p, FMSPC_LEN, ret_hex);
		return true;
	}
	return false;
}

static void
check_enclave(const struct check *c, const struct tdsig *s, struct arena *a,
    struct findings *fs)
{
	char fmspc[HEX_SIZE(FMSPC_LEN)];
	struct certs pool = { .n = 0 };
	struct ecpoint pck;
	struct err e;

	findings_check(fs, tdsig_key_is_bound(s), "attestation key",
	    "the quoting enclave's report names it",
	    "the quoting enclave's report names another");
	findings_check(fs, !tdsig_qe_is_debug(s), "quoting enclave",
	    "it does not run in debug mode", "it runs in debug mode");
	if (certs_add(&pool, s->certs, a, &e) < 0) {
		findings_add(fs, FINDING_FAILED, "certificates",
		    "of the quote: %s", e.msg);
		return;
	}
	if (!read_fmspc(&pool.c[0], fmspc) ||
	    x509_point(&pool.c[0].key, ECKEY_P256, &pck, &e) < 0) {
		findings_add(fs, FINDING_FAILED, "platform key",
		    "the first certificate is not a PCK's");
		return;
	}
	findings_check(fs,
	    ecpoint_verify(&pck, SHA2_256, s->qe_report.p,
		span_len(&s->qe_report), s->qe_signature.p),
	    "platform key", "it signed the quoting enclave's report",
	    "it did not sign the quoting enclave's report");
	check_path(c, &pool.c[0], &pool, fs);
	findings_add(fs, FINDING_UNCHECKED, "tcb level",
	    "the platform (FMSPC %s) and TDX module against Intel's TCB "
	    "information",
	    fmspc);
	findings_add(fs, FINDING_UNCHECKED, "enclave identity",
	    "the quoting enclave against Intel's list");
}

static void
check_signature(const struct check *c, const struct evidence *ev,
    struct arena *a, struct findings *fs)
{
	struct tdsig s;
	struct err e;

	if (!ev->td_is_quote) {
		check_impossible(c, "signature",
		    "a TDREPORT is not signed: only its own host can tell", fs);
		return;
	}
	if (tdsig_parse(ev->td_bytes, &s, &e) < 0) {
		findings_add(fs, FINDING_FAILED, "signature", "%s", e.msg);
		return;
	}
	findings_check(fs, tdsig_quote_is_signed(&s), "signature",
	    "the quote is signed by the attestation key in it",
	    "the quote was changed, or not signed by the key in it");
	check_enclave(c, &s, a, fs);
}

void
check_tdx(const struct check *c, const struct evidence *ev, struct arena *a,
    struct findings *fs)
{
	bool debug = (ev->td.td_attributes & TD_ATTRIBUTES_TUD) != 0;

	check_signature(c, ev, a, fs);
	if (c->allow_debug && debug)
		findings_add(fs, FINDING_UNCHECKED, "debug",
		    "the host may debug the TD (--allow-debug)");
	else
		findings_check(fs, !debug, "debug",
		    "the TD's attributes forbid to debug it",
		    "the TD's attributes let the host debug it");
	if (ev->has_hcl)
		findings_check(fs, hcl_is_bound(&ev->hcl, ev->td.report_data),
		    "vTPM key", "the quote carries the hash of the vTPM's key",
		    "the quote is not of the runtime data with the vTPM's key");
}
