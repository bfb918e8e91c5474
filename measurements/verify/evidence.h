/*
 * measurements/evidence -- what a TEE says about a guest, whatever the form
 *
 * Evidence is recognised by its contents: an SNP report, a TD quote or
 * TDREPORT, an HCL report, or the JSON that the CoCo attestation agent makes
 * for snp, tdx, az-snp-vtpm, az-tdx-vtpm, tpm, se and sample. It becomes facts:
 * the names that refsets and Trustee's policy use, each with a value. Parsing
 * believes nothing; what is signed is checked in check.h.
 *
 * Memory: in the arena; the struct borrows the file's bytes and must stay
 * where it is.
 */
#ifndef MEASUREMENTS_EVIDENCE_H
#define MEASUREMENTS_EVIDENCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/format/eventlog.h"
#include "measurements/se/seattest.h"
#include "measurements/tdx/tdquote.h"
#include "measurements/verify/certs.h"
#include "measurements/verify/hcl.h"
#include "measurements/verify/snpreport.h"
#include "measurements/verify/tpmquote.h"

enum {
	SE_PHKH = 32, /* the hash of a host key */
	EVIDENCE_FACTS = 80,
	EVIDENCE_SIZE = 32 * 1024 * 1024,
	EVIDENCE_NAME = 24
};

enum fact_type {
	FACT_BYTES,
	FACT_NUMBER,
	FACT_BOOL,
	FACT_TEXT
};

struct fact {
	char name[EVIDENCE_NAME];
	enum fact_type type;
	const uint8_t *p; /* bytes */
	size_t len;
	uint64_t number; /* and bool */
	const char *text;
};

struct evidence {
	const char *tee;  /* Trustee's name */
	const char *form; /* for people */
	struct fact facts[EVIDENCE_FACTS];
	size_t n_facts;
	bool has_snp, has_td, td_is_quote, has_hcl, has_tpm, has_se, has_log;
	struct snpreport snp;
	struct tdquote td;
	struct span td_bytes;
	struct hcl hcl;
	struct tpmquote tpm;
	uint8_t pcrs[TPMQUOTE_PCRS][SHA2_256_LEN];
	struct span tpm_signature;
	bool tpm_signature_is_bare;
	uint64_t version; /* of az-* evidence */
	struct span ak;   /* SubjectPublicKeyInfo that came with a tpm quote */
	char *ak_text;    /* the same as the evidence spells it */
	struct seattest se;
	struct span se_measurement;
	struct span log;
	struct certs certs; /* that came with it */
};

/* Read the evidence in s. ERR_SYNTAX, ERR_UNSUPPORTED, ERR_LIMIT. */
int evidence_parse(struct span s, struct arena *a, struct evidence *ret_ev,
    struct err *e);

/* The fact of that name, or NULL. */
const struct fact *evidence_fact(const struct evidence *ev, const char *name);

/* For the makers of facts. */
void evidence_bytes(struct evidence *ev, const char *name, const uint8_t *p,
    size_t len);
void evidence_number(struct evidence *ev, const char *name, uint64_t v);
void evidence_bool(struct evidence *ev, const char *name, bool v);
void evidence_text(struct evidence *ev, const char *name, const char *text);

/* The facts of each part that the struct has. */
void evidence_collect(struct evidence *ev, struct arena *a);

#endif
