#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/verify/evidence.h"

static struct fact *
add(struct evidence *ev, const char *name, enum fact_type type)
{
	struct fact *f = &ev->facts[ev->n_facts];

	assert(ev->n_facts < EVIDENCE_FACTS);
	ev->n_facts++;
	memset(f, 0, sizeof(*f));
	if (str_copy(f->name, sizeof(f->name), name) < 0)
		assert(!"a name that fits");
	f->type = type;
	return f;
}

void
evidence_bytes(struct evidence *ev, const char *name, const uint8_t *p,
    size_t len)
{
	struct fact *f = add(ev, name, FACT_BYTES);

	f->p = p;
	f->len = len;
}

void
evidence_number(struct evidence *ev, const char *name, uint64_t v)
{
	add(ev, name, FACT_NUMBER)->number = v;
}

void
evidence_bool(struct evidence *ev, const char *name, bool v)
{
	add(ev, name, FACT_BOOL)->number = v;
}

void
evidence_text(struct evidence *ev, const char *name, const char *text)
{
	add(ev, name, FACT_TEXT)->text = text;
}

const struct fact *
evidence_fact(const struct evidence *ev, const char *name)
{
	for (size_t i = 0; i < ev->n_facts; i++)
		if (str_eq(ev->facts[i].name, name))
			return &ev->facts[i];
	return NULL;
}

static void
add_snp(struct evidence *ev)
{
	const struct snpreport *r = &ev->snp;

	evidence_bytes(ev, "measurement", r->measurement, 48);
	evidence_bytes(ev, "host_data", r->host_data, 32);
	evidence_bytes(ev, "id_key_digest", r->id_key_digest, 48);
	evidence_bytes(ev, "author_key_digest", r->author_key_digest, 48);
	evidence_bytes(ev, "family_id", r->family_id, 16);
	evidence_bytes(ev, "image_id", r->image_id, 16);
	evidence_bytes(ev, "chip_id", r->chip_id, SNPREPORT_CHIP_ID);
	evidence_number(ev, "version", r->version);
	evidence_number(ev, "guest_svn", r->guest_svn);
	evidence_number(ev, "policy", r->policy);
	evidence_number(ev, "vmpl", r->vmpl);
	evidence_number(ev, "guest_abi_minor", r->policy & 0xff);
	evidence_number(ev, "guest_abi_major", r->policy >> 8 & 0xff);
	evidence_bool(ev, "smt_allowed", r->policy & SNP_POLICY_SMT);
	evidence_bool(ev, "single_socket",
	    r->policy & SNP_POLICY_SINGLE_SOCKET);
	evidence_bool(ev, "smt_enabled", r->platform_info & SNP_PLATFORM_SMT);
	evidence_bool(ev, "tsme_enabled", r->platform_info & SNP_PLATFORM_TSME);
	evidence_number(ev, "tcb_bootloader", r->reported.bootloader);
	evidence_number(ev, "tcb_tee", r->reported.tee);
	evidence_number(ev, "tcb_snp", r->reported.snp);
	evidence_number(ev, "tcb_microcode", r->reported.microcode);
	if (r->product == SNP_TURIN)
		evidence_number(ev, "tcb_fmc", r->reported.fmc);
}

/* As quotes have it: eight bytes, the lowest first. */
static const char *
text_le64(uint64_t v, struct arena *a)
{
	char hex[HEX_SIZE(8)];
	uint8_t p[8];

	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
	hex_encode(p, sizeof(p), hex);
	return arena_printf(a, "%s", hex);
}

static void
add_td(struct evidence *ev, struct arena *a)
{
	const struct tdquote *q = &ev->td;
	char name[20];

	evidence_bytes(ev, "mrtd", q->mrtd, TDQUOTE_MR_LEN);
	for (int i = 0; i < TDQUOTE_RTMRS; i++) {
		snprintf(name, sizeof(name), "rtmr%d", i);
		evidence_bytes(ev, name, q->rtmr[i], TDQUOTE_MR_LEN);
	}
	evidence_bytes(ev, "mrconfigid", q->mrconfigid, TDQUOTE_MR_LEN);
	evidence_bytes(ev, "mrowner", q->mrowner, TDQUOTE_MR_LEN);
	evidence_bytes(ev, "mrownerconfig", q->mrownerconfig, TDQUOTE_MR_LEN);
	evidence_bytes(ev, "mrseam", q->mrseam, TDQUOTE_MR_LEN);
	evidence_bytes(ev, "mrsignerseam", q->mrsignerseam, TDQUOTE_MR_LEN);
	evidence_bytes(ev, "tee_tcb_svn", q->tee_tcb_svn,
	    sizeof(q->tee_tcb_svn));
	evidence_text(ev, "xfam", text_le64(q->xfam, a));
	evidence_text(ev, "td_attributes", text_le64(q->td_attributes, a));
}

static void
add_pcrs(struct evidence *ev)
{
	char name[8];

	for (int i = 0; i < TPMQUOTE_PCRS; i++) {
		if ((ev->tpm.selected >> i & 1) == 0)
			continue;
		snprintf(name, sizeof(name), "pcr%d", i);
		evidence_bytes(ev, name, ev->pcrs[i], SHA2_256_LEN);
	}
}

static void
add_se(struct evidence *ev)
{
	const struct seattest *s = &ev->se;

	evidence_bytes(ev, "tag", s->tag, SEAES_TAG_LEN);
	evidence_bytes(ev, "pld", s->pld, SHA2_512_LEN);
	evidence_bytes(ev, "ald", s->ald, SHA2_512_LEN);
	evidence_bytes(ev, "tld", s->tld, SHA2_512_LEN);
	evidence_bytes(ev, "cuid", s->cuid, SEATTEST_CUID);
	if (span_len(&ev->se.additional) == 0)
		return;
	evidence_bytes(ev, "image_phkh", ev->se.additional.p, SE_PHKH);
	evidence_bytes(ev, "attestation_phkh", ev->se.additional.p + SE_PHKH,
	    SE_PHKH);
}

void
evidence_collect(struct evidence *ev, struct arena *a)
{
	if (ev->has_snp)
		add_snp(ev);
	if (ev->has_td)
		add_td(ev, a);
	if (ev->has_tpm)
		add_pcrs(ev);
	if (ev->ak_text != NULL)
		evidence_text(ev, "ak_public", ev->ak_text);
	if (ev->has_se)
		add_se(ev);
}
