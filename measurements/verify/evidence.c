#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/json_in.h"
#include "measurements/verify/evidence.h"

enum {
	SE_TAGS = 3 * SHA2_512_LEN + SEAES_TAG_LEN,
	TD_REPORT_LEN = 1024,
	TD_REPORT_TYPE = 0x81
};

static int
missing(const char *key, struct err *e)
{
	return err_set(e, ERR_SYNTAX,
	    "evidence: '%s' is missing, or not in its form", key);
}

static int
take_base64(const cJSON *o, const char *key, enum base64_form form,
    struct arena *a, struct span *ret_s, struct err *e)
{
	*ret_s = json_in_base64(json_in_string(o, key), form, a);
	return span_bad(ret_s) ? missing(key, e) : 0;
}

static int
take_quote(struct evidence *ev, struct span s, struct err *e)
{
	if (tdquote_parse(s.p, span_len(&s), &ev->td, e) < 0)
		return -1;
	ev->has_td = true;
	ev->td_is_quote = ev->td.form != TDQUOTE_REPORT;
	ev->td_bytes = s;
	return 0;
}

static int
take_snp(struct evidence *ev, struct span s, struct err *e)
{
	if (snpreport_parse(s, &ev->snp, e) < 0)
		return -1;
	ev->has_snp = true;
	return 0;
}

static int
take_hcl(struct evidence *ev, struct span s, struct arena *a, struct err *e)
{
	struct span hw;

	if (hcl_parse(s, a, &ev->hcl, e) < 0)
		return -1;
	ev->has_hcl = true;
	hw = ev->hcl.hw;
	if (ev->hcl.type == HCL_SNP) {
		ev->tee = "az-snp-vtpm";
		return take_snp(ev, hw, e);
	}
	ev->tee = "az-tdx-vtpm";
	return take_quote(ev, span_take(&hw, TD_REPORT_LEN), e);
}

/* A list of numbers as bytes. */
static struct span
byte_list(const cJSON *list, struct arena *a)
{
	int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	uint8_t *p = arena_alloc(a, (size_t)n + 1);
	struct span s = span_of(p, p ? (size_t)n : 0);
	const cJSON *v;
	uint64_t byte;
	size_t i = 0;

	if (p == NULL || n == 0) {
		span_fail(&s);
		return s;
	}
	cJSON_ArrayForEach(v, list)
	{
		if (json_in_u64(v, 0xff, &byte) < 0)
			span_fail(&s);
		else
			p[i++] = (uint8_t)byte;
	}
	return s;
}

static int
json_snp(const cJSON *json, struct arena *a, struct evidence *ev, struct err *e)
{
	const cJSON *report = json_in_get(json, "attestation_report"), *entry;
	uint8_t *bytes = arena_alloc(a, SNPREPORT_LEN);

	if (json_in_get(json, "serial_number") != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "evidence: of CSV, which is not verified here");
	ev->tee = "snp";
	ev->form = "SNP evidence";
	if (bytes == NULL)
		return err_set(e, ERR_LIMIT, "evidence: too large");
	if (snpreport_from_json(report, bytes, e) < 0 ||
	    take_snp(ev, span_of(bytes, SNPREPORT_LEN), e) < 0)
		return -1;
	cJSON_ArrayForEach(entry, json_in_get(json, "cert_chain"))
	{
		const char *type = json_in_string(entry, "cert_type");
		struct span der;

		if (type == NULL ||
		    (!str_eq(type, "VCEK") && !str_eq(type, "VLEK") &&
			!str_eq(type, "ASK") && !str_eq(type, "ARK")))
			continue;
		der = byte_list(json_in_get(entry, "data"), a);
		if (span_bad(&der))
			return missing("cert_chain", e);
		if (certs_add(&ev->certs, der, a, e) < 0)
			return err_wrap(e, "evidence: %s", type);
	}
	return 0;
}

static int
json_tdx(const cJSON *json, struct arena *a, struct evidence *ev, struct err *e)
{
	const cJSON *log = json_in_get(json, "cc_eventlog");
	struct span quote;

	ev->tee = "tdx";
	ev->form = "TDX evidence";
	if (take_base64(json, "quote", BASE64_STANDARD, a, &quote, e) < 0 ||
	    take_quote(ev, quote, e) < 0)
		return -1;
	if (log == NULL || cJSON_IsNull(log))
		return 0;
	ev->has_log = true;
	return take_base64(json, "cc_eventlog", BASE64_STANDARD, a, &ev->log,
	    e);
}

