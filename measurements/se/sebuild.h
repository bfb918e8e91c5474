/*
 * measurements/sebuild -- a Secure Execution image from its parts and keys
 *
 * In the file, as in the guest's memory: at 0 the short PSW that enters
 * stage3a, at 0xc000 the metadata, at 0x10000 stage3a, then the header, the
 * components in the order kernel, ramdisk, command line, stage3b, each on pages
 * of its own, and the IPL parameter block. The same parts and keys give the
 * same bytes.
 *
 * Memory: the image goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_SEBUILD_H
#define MEASUREMENTS_SEBUILD_H

#include "measurements/se/seimage.h"
#include "measurements/se/sekeys.h"

struct sebuild {
	struct span kernel;
	struct span ramdisk; /* if has_ramdisk */
	struct span cmdline; /* if has_cmdline; a NUL is added if it has none */
	bool has_ramdisk;
	bool has_cmdline;
	struct span stage3a;
	struct span stage3b; /* the form that relocates itself */
	const struct ecpoint *hosts;
	size_t n_hosts;
	uint64_t pcf;
	uint64_t scf;
	uint64_t psw_addr; /* what the guest starts at; 0: stage3b */
};

/*
 * Check the parts: the kernel is a raw s390x image (not ELF), the command line
 * fits into it, the loaders are loaders, there is a host, and the flags go
 * together.
 */
int sebuild_check(const struct sebuild *b, struct err *e);

/* The digest of all parts, for sekeys_from_seed(). */
void sebuild_context(const struct sebuild *b,
    uint8_t ret_context[SHA2_512_LEN]);

/* Append the image to out, which is empty; b has been checked. */
int sebuild_image(const struct sebuild *b, const struct sekeys *k,
    struct buf *out, struct err *e);

#endif
