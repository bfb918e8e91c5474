/*
 * measurements/snp -- the launch digest of an SEV-SNP guest
 *
 * The order is that of the VMM: the firmware as NORMAL pages up to 4 GiB;
 * every section of its SEV metadata in the metadata's own order; one save
 * area per vCPU. With a Coconut SVSM, its image follows the firmware (below
 * it and its variables), the metadata is the SVSM's, and every vCPU enters
 * the SVSM.
 *
 * Two VMMs deviate: EC2 adds the CPUID pages after all other sections, GCE
 * adds SEC_MEM unmeasured. A section of an unknown type is a ZERO page, as
 * QEMU has it: the caller should say so, see ovmf_section_known().
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_SNP_H
#define MEASUREMENTS_SNP_H

#include <stdint.h>

#include "base/err.h"
#include "measurements/format/hashes.h"
#include "measurements/format/ovmf.h"
#include "measurements/sev/gctx.h"
#include "measurements/sev/vmsa.h"

struct snp_launch {
	const struct ovmf *firmware;
	/* The digest after the firmware's pages, when it is known; or NULL. */
	const uint8_t *firmware_ld;
	/* The digest after all images, by snp_images() of the same launch, so
	 * that they are not hashed again; or NULL. */
	const uint8_t *images_ld;
	/* With kernel-hashes=on and a kernel; or NULL. */
	const struct hashes *hashes;
	/* The SVSM and the bytes of variables between it and the firmware. */
	const struct ovmf *svsm;
	uint32_t svsm_vars_size;
	enum vmsa_vmm vmm;
	uint32_t vcpus;
	uint32_t cpu_sig;
	uint64_t guest_features; /* SEV_FEATURES; bit 0 is SNPActive */
};

/*
 * The digest after firmware and SVSM, which hashes, vCPUs and guest features do
 * not change. Returns as snp_digest() does.
 */
int snp_images(const struct snp_launch *l, uint8_t ret_ld[static GCTX_LD_LEN],
    struct err *e);

/*
 * The digest that the attestation report will hold as MEASUREMENT.
 * Returns 0, or -1 with *e set and *ret_ld untouched: what ovmf_sections(),
 * ovmf_reset_eip() and ovmf_hashes_area() return, and
 *	ERR_SYNTAX	an image that is not whole pages or does not fit
 *	ERR_UNSUPPORTED	hashes, and no section for them
 */
int snp_digest(const struct snp_launch *l, uint8_t ret_ld[static GCTX_LD_LEN],
    struct err *e);

#endif
