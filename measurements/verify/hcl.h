/*
 * measurements/hcl -- Azure's report of a confidential VM's paravisor
 *
 * "HCLA", an SNP report or a TDREPORT in 1184 bytes, and behind them the
 * runtime data, whose hash is the report's report data: JSON with the vTPM's
 * attestation key (kid "HCLAkPub", a JWK) and what the guest wrote as
 * "user-data". This is what ties the vTPM to the TEE.
 *
 * Memory: nothing is allocated but in the arena; the struct borrows the bytes.
 */
#ifndef MEASUREMENTS_HCL_H
#define MEASUREMENTS_HCL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/format/x509.h"

enum {
	HCL_SNP = 2,
	HCL_TDX = 4,
	HCL_HW_LEN = 1184,
	HCL_TDREPORT_LEN = 1024
};

struct hcl {
	uint32_t type;
	struct span hw; /* SNP report, or TDREPORT */
	struct span runtime_data;
	uint8_t runtime_sha256[SHA2_256_LEN];
	struct x509_key ak;
	struct span user_data; /* empty when there is none */
};

/* True when the bytes begin as such a report. */
bool hcl_is(struct span s);

/* ERR_SYNTAX, or ERR_UNSUPPORTED for another TEE or hash. */
int hcl_parse(struct span s, struct arena *a, struct hcl *ret_h, struct err *e);

/* The 64 bytes of report data are the hash of the runtime data, then zeros. */
bool hcl_is_bound(const struct hcl *h, const uint8_t report_data[static 64]);

#endif
