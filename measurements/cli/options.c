#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/options.h"
#include "measurements/cli/tee.h"
#include "measurements/format/limits.h"

/* Name, what the value is called, help, targets. */
#define PLAIN(n, m, h, t)                                                      \
	{                                                                      \
		.name = n, .meta = m, .help = h, .targets = t                  \
	}
/* The same under a heading. */
#define FIRST(g, n, m, h, t)                                                   \
	{                                                                      \
		.name = n, .meta = m, .help = h, .group = g, .targets = t      \
	}
/* A file: name, help, targets, role, bytes held at most, by which targets. */
#define FROM_FILE(n, h, t, r, l, b)                                            \
	{                                                                      \
		.name = n, .meta = "FILE", .help = h, .targets = t, .role = r, \
		.limit = l, .held_by = b                                       \
	}

const struct opt options[N_OPTIONS] = {
	[OPT_TARGET] = FIRST("What is launched", "target", "NAME",
	    "snp, sev-es, sev, tdx, vtpm, sample; se, with its\n"
	    "                         own --help",
	    TEE_ALL),
	[OPT_FIRMWARE] = FROM_FILE("firmware",
	    "OVMF or td-shim image, as given to the VMM", TEE_BOOTS | TEE_VTPM,
	    "firmware", LIMIT_FIRMWARE_SIZE, TEE_BOOTS | TEE_VTPM),
	[OPT_KERNEL] = FROM_FILE("kernel", "QEMU's -kernel", TEE_BOOTS,
	    "kernel", LIMIT_KERNEL, TEE_TDX),
	[OPT_INITRD] =
	    FROM_FILE("initrd", "QEMU's -initrd", TEE_BOOTS, "initrd", 0, 0),
	[OPT_CMDLINE] = PLAIN("cmdline", "TEXT",
	    "QEMU's -append, exactly; empty when absent", TEE_BOOTS),
	[OPT_INITDATA] = FROM_FILE("initdata",
	    "initdata, for HOST_DATA, MRCONFIGID, PCR 8",
	    TEE_SNP | TEE_TDX | TEE_VTPM, "initdata", LIMIT_INITDATA, TEE_ALL),
	[OPT_VCPUS] = PLAIN("vcpus", "LIST",
	    "vCPUs at launch: 4, or 1,2,4, or 1..32 (1)", TEE_BOOTS),
	[OPT_MEMORY] =
	    PLAIN("memory", "LIST", "QEMU's -m: 2G, or 512M,2G,8G", TEE_BOOTS),
	[OPT_KATA_CONFIG] = FIRST("From Kata", "kata-config", "FILE",
	    "configuration.toml, for all of the above", TEE_BOOTS),
	[OPT_RUNTIME] = PLAIN("runtime", "go|rs",
	    "whose command line (what the file looks like)", TEE_BOOTS),
	[OPT_FORMAT] = FIRST("Output", "format", "NAME",
	    "of the output, as below (text)", TEE_ALL),
	[OPT_REGISTER] = PLAIN("register", "NAME",
	    "the one for hex: mrtd, pcr4, pcr4_sha384, ...", TEE_ALL),
	[OPT_EXPIRES] = PLAIN("expires", "TIME",
	    "of stored values (2099-12-31T00:00:00Z)", TEE_ALL),
	[OPT_OUTPUT] = PLAIN("output", "FOLDER",
	    "also write all forms there, reference-values.*", TEE_ALL),
	[OPT_HELP] = PLAIN("help", NULL, "show this text", TEE_ALL),
	[OPT_VCPU_TYPE] = FIRST("snp, sev-es, sev", "vcpu-type", "TYPE",
	    "QEMU's -cpu, such as EPYC-Milan (EPYC-v4)", TEE_AMD),
	[OPT_VCPU_SIG] = PLAIN("vcpu-sig", "N",
	    "the vCPU's CPUID 1 EAX, in place of a type", TEE_AMD),
	[OPT_VCPU_FAMILY] = PLAIN("vcpu-family", "N",
	    "family, with model and stepping, likewise", TEE_AMD),
	[OPT_VCPU_MODEL] = PLAIN("vcpu-model", "N", "model", TEE_AMD),
	[OPT_VCPU_STEPPING] = PLAIN("vcpu-stepping", "N", "stepping", TEE_AMD),
	[OPT_GUEST_FEATURES] = PLAIN("guest-features", "N",
	    "SEV_FEATURES, snp only (0x1)", TEE_AMD),
	[OPT_VMM] = PLAIN("vmm", "NAME",
	    "qemu, qemu-pre-6.10, ec2, gce, krun; tdx: qemu,\n"
	    "                         clh (qemu)",
	    TEE_AMD | TEE_TDX),
	[OPT_OVMF_HASH] = PLAIN("ovmf-hash", "HEX",
	    "snp: digest after the firmware, if known", TEE_SNP),
	[OPT_SVSM] = FROM_FILE("svsm", "snp: Coconut SVSM image", TEE_SNP,
	    "svsm", LIMIT_FIRMWARE_SIZE, TEE_SNP),
	[OPT_SVSM_VARS_SIZE] = PLAIN("svsm-vars-size", "N",
	    "bytes of variables between SVSM and firmware", TEE_SNP),
	[OPT_POLICY] =
	    PLAIN("policy", "N", "snp: guest policy (0x30000)", TEE_SNP),
	[OPT_AGENT_POLICY] = FROM_FILE("agent-policy",
	    "snp: Rego whose SHA-256 is HOST_DATA, as AKS has it", TEE_SNP,
	    "agent_policy", 0, 0),
	[OPT_TCB] = PLAIN("tcb", "LIST",
	    "snp: bootloader=N,tee=N,snp=N,microcode=N", TEE_SNP),
	[OPT_SMT] = PLAIN("smt", "on|off", "snp: SMT on the hosts", TEE_SNP),
	[OPT_TSME] = PLAIN("tsme", "on|off", "snp: TSME on the hosts", TEE_SNP),
	[OPT_OVMF_VERSION] = FIRST("tdx", "ovmf-version", "YYYYMM",
	    "stable tag of edk2 that the firmware is", TEE_TDX | TEE_VTPM),
	[OPT_QEMU_VERSION] =
	    PLAIN("qemu-version", "N.N", "such as 10.1", TEE_TDX),
	[OPT_MRTD_ORDER] = PLAIN("mrtd-order", "ORDER",
	    "single-pass, two-pass, both (single-pass)", TEE_TDX),
	[OPT_SECURE_BOOT_BUILD] = PLAIN("secure-boot-build", NULL,
	    "the firmware has Secure Boot, even without keys", TEE_TDX),
	[OPT_ACPI] = PLAIN("acpi", "DIR",
	    "what husk acpi-dump wrote, for every shape", TEE_TDX),
	[OPT_ACPI_TABLES] = FROM_FILE("acpi-tables", "QEMU's etc/acpi/tables",
	    TEE_TDX | TEE_VTPM, "acpi_tables", LIMIT_ACPI, TEE_TDX | TEE_VTPM),
	[OPT_ACPI_RSDP] = FROM_FILE("acpi-rsdp",
	    "etc/acpi/rsdp, else from the tables", TEE_TDX | TEE_VTPM,
	    "acpi_rsdp", LIMIT_ACPI, TEE_TDX | TEE_VTPM),
	[OPT_ACPI_LOADER] = FROM_FILE("acpi-loader",
	    "etc/table-loader, else from the tables", TEE_TDX | TEE_VTPM,
	    "acpi_loader", LIMIT_ACPI, TEE_TDX | TEE_VTPM),
	[OPT_SMBIOS_DIGEST] = PLAIN("smbios-digest", "HEX",
	    "SHA-384 of the SMBIOS table that OVMF measures", TEE_TDX),
	[OPT_TD_HOB] = FROM_FILE("td-hob",
	    "what the VMM hands to a td-shim, up to its end", TEE_TDX, "td_hob",
	    LIMIT_ACPI, TEE_TDX),
	[OPT_AAEL] = FROM_FILE("aael", "event log whose RTMR3 events count",
	    TEE_TDX, "aael", LIMIT_EVENT_LOG, TEE_TDX),
	[OPT_XFAM] = PLAIN("xfam", "HEX",
	    "16 digits as quotes have them, for the outputs", TEE_TDX),
	[OPT_CPU_MODEL] = PLAIN("cpu-model", "NAME",
	    "whose XFAM it is: sapphire-rapids, ...", TEE_TDX),
	[OPT_TD_ATTRIBUTES] = PLAIN("td-attributes", "HEX",
	    "16 digits likewise (0000001000000000)", TEE_TDX),
	[OPT_LIST_PROFILES] = PLAIN("list-profiles", NULL,
	    "print what versions of OVMF and QEMU differ in", TEE_TDX),
	[OPT_UKI] = FROM_FILE("uki", "what firmware starts, without -kernel",
	    TEE_TDX | TEE_VTPM, "uki", OPTIONS_MAPPED, 0),
	[OPT_DISK] = FROM_FILE("disk", "the raw disk that it is on, instead",
	    TEE_TDX | TEE_VTPM, "disk", OPTIONS_MAPPED, 0),
	[OPT_PLATFORM] = FIRST("vtpm, and some of tdx", "platform", "NAME",
	    "whose TPM: qemu, azure, aws, gcp (qemu)", TEE_VTPM),
	[OPT_VARS] =
	    FROM_FILE("vars", "variable store, where that is a file of its own",
		TEE_VTPM, "vars", LIMIT_FIRMWARE_SIZE, TEE_VTPM),
	[OPT_SECURE_BOOT] = PLAIN("secure-boot", "on|off",
	    "where there is no variable store at hand", TEE_VTPM),
	[OPT_DISK_PATH] = PLAIN("disk-path", "PATH",
	    "the disk's, as PciRoot(0x0)/Pci(0x1,0x0)", TEE_TDX | TEE_VTPM),
	[OPT_SMBIOS] = FROM_FILE("smbios", "QEMU's etc/smbios/smbios-tables",
	    TEE_TDX | TEE_VTPM, "smbios", LIMIT_SMBIOS, TEE_TDX | TEE_VTPM),
};

