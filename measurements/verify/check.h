/*
 * measurements/check -- is evidence genuine, and fit to be compared?
 *
 * Offline, up to the roots that the user gives. What each TEE signs is checked
 * as its makers say:
 *
 *	snp	report by VCEK or VLEK (ECDSA P-384), whose extensions hold
 *		the reported TCB and the chip; path to the root
 *	tdx	quote by the attestation key, which the quoting enclave's report
 *		names, which the PCK signed; path to the root
 *	az-*	the same, and the vTPM: its key is in the runtime data whose
 *		hash the report or quote carries; that key signs the PCRs
 *	tpm	the PCRs by the attestation key
 *	se	the HMAC, with the key of the request
 *
 * A guest that may be debugged, or that did not write the report itself
 * (VMPL), fails. What needs collateral of the day is a finding that was not
 * checked: revocation without lists, TCB information, the identity of the
 * quoting enclave.
 *
 * Memory: nothing is allocated but in the arena.
 */
#ifndef MEASUREMENTS_CHECK_H
#define MEASUREMENTS_CHECK_H

#include "measurements/verify/evidence.h"
#include "measurements/verify/findings.h"

/* What the user gives to check with. */
struct check {
	bool compare_only; /* what is not signed, or to no root, is let pass */
	bool allow_debug;
	struct certs roots;
	struct certs more; /* --certs */
	struct certs_crls crls;
	struct span ak; /* SubjectPublicKeyInfo that is trusted; or empty */
	int64_t at;     /* as certs_time(); 0: not given */
	struct span report_data; /* that is expected; bad: not given */
	struct span se_key;      /* empty: not given */
	struct span se_nonce;
};

/* Nothing given. */
void check_init(struct check *c);

/* Add the findings on ev. */
void check_evidence(const struct check *c, const struct evidence *ev,
    struct arena *a, struct findings *fs);

/* Parts of it, one for each maker. */
void check_snp(const struct check *c, const struct evidence *ev,
    struct findings *fs);
void check_tdx(const struct check *c, const struct evidence *ev,
    struct arena *a, struct findings *fs);
void check_tpm(const struct check *c, const struct evidence *ev,
    struct findings *fs);

/* The path from leaf to a root, as findings. */
void check_path(const struct check *c, const struct x509 *leaf,
    const struct certs *pool, struct findings *fs);

/* A check that cannot be made: let pass or failed, as the user wants. */
void check_impossible(const struct check *c, const char *name, const char *text,
    struct findings *fs);

#endif