/* The object tpm_quote, in base64 (tpm) or hexadecimal (az-*). */
static int
json_tpm_quote(const cJSON *json, bool bare, struct arena *a,
    struct evidence *ev, struct err *e)
{
	const cJSON *quote = json_in_get(json, "tpm_quote"), *pcr;
	const char *message = json_in_string(quote, "message");
	const char *sig = json_in_string(quote, "signature");
	struct span m;
	int n = 0;

	m = bare ? json_in_hex(message, a)
		 : json_in_base64(message, BASE64_STANDARD, a);
	ev->tpm_signature = bare ? json_in_hex(sig, a)
				 : json_in_base64(sig, BASE64_STANDARD, a);
	ev->tpm_signature_is_bare = bare;
	if (span_bad(&m) || span_bad(&ev->tpm_signature))
		return missing("tpm_quote", e);
	cJSON_ArrayForEach(pcr, json_in_get(quote, "pcrs"))
	{
		const char *hex = cJSON_GetStringValue(pcr);

		if (n == TPMQUOTE_PCRS || hex == NULL ||
		    hex_decode(hex, strlen(hex), ev->pcrs[n], SHA2_256_LEN) < 0)
			return missing("pcrs", e);
		n++;
	}
	if (n != TPMQUOTE_PCRS)
		return err_set(e, ERR_SYNTAX,
		    "evidence: %d PCRs, and a list has %d", n, TPMQUOTE_PCRS);
	ev->has_tpm = true;
	return tpmquote_parse(m, &ev->tpm, e);
}

static int
json_az(const cJSON *json, struct arena *a, struct evidence *ev, struct err *e)
{
	bool snp = json_in_get(json, "vcek") != NULL;
	struct span hcl, more;

	ev->form = snp ? "az-snp-vtpm evidence" : "az-tdx-vtpm evidence";
	if (take_base64(json, "hcl_report", BASE64_URL, a, &hcl, e) < 0 ||
	    take_base64(json, snp ? "vcek" : "td_quote", BASE64_URL, a, &more,
		e) < 0 ||
	    take_hcl(ev, hcl, a, e) < 0 ||
	    json_tpm_quote(json, true, a, ev, e) < 0)
		return -1;
	if (json_in_get(json, "version") != NULL &&
	    json_in_u64(json_in_get(json, "version"), UINT32_MAX,
		&ev->version) < 0)
		return missing("version", e);
	if (snp != (ev->hcl.type == HCL_SNP))
		return err_set(e, ERR_SYNTAX,
		    "evidence: an HCL report of another TEE");
	if (snp)
		return certs_add(&ev->certs, more, a, e);
	if (take_quote(ev, more, e) < 0)
		return -1;
	return ev->td_is_quote ? 0 : missing("td_quote", e);
}

static int
json_tpm(const cJSON *json, struct arena *a, struct evidence *ev, struct err *e)
{
	const char *ak = json_in_string(json, "ak_public");

	ev->tee = "tpm";
	ev->form = "TPM evidence";
	if (take_base64(json, "ak_public", BASE64_STANDARD, a, &ev->ak, e) < 0)
		return -1;
	ev->ak_text = arena_strndup(a, ak, strlen(ak));
	return json_tpm_quote(json, false, a, ev, e);
}

static int
json_se(const cJSON *json, struct arena *a, struct evidence *ev, struct err *e)
{
	struct seattest *s = &ev->se;
	struct span cuid, tags;
	size_t add;

	ev->tee = "se";
	ev->form = "Secure Execution evidence";
	if (take_base64(json, "measurement", BASE64_STANDARD, a,
		&ev->se_measurement, e) < 0 ||
	    take_base64(json, "additional_data", BASE64_STANDARD, a,
		&s->additional, e) < 0 ||
	    take_base64(json, "user_data", BASE64_STANDARD, a, &s->user, e) <
		0 ||
	    take_base64(json, "cuid", BASE64_STANDARD, a, &cuid, e) < 0 ||
	    take_base64(json, "image_hdr_tags", BASE64_STANDARD, a, &tags, e) <
		0)
		return -1;
	add = span_len(&s->additional);
	if (span_len(&ev->se_measurement) != SEATTEST_LEN ||
	    span_len(&tags) != SE_TAGS || span_len(&cuid) != SEATTEST_CUID ||
	    span_len(&s->user) > SEATTEST_USER_MAX ||
	    (add != 0 && add < 2 * SE_PHKH))
		return err_set(e, ERR_SYNTAX,
		    "SE evidence: a field of the wrong length");
	s->pld = tags.p;
	s->ald = tags.p + SHA2_512_LEN;
	s->tld = tags.p + 2 * SHA2_512_LEN;
	s->tag = tags.p + 3 * SHA2_512_LEN;
	s->cuid = cuid.p;
	ev->has_se = true;
	return 0;
}

