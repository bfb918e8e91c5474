/*
 * measurements/secomp -- secured components: pages, tweaks, the three digests
 *
 * A component (kernel, ramdisk, command line, stage3b) is zero-filled to pages
 * of 4096 bytes, each encrypted on its own by AES-256-XTS. The header holds a
 * digest of all pages as they lie in the image (PLD), of their addresses (ALD)
 * and of their tweaks (TLD), each SHA-512, over the components in ascending
 * order; the Ultravisor recomputes them. The tweak of a component's first page
 * is its prefix and eight zero bytes; the 128-bit number grows by 4096 a page.
 *
 * Memory: none of these functions allocates but by the caller's buffer.
 */
#ifndef MEASUREMENTS_SECOMP_H
#define MEASUREMENTS_SECOMP_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/se/seaes.h"

enum {
	SECOMP_PAGE = 4096
};

/* The number that a tweak's prefix begins with, by convention. */
enum secomp_kind {
	SECOMP_KERNEL = 40,
	SECOMP_RAMDISK = 50,
	SECOMP_CMDLINE = 60,
	SECOMP_STAGE3B = 70
};

/* "kernel", "ramdisk", "cmdline", "stage3b"; "unknown" for another number. */
const char *secomp_kind_name(unsigned kind);

struct secomp_digests {
	uint8_t pld[SHA2_512_LEN];
	uint8_t ald[SHA2_512_LEN];
	uint8_t tld[SHA2_512_LEN];
	uint64_t nep; /* pages */
};

/* The digests while they grow. */
struct secomp {
	struct sha2 pld, ald, tld;
	uint64_t nep;
};

void secomp_init(struct secomp *c);

/* The 16 bytes of the first page's tweak. */
void secomp_tweak(uint64_t prefix, uint8_t ret_tweak[SEAES_BLOCK]);

/* Add one to a 128-bit big-endian number 4096 times: the next page's tweak. */
void secomp_next_tweak(uint8_t tweak[SEAES_BLOCK]);

/*
 * Count len bytes of pages that are as in an image, a multiple of SECOMP_PAGE,
 * which the guest has at addr; the first with the tweak of prefix.
 */
void secomp_add(struct secomp *c, uint64_t prefix, uint64_t addr,
    const uint8_t *pages, size_t len);

/*
 * Append a component to out as pages, encrypted by x (NULL: not encrypted), and
 * count them. An empty one still has a page. Its bytes in out are returned by
 * their number; beyond out's limit it is bad.
 */
size_t secomp_seal(struct secomp *c, const struct seaes_xts *x, uint64_t prefix,
    uint64_t addr, struct span plain, struct buf *out);

void secomp_final(const struct secomp *c, struct secomp_digests *ret_d);

#endif
