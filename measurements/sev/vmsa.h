/*
 * measurements/vmsa -- a vCPU's initial state as SEV-ES and SEV-SNP measure it
 *
 * The VM Save Area is one page (AMD APM volume 2, table B-4: the offsets in
 * vmsa.c). What it holds at launch depends on the VMM and on the host's
 * kernel; the kinds here are those for which known digests or live systems
 * showed the values.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_VMSA_H
#define MEASUREMENTS_VMSA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
	VMSA_LEN = 4096
};

/* Where the first vCPU begins: the architecture's reset vector. */
#define VMSA_BSP_EIP UINT32_C(0xfffffff0)

enum vmsa_vmm {
	VMSA_QEMU,          /* QEMU on KVM of Linux 6.10 or later */
	VMSA_QEMU_PRE_6_10, /* ... before: no x87 and SSE state in the page */
	VMSA_EC2,
	VMSA_GCE,
	VMSA_KRUN
};

struct vmsa {
	enum vmsa_vmm vmm;
	uint32_t eip;
	uint32_t cpu_sig; /* CPUID 1, EAX; what EDX is at reset */
	uint64_t sev_features;
	/*
	 * The entry state of a Coconut SVSM: flat 32-bit protected mode at
	 * eip. For VMSA_QEMU and VMSA_QEMU_PRE_6_10.
	 */
	bool svsm;
};

/* The page of one vCPU. */
void vmsa_build(const struct vmsa *v, uint8_t ret_page[static VMSA_LEN]);

/* True when the page holds cpu_sig under this VMM. */
bool vmsa_vmm_has_sig(enum vmsa_vmm vmm);

/* The VMM's name on the command line and in outputs. */
const char *vmsa_vmm_name(enum vmsa_vmm vmm);

/* The VMM of that name; ERR_ARGUMENT, with the names there are. */
int vmsa_vmm_parse(const char *name, enum vmsa_vmm *ret_vmm, struct err *e);

#endif
