/*
 * measurements/bzimage -- what QEMU writes into a Linux kernel's header
 *
 * Loading a kernel with -kernel, QEMU on x86 fills in the boot protocol's
 * fields (QEMU, x86_load_linux(); Linux, Documentation/arch/x86/boot.rst) in
 * the copy that firmware reads, so that the firmware measures a kernel that is
 * not the file. Which versions do, and which firmware reads the copy, is in
 * measurements/tdx/tdprofile.h.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_BZIMAGE_H
#define MEASUREMENTS_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct bzimage_boot {
	const char *cmdline;
	uint64_t initrd_len; /* 0 for none */
	uint64_t memory;     /* counts only with an initrd */
};

/*
 * The bytes of RAM below 4 GiB of a q35 machine with this much memory, where
 * max-ram-below-4g is not given.
 */
uint64_t bzimage_below_4g(uint64_t memory);

/* Whether the len bytes at p begin as a Linux kernel for x86 does. */
bool bzimage_is(const uint8_t *p, size_t len);

/*
 * Change the len bytes of a kernel at p into those that firmware reads.
 * Returns 0, or -1 with the bytes as they were:
 *	ERR_SYNTAX	no Linux kernel
 *	ERR_UNSUPPORTED	one with a protocol before 2.02, or not loaded high;
 *			a "vga=" that is written in another way than QEMU reads
 *	ERR_ARGUMENT	an initrd that does not fit the memory
 */
int bzimage_patch(uint8_t *p, size_t len, const struct bzimage_boot *b,
    struct err *e);

#endif
