/*
 * measurements/tdprofile -- what versions of OVMF and QEMU do differently
 *
 * A profile is a stable tag of edk2 (YYYYMM), a QEMU version and the flavour
 * of the firmware; everything that follows from them is data here, with the
 * reason, and tdprofile_list() prints the same data.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_TDPROFILE_H
#define MEASUREMENTS_TDPROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/format/guid.h"
#include "measurements/tdx/tdvf.h"

struct tdprofile {
	uint32_t ovmf;  /* 202511 */
	uint32_t qemu;  /* 1001 for 10.1 */
	bool intel_tdx; /* IntelTdxX64, else OvmfPkgX64 */
};

enum tdprofile_feature {
	TDPROFILE_SEPARATOR_IN_RTMR1,
	TDPROFILE_READS_BOOT_KERNEL,
	TDPROFILE_FW_CFG_EVENTS,
	TDPROFILE_SMBIOS_EVENT,
	TDPROFILE_INITRD_FIRST,
	TDPROFILE_N_FEATURES
};

struct tdprofile_option {
	uint32_t attributes;
	const char *title;
	struct guid file;
};

/*
 * Read "202511" (also with "edk2-stable" in front, or as 2025.11), and a QEMU
 * version "10.1" or "10.1.2". ERR_ARGUMENT for what is no version,
 * ERR_UNSUPPORTED for OVMF before 202302, which measures other things.
 */
int tdprofile_ovmf_parse(const char *s, uint32_t *ret_ovmf, struct err *e);
int tdprofile_qemu_parse(const char *s, uint32_t *ret_qemu, struct err *e);

/* All that differs, by version, as lines for people. */
void tdprofile_list(struct buf *out);

/* "qemu" or "clh", Cloud Hypervisor. ERR_ARGUMENT for another name. */
int tdprofile_vmm_parse(const char *s, bool *ret_clh, struct err *e);

/* True for the memory that edk2's IntelTdxX64 asks for, and no other build. */
bool tdprofile_is_intel_tdx(const struct tdvf *t);

bool tdprofile_has(const struct tdprofile *p, enum tdprofile_feature f);

/* Does the firmware measure a kernel that QEMU changed (bzimage.h)? */
bool tdprofile_patches_kernel(const struct tdprofile *p);

/* The option of a build with the EFI shell, which has it behind all others. */
const struct tdprofile_option *tdprofile_shell(const struct tdprofile *p);

/* The boot options at ReadyToBoot of a direct boot, in their order. */
size_t tdprofile_options(const struct tdprofile *p,
    const struct tdprofile_option **ret_options);

#endif
