#include <string.h>

#include "base/span.h"
#include "measurements/tdx/tdquote.h"

enum {
	TEE_TDX = 0x81,
	REPORT_LEN = 1024,
	REPORT_TYPE_TDX = 0x81,
	REPORT_DATA_AT = 128,
	REPORT_TCB_AT = 256,
	REPORT_TDINFO_AT = 512,
	BODY_10_LEN = 584,
	BODY_15_LEN = 648,
	BODY_TDX_10 = 2,
	BODY_TDX_15 = 3
};

/* The measurements in the order that TDINFO and quotes share. */
static void
read_registers(struct span *s, struct tdquote *q)
{
	span_copy(s, q->mrtd, sizeof(q->mrtd));
	span_copy(s, q->mrconfigid, sizeof(q->mrconfigid));
	span_copy(s, q->mrowner, sizeof(q->mrowner));
	span_copy(s, q->mrownerconfig, sizeof(q->mrownerconfig));
	for (int i = 0; i < TDQUOTE_RTMRS; i++)
		span_copy(s, q->rtmr[i], sizeof(q->rtmr[i]));
}

static void
read_body(struct span *s, struct tdquote *q)
{
	span_copy(s, q->tee_tcb_svn, sizeof(q->tee_tcb_svn));
	span_copy(s, q->mrseam, sizeof(q->mrseam));
	span_copy(s, q->mrsignerseam, sizeof(q->mrsignerseam));
	q->seam_attributes = span_le64(s);
	q->td_attributes = span_le64(s);
	q->xfam = span_le64(s);
	read_registers(s, q);
	span_copy(s, q->report_data, sizeof(q->report_data));
	if (q->form != TDQUOTE_V5_15)
		return;
	span_copy(s, q->tee_tcb_svn2, sizeof(q->tee_tcb_svn2));
	span_copy(s, q->mrservicetd, sizeof(q->mrservicetd));
}

/* The body's type and size, which version 5 has in front of it. */
static int
read_body_type(struct span *s, struct tdquote *q, struct err *e)
{
	uint16_t type = span_le16(s);
	uint32_t size = span_le32(s);

	if (span_bad(s))
		return 0; /* the caller says so */
	if (type != BODY_TDX_10 && type != BODY_TDX_15)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: body type %u, and only %d and %d are known", type,
		    BODY_TDX_10, BODY_TDX_15);
	if (size != (type == BODY_TDX_10 ? BODY_10_LEN : BODY_15_LEN))
		return err_set(e, ERR_SYNTAX,
		    "quote: a body of type %u with %u bytes", type, size);
	q->form = type == BODY_TDX_10 ? TDQUOTE_V5_10 : TDQUOTE_V5_15;
	return 0;
}

static int
parse_quote(struct span s, struct tdquote *q, struct err *e)
{
	size_t len = span_len(&s), at;
	uint16_t version = span_le16(&s);
	uint32_t tee, signature;

	span_skip(&s, 2); /* type of the attestation key */
	tee = span_le32(&s);
	span_skip(&s, 40); /* reserved, vendor, user data */
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "quote: %zu bytes, less than its header", len);
	if (version != 4 && version != 5)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: version %u at offset 0, and only 4 and 5 are known",
		    version);
	if (tee != TEE_TDX)
		return err_set(e, ERR_UNSUPPORTED,
		    "quote: of the TEE 0x%x at offset 4, which is not TDX",
		    tee);
	q->form = TDQUOTE_V4;
	if (version == 5 && read_body_type(&s, q, e) < 0)
		return -1;
	read_body(&s, q);
	signature = span_le32(&s); /* with certificates */
	at = len - span_len(&s);
	span_skip(&s, signature);
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "quote: %zu bytes, and its signature of %u at offset %zu "
		    "does not fit",
		    len, signature, at);
	for (; s.p < s.end; s.p++)
		if (*s.p != 0)
			return err_set(e, ERR_SYNTAX,
			    "quote: something after its signature");
	return 0;
}

static void
parse_report(struct span s, struct tdquote *q)
{
	struct span data = s, tcb = s, info = s;

	q->form = TDQUOTE_REPORT;
	span_skip(&data, REPORT_DATA_AT);
	span_copy(&data, q->report_data, sizeof(q->report_data));
	span_skip(&tcb, REPORT_TCB_AT + 8);
	span_copy(&tcb, q->tee_tcb_svn, sizeof(q->tee_tcb_svn));
	span_copy(&tcb, q->mrseam, sizeof(q->mrseam));
	span_copy(&tcb, q->mrsignerseam, sizeof(q->mrsignerseam));
	q->seam_attributes = span_le64(&tcb);
	span_copy(&tcb, q->tee_tcb_svn2, sizeof(q->tee_tcb_svn2));
	span_skip(&info, REPORT_TDINFO_AT);
	q->td_attributes = span_le64(&info);
	q->xfam = span_le64(&info);
	read_registers(&info, q);
	span_copy(&info, q->mrservicetd, sizeof(q->mrservicetd));
}

int
tdquote_parse(const void *p, size_t len, struct tdquote *ret_q, struct err *e)
{
	struct span s = span_of(p, len);
	struct tdquote q;

	memset(&q, 0, sizeof(q));
	if (len == REPORT_LEN && s.p[0] == REPORT_TYPE_TDX)
		parse_report(s, &q);
	else if (parse_quote(s, &q, e) < 0)
		return -1;
	*ret_q = q;
	return 0;
}
