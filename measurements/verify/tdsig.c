#include <string.h>

#include "measurements/format/eckey.h"
#include "measurements/verify/tdsig.h"

enum {
	HEADER_LEN = 48,
	BODY_10_LEN = 584,
	KEY_ECDSA_P256 = 2,
	CERTS_QE_REPORT = 6,
	CERTS_PCK_CHAIN = 5,
	SIGNATURE_LEN = 64,
	QE_ATTRIBUTES_AT = 48, /* of SGX's REPORTBODY */
	QE_REPORT_DATA_AT = 320,
	QE_DEBUG = 2
};

static int
read_certs(struct span *s, struct tdsig *sig, struct err *e)
{
	uint16_t type = span_le16(s);
	struct span qe = span_take(s, span_le32(s));

	if (type != CERTS_QE_REPORT)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: certification data of the type %u", type);
	sig->qe_report = span_take(&qe, TDSIG_REPORT_LEN);
	sig->qe_signature = span_take(&qe, SIGNATURE_LEN);
	sig->qe_auth_data = span_take(&qe, span_le16(&qe));
	type = span_le16(&qe);
	sig->certs = span_take(&qe, span_le32(&qe));
	if (span_bad(&qe))
		return err_set(e, ERR_SYNTAX,
		    "quote: certification data too short");
	if (type != CERTS_PCK_CHAIN)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: certificates of the type %u", type);
	return 0;
}

int
tdsig_parse(struct span quote, struct tdsig *ret_s, struct err *e)
{
	struct span s = quote, sig;
	uint16_t version = span_le16(&s), key = span_le16(&s);
	struct tdsig out;

	span_skip(&s, HEADER_LEN - 4);
	if (version == 5) {
		span_skip(&s, 2);
		span_skip(&s, span_le32(&s));
	} else {
		span_skip(&s, BODY_10_LEN);
	}
	memset(&out, 0, sizeof(out));
	out.signed_part = span_of(quote.p, (size_t)(s.p - quote.p));
	sig = span_take(&s, span_le32(&s));
	if (key != KEY_ECDSA_P256)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: an attestation key of the type %u", key);
	out.signature = span_take(&sig, SIGNATURE_LEN);
	out.key = span_take(&sig, TDSIG_KEY_LEN);
	if (span_bad(&s) || span_bad(&sig))
		return err_set(e, ERR_SYNTAX, "quote: signature too short");
	if (read_certs(&sig, &out, e) < 0)
		return -1;
	if (span_len(&sig) != 0)
		return err_set(e, ERR_SYNTAX,
		    "quote: something after the certification data");
	*ret_s = out;
	return 0;
}

bool
tdsig_quote_is_signed(const struct tdsig *s)
{
	uint8_t point[1 + TDSIG_KEY_LEN] = { 4 };
	struct ecpoint pt;
	struct err ignored;

	memcpy(point + 1, s->key.p, TDSIG_KEY_LEN);
	return ecpoint_parse(ECKEY_P256, point, sizeof(point), &pt, &ignored) ==
		   0 &&
	       ecpoint_verify(&pt, SHA2_256, s->signed_part.p,
		   span_len(&s->signed_part), s->signature.p);
}

bool
tdsig_key_is_bound(const struct tdsig *s)
{
	const uint8_t *p = s->qe_report.p + QE_REPORT_DATA_AT;
	uint8_t digest[SHA2_256_LEN];
	struct sha2 h;

	sha2_init(&h, SHA2_256);
	sha2_update(&h, s->key.p, TDSIG_KEY_LEN);
	sha2_update(&h, s->qe_auth_data.p, span_len(&s->qe_auth_data));
	sha2_final(&h, digest);
	for (int i = SHA2_256_LEN; i < 64; i++)
		if (p[i] != 0)
			return false;
	return memcmp(p, digest, SHA2_256_LEN) == 0;
}

bool
tdsig_qe_is_debug(const struct tdsig *s)
{
	return (s->qe_report.p[QE_ATTRIBUTES_AT] & QE_DEBUG) != 0;
}
