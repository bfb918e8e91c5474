/*
 * measurements/snpreport -- the attestation report of SEV-SNP
 *
 * ATTESTATION_REPORT of the versions 2 to 5 (SEV Secure Nested Paging Firmware
 * ABI, revision 1.58, table 23): 1184 bytes, of which the last 512 are the
 * signature. The TCB version has another layout since Turin (family 0x1a).
 * Nothing is checked here but the form.
 *
 * Memory: nothing is allocated.
 */
#ifndef MEASUREMENTS_SNPREPORT_H
#define MEASUREMENTS_SNPREPORT_H

#include <cJSON.h>

#include "base/err.h"
#include "base/span.h"

enum {
	SNPREPORT_LEN = 1184,
	SNPREPORT_SIGNED = 0x2a0,
	SNPREPORT_CHIP_ID = 64,
	SNPREPORT_MIN = 2,
	SNPREPORT_MAX = 5
};

enum snp_product {
	SNP_UNKNOWN, /* before version 3 the report does not say */
	SNP_MILAN,
	SNP_GENOA, /* and Bergamo, Siena */
	SNP_TURIN
};

/* Who holds the key of the signature (table 23, SIGNING_KEY). */
enum snp_signer {
	SNP_VCEK = 0,
	SNP_VLEK = 1,
	SNP_NONE = 7
};

struct snp_tcb {
	uint8_t fmc; /* Turin */
	uint8_t bootloader, tee, snp, microcode;
};

struct snpreport {
	uint8_t bytes[SNPREPORT_LEN];
	uint32_t version, guest_svn, vmpl, sig_algo;
	uint64_t policy, platform_info;
	uint32_t key_info;
	enum snp_product product;
	struct snp_tcb current, reported, committed, launch;
	/* Borrowed from bytes, so not to be copied with the struct. */
	const uint8_t *report_data, *measurement, *host_data, *chip_id;
	const uint8_t *family_id, *image_id, *id_key_digest, *author_key_digest;
};

/* Bits of policy and platform_info. */
#define SNP_POLICY_SMT (1ULL << 16)
#define SNP_POLICY_MIGRATE (1ULL << 18)
#define SNP_POLICY_DEBUG (1ULL << 19)
#define SNP_POLICY_SINGLE_SOCKET (1ULL << 20)
#define SNP_PLATFORM_SMT (1ULL << 0)
#define SNP_PLATFORM_TSME (1ULL << 1)

/* Read a report of exactly that form. *ret_r must stay where it is. */
int snpreport_parse(struct span s, struct snpreport *ret_r, struct err *e);

/* The bytes of a report as the attestation agent's JSON has it. */
int snpreport_from_json(const cJSON *json,
    uint8_t ret_bytes[static SNPREPORT_LEN], struct err *e);

/* The key that should have signed. */
enum snp_signer snpreport_signer(const struct snpreport *r);

/* "Milan"; "unknown". */
const char *snp_product_name(enum snp_product p);

/* r and s, big-endian, 48 bytes each. -1 when they are larger than that, or
 * what is reserved behind them is not zeros. */
int snpreport_signature(const struct snpreport *r, uint8_t ret_rs[static 96]);

#endif
