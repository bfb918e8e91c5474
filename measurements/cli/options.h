/*
 * measurements/options -- every option of `husk measure`, for every TEE
 *
 * One table: name, help, the targets that it means anything for, and for an
 * option that names a file the role of that file and how much of it is held.
 * A new TEE adds its bit, its rows, and nothing else here.
 *
 * Memory: constant.
 */
#ifndef MEASUREMENTS_OPTIONS_H
#define MEASUREMENTS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/cli/opt.h"

/* The targets, as bits. */
enum tee_bit {
	TEE_SNP = 1,
	TEE_SEV_ES = 2,
	TEE_SEV = 4,
	TEE_TDX = 8,
	TEE_SAMPLE = 16,
	TEE_SE = 32,
	TEE_VTPM = 64,
	TEE_AMD = TEE_SNP | TEE_SEV_ES | TEE_SEV,
	TEE_BOOTS = TEE_AMD | TEE_TDX, /* a kernel under QEMU */
	TEE_ALL = -1
};

/* As the limit of a file: the target maps it by itself, and says its hash. */
#define OPTIONS_MAPPED SIZE_MAX

enum option {
	OPT_TARGET,
	OPT_FIRMWARE,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_CMDLINE,
	OPT_INITDATA,
	OPT_VCPUS,
	OPT_MEMORY,
	OPT_KATA_CONFIG,
	OPT_RUNTIME,
	OPT_FORMAT,
	OPT_REGISTER,
	OPT_EXPIRES,
	OPT_OUTPUT,
	OPT_HELP,
	OPT_VCPU_TYPE,
	OPT_VCPU_SIG,
	OPT_VCPU_FAMILY,
	OPT_VCPU_MODEL,
	OPT_VCPU_STEPPING,
	OPT_GUEST_FEATURES,
	OPT_VMM,
	OPT_OVMF_HASH,
	OPT_SVSM,
	OPT_SVSM_VARS_SIZE,
	OPT_POLICY,
	OPT_AGENT_POLICY,
	OPT_TCB,
	OPT_SMT,
	OPT_TSME,
	OPT_OVMF_VERSION,
	OPT_QEMU_VERSION,
	OPT_MRTD_ORDER,
	OPT_SECURE_BOOT_BUILD,
	OPT_ACPI,
	OPT_ACPI_TABLES,
	OPT_ACPI_RSDP,
	OPT_ACPI_LOADER,
	OPT_SMBIOS_DIGEST,
	OPT_TD_HOB,
	OPT_AAEL,
	OPT_XFAM,
	OPT_CPU_MODEL,
	OPT_TD_ATTRIBUTES,
	OPT_LIST_PROFILES,
	OPT_UKI,
	OPT_DISK,
	OPT_PLATFORM,
	OPT_VARS,
	OPT_SECURE_BOOT,
	OPT_DISK_PATH,
	OPT_SMBIOS,
	N_OPTIONS
};

/* The table, for opt_parse(), opt_help() and the reading of files. */
extern const struct opt options[N_OPTIONS];

/* Refuse options that the target does not know: ERR_ARGUMENT, naming it. */
int options_check(const char *const *v, unsigned tee, const char *target,
    struct err *e);

/* The same for options without those that they need. */
int options_check_needs(const char *const *v, struct err *e);

/* The value of option o as a number from min to max, or ERR_ARGUMENT. */
int options_number(const char *const *v, enum option o, uint64_t min,
    uint64_t max, uint64_t *ret_v, struct err *e);

/* "on" or "off". */
int options_switch(const char *const *v, enum option o, bool *ret_on,
    struct err *e);

/* The value as exactly len bytes in hexadecimal. */
int options_hex(const char *const *v, enum option o, uint8_t *ret_p, size_t len,
    struct err *e);

#endif
