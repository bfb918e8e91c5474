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
	/* Linux on x86 takes 2048 bytes; a VMM would pass on more. */
	LIMIT_CMDLINE = 64 * 1024,
	/* KVM_MAX_VCPUS may be configured up to this. */
	LIMIT_VCPUS = 4096
};

#endif