static int
json_sample(const cJSON *json, struct arena *a, struct evidence *ev,
    struct err *e)
{
	const char *svn = json_in_string(json, "svn");

	ev->tee = "sample";
	ev->form = "sample evidence";
	if (svn == NULL)
		return missing("svn", e);
	evidence_text(ev, "svn", arena_printf(a, "%s", svn));
	return 0;
}

static int
json_other(const cJSON *json, struct arena *a, struct evidence *ev,
    struct err *e)
{
	(void)a;
	(void)ev;
	if (json_in_get(json, "token") != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "evidence: of CCA, which is not verified here");
	if (json_in_get(json, "report") != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "evidence: of Azure in its first version, which is not "
		    "verified here");
	return err_set(e, ERR_UNSUPPORTED,
	    "JSON that is no evidence of snp, tdx, az-snp-vtpm, az-tdx-vtpm, "
	    "tpm, se or sample");
}

/* Which keys tell a form; the first row that fits is it. */
static const struct {
	const char *keys[2];
	int (*read)(const cJSON *json, struct arena *a, struct evidence *ev,
	    struct err *e);
} forms[] = {
	{ { "attestation_report", NULL }, json_snp },
	{ { "hcl_report", "tpm_quote" }, json_az },
	{ { "tpm_quote", "ak_public" }, json_tpm },
	{ { "image_hdr_tags", "measurement" }, json_se },
	{ { "svn", "report_data" }, json_sample },
	{ { "report", NULL }, json_other },
	{ { "quote", NULL }, json_tdx },
	{ { NULL, NULL }, json_other },
};

static int
parse_json(struct span s, struct arena *a, struct evidence *ev, struct err *e)
{
	cJSON *json;
	int rc = -1;

	if (json_in_parse(s.p, span_len(&s), &json, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *const *k = forms[i].keys;

		if ((k[0] == NULL || json_in_get(json, k[0]) != NULL) &&
		    (k[1] == NULL || json_in_get(json, k[1]) != NULL)) {
			rc = forms[i].read(json, a, ev, e);
			break;
		}
	}
	cJSON_Delete(json);
	return rc;
}

static bool
looks_like_json(struct span s)
{
	while (
	    span_len(&s) > 0 && strchr(" \t\r\n", *s.p) != NULL && *s.p != '\0')
		s.p++;
	return span_len(&s) > 0 && *s.p == '{';
}

static int
parse_binary(struct span s, struct arena *a, struct evidence *ev, struct err *e)
{
	struct span head = s;
	uint32_t first = span_le32(&head), tee = span_le32(&head);

	if (hcl_is(s)) {
		ev->form = "HCL report";
		return take_hcl(ev, s, a, e);
	}
	if (span_len(&s) == SNPREPORT_LEN) {
		ev->tee = "snp";
		ev->form = "SNP report";
		return take_snp(ev, s, e);
	}
	if ((span_len(&s) == TD_REPORT_LEN && s.p[0] == TD_REPORT_TYPE) ||
	    (!span_bad(&head) && tee == TD_REPORT_TYPE &&
		(first & 0xffff) < 16)) {
		ev->tee = "tdx";
		ev->form =
		    span_len(&s) == TD_REPORT_LEN ? "TDREPORT" : "TD quote";
		return take_quote(ev, s, e);
	}
	return err_set(e, ERR_UNSUPPORTED,
	    "not an SNP report (%d bytes), a TD quote, an HCL report or JSON",
	    SNPREPORT_LEN);
}

int
evidence_parse(struct span s, struct arena *a, struct evidence *ret_ev,
    struct err *e)
{
	memset(ret_ev, 0, sizeof(*ret_ev));
	if ((looks_like_json(s) ? parse_json(s, a, ret_ev, e)
				: parse_binary(s, a, ret_ev, e)) < 0)
		return -1;
	evidence_collect(ret_ev, a);
	return 0;
}
