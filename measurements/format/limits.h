/*
 * measurements/limits -- every bound on what a foreign input may ask for
 *
 * Beyond one of these an input is refused with ERR_LIMIT or ERR_SYNTAX; none
 * of them is ever silently cut to.
 */
#ifndef MEASUREMENTS_LIMITS_H
#define MEASUREMENTS_LIMITS_H

enum {
	/* Firmware: what a PC maps below 4 GiB leaves room for no more. */
	LIMIT_FIRMWARE_SIZE = 16 * 1024 * 1024,
	/* Entries of the footer GUID table; edk2 has six. */
	LIMIT_OVMF_ENTRIES = 64,
	/* SEV metadata sections; edk2 has seven. */
	LIMIT_OVMF_SECTIONS = 64,
	/* TDX metadata sections; edk2 has six or seven, td-shim nine. */
	LIMIT_TDVF_SECTIONS = 32,
	/* Event logs; firmware gives a log 64 KiB to 1 MiB. */
	LIMIT_EVENT_LOG = 16 * 1024 * 1024,
	/* Digest algorithms of a log; OVMF knows five. */
	LIMIT_EVENT_DIGESTS = 8,
	/* A TD quote with its certificates; they have 5 KiB. */
	LIMIT_QUOTE = 1024 * 1024,
	/* Sections of a PE image; the loaders of Windows stop at 96. */
	LIMIT_PE_SECTIONS = 96,
	/* Entries of a GUID partition table; every tool writes 128. */
	LIMIT_GPT_ENTRIES = 128,
	/* Clusters and folder entries that are looked at to find a file. */
	LIMIT_FAT_STEPS = 1 << 20,
	/* A firmware's volumes, unpacked; OVMF has 16 MiB. */
	LIMIT_FIRMWARE_UNPACKED = 64 * 1024 * 1024,
	/* The SMBIOS structure table; its length had 16 bits before 3.0. */
	LIMIT_SMBIOS = 64 * 1024,
	/* Predicted PCR events; a UKI boot has some 45. */
	LIMIT_PCR_EVENTS = 96,
	/* Predicted events; a direct boot has some 25. */
	LIMIT_TD_EVENTS = 64,
	/* ACPI blobs of QEMU; the tables have 128 KiB. */
	LIMIT_ACPI = 4 * 1024 * 1024,
	/* A kernel that is held to be hashed as a PE image. */
	LIMIT_KERNEL = 256 * 1024 * 1024,
	/* Initdata; Kata's runtime takes 2 MiB compressed. */
	LIMIT_INITDATA = 16 * 1024 * 1024,
	/* Kata's configuration.toml has 40 KiB, most of it comments. */
	LIMIT_KATA_CONFIG = 1024 * 1024,
	/* An SE image; Kata's has some 200 MiB. */
	LIMIT_SE_IMAGE = 1024 * 1024 * 1024,
	/* Host key documents, certificates or revocation lists of an image. */
	LIMIT_SE_DOCUMENTS = 128,
	/* A private key, certificate or revocation list, PEM or DER. */
	LIMIT_KEY_FILE = 4 * 1024 * 1024,
	/* Linux on x86 takes 2048 bytes with the NUL; a VMM would pass on more.
	 */
	LIMIT_CMDLINE_X86 = 2047,
	LIMIT_CMDLINE = 64 * 1024,
	/* KVM_MAX_VCPUS may be configured up to this. */
	LIMIT_VCPUS = 4096
};

/* Memory that a TDX firmware wants at launch; td-shim may want 256 MiB. */
#define LIMIT_TDVF_MEMORY (1024ULL * 1024 * 1024)

/* A disk image, which is mapped and not held. */
#define LIMIT_DISK (1ULL << 44)

/* Memory of a TD: what 46 bits of physical address hold. */
#define LIMIT_TD_MEMORY (1ULL << 46)

#endif