/* What the first of a pair needs. */
static const enum option needs[][2] = {
	{ OPT_INITRD, OPT_KERNEL },
	{ OPT_CMDLINE, OPT_KERNEL },
	{ OPT_ACPI_RSDP, OPT_ACPI_TABLES },
	{ OPT_ACPI_LOADER, OPT_ACPI_TABLES },
	{ OPT_RUNTIME, OPT_KATA_CONFIG },
};

int
options_check(const char *const *v, unsigned tee, const char *target,
    struct err *e)
{
	for (int i = 0; i < N_OPTIONS; i++) {
		char names[64];

		if (v[i] == NULL || (options[i].targets & tee) != 0)
			continue;
		tee_names(options[i].targets, names, sizeof(names));
		return err_set(e, ERR_ARGUMENT,
		    "--%s is for %s only, and the target is %s",
		    options[i].name, names, target);
	}
	return 0;
}

int
options_check_needs(const char *const *v, struct err *e)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (v[needs[i][0]] != NULL && v[needs[i][1]] == NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--%s without --%s: it would not be measured",
			    options[needs[i][0]].name,
			    options[needs[i][1]].name);
	if (v[OPT_CMDLINE] && strlen(v[OPT_CMDLINE]) >= LIMIT_CMDLINE)
		return err_set(e, ERR_LIMIT,
		    "the command line has %d bytes or more", LIMIT_CMDLINE);
	return 0;
}

int
options_number(const char *const *v, enum option o, uint64_t min, uint64_t max,
    uint64_t *ret_v, struct err *e)
{
	uint64_t n;

	if (str_u64(v[o], max, &n) < 0 || n < min)
		return err_set(e, ERR_ARGUMENT,
		    "--%s %s: not a number from %" PRIu64 " to %" PRIu64,
		    options[o].name, STR_QUOTED(v[o]), min, max);
	*ret_v = n;
	return 0;
}

int
options_switch(const char *const *v, enum option o, bool *ret_on, struct err *e)
{
	bool on = str_eq(v[o], "on");

	if (!on && !str_eq(v[o], "off"))
		return err_set(e, ERR_ARGUMENT, "--%s %s: not on or off",
		    options[o].name, STR_QUOTED(v[o]));
	*ret_on = on;
	return 0;
}

int
options_hex(const char *const *v, enum option o, uint8_t *ret_p, size_t len,
    struct err *e)
{
	if (hex_decode(v[o], strlen(v[o]), ret_p, len) == 0)
		return 0;
	return err_set(e, ERR_ARGUMENT, "--%s: not %zu hexadecimal digits",
	    options[o].name, 2 * len);
}
