/*
 * measurements/sev -- the launch digests of SEV and SEV-ES guests
 *
 * One SHA-256 over the firmware, the hashes table when the kernel is checked,
 * and, for SEV-ES, a save area per vCPU. This is LD of the guest context; the
 * measurement that the security processor returns is an HMAC of it and of a
 * nonce (SEV API 0.24, 6.5).
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_SEV_H
#define MEASUREMENTS_SEV_H

#include <stdint.h>

#include "base/err.h"
#include "measurements/format/hashes.h"
#include "measurements/format/ovmf.h"
#include "measurements/sev/vmsa.h"

enum {
	SEV_LD_LEN = SHA2_256_LEN
};

struct sev_launch {
	const struct ovmf *firmware;
	/* The hash after the firmware, by sev_firmware(), which then is not
	 * hashed again; or NULL. */
	const struct sha2 *hashed;
	const struct hashes *hashes; /* or NULL without a kernel */
	int es;                      /* SEV-ES: the rest counts too */
	enum vmsa_vmm vmm;
	uint32_t vcpus;
	uint32_t cpu_sig;
};

/* The running hash with the firmware in it, for many launches with it. */
void sev_firmware(const struct ovmf *firmware, struct sha2 *ret_h);

/*
 * The digest. Returns 0, or -1 with *e set and *ret_ld untouched: what
 * ovmf_hashes_area() and ovmf_reset_eip() return.
 */
int sev_digest(const struct sev_launch *l, uint8_t ret_ld[static SEV_LD_LEN],
    struct err *e);

#endif
