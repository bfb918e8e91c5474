/*
 * measurements/uki -- a unified kernel image, or a kernel that is one by itself
 *
 * A PE image of an EFI stub and, in sections, what it starts (UAPI group,
 * UKI.1). What systemd's stub measures differs by version; where the stub's
 * own bytes tell it, they are asked rather than its version:
 *	the names of measured sections stand in its data, in their order
 *	one that measures into a TD's registers holds that protocol's GUID
 *	"os-release" and "smbios:type1", in UTF-16, stand in those that make
 *them The version in .sdmagic decides how the kernel is started: 252 to 257
 *with the firmware's LoadImage, which measures it, or where Secure Boot is on
 *behind the firmware's back
 *	from 258 on	with a loader of its own, which does not
 *
 * A bzImage with an EFI stub and without those sections is taken as a kernel
 * that holds its initramfs and command line: nothing else of it is measured.
 *
 * Refused, since what is measured would depend on the machine: sections
 * .profile, .dtbauto, .hwids and .efifw; a command line that is not plain
 *ASCII.
 *
 * Memory: nothing is allocated but in the caller's buffers; the image is
 * borrowed.
 */
#ifndef MEASUREMENTS_UKI_H
#define MEASUREMENTS_UKI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/pe.h"

enum {
	UKI_MEASURED_MAX = 16
};

struct uki {
	struct span image;
	unsigned stub;      /* major version; 0 for a kernel alone */
	char stub_name[48]; /* "252.39-1~deb12u2" */
	struct pe_sections pe;
	/* Those that are measured and there, in the order of measuring. */
	const struct pe_section *measured[UKI_MEASURED_MAX];
	size_t n;
	bool measures_cc, measures_smbios, adds_osrel;
};

/*
 * Read the len bytes of an image at p. *ret_u must not move: it points into
 * itself. Returns 0, or -1: as pe_hash(), ERR_UNSUPPORTED for another stub or
 * what is refused, ERR_SYNTAX for no kernel.
 */
int uki_parse(const void *p, size_t len, struct uki *ret_u, struct err *e);

/* Does the firmware load, and so measure, the kernel in .linux? */
bool uki_loads_kernel(const struct uki *u, bool secure_boot);

/* Hash what a section holds in memory. */
void uki_section_hash(const struct pe_section *s, struct sha2 *h);

/*
 * Append the kernel's load options as the stub makes them of .cmdline: UTF-16
 * with a NUL.
 */
int uki_options(const struct uki *u, struct buf *b, struct err *e);

/* Append the initrd that the stub hands to the kernel, of nothing else. */
int uki_initrd(const struct uki *u, struct buf *b, struct err *e);

#endif
