/*
 * measurements/gctx -- the launch digest of SEV-SNP, one page after the other
 *
 * The firmware of the security processor keeps LD in the guest context: 48
 * bytes, first zero; each page that is added makes it the SHA-384 of a
 * PAGE_INFO structure that holds the old LD, what is known of the page's
 * contents, its type and its guest-physical address (SEV Secure Nested Paging
 * Firmware ABI 1.55, 8.17.2, table "PAGE_INFO"). All pages belong to VMPL 0.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_GCTX_H
#define MEASUREMENTS_GCTX_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/sha2.h"

enum {
	GCTX_LD_LEN = SHA2_384_LEN,
	GCTX_PAGE = 4096
};

/* Page types of SNP_LAUNCH_UPDATE. */
enum gctx_type {
	GCTX_NORMAL = 1,
	GCTX_VMSA = 2,
	GCTX_ZERO = 3,
	GCTX_UNMEASURED = 4,
	GCTX_SECRETS = 5,
	GCTX_CPUID = 6
};

struct gctx {
	unsigned paths; /* of fast_sha2 */
	uint8_t ld[GCTX_LD_LEN];
};

/* The digest before the first page. */
void gctx_init(struct gctx *g);

/*
 * Add the len bytes at p as NORMAL pages from gpa on; len is a multiple of
 * GCTX_PAGE.
 */
void gctx_normal(struct gctx *g, uint64_t gpa, const void *p, size_t len);

/* Add a vCPU's save area; hardware records it at an address of its own. */
void gctx_vmsa(struct gctx *g, const uint8_t page[static GCTX_PAGE]);

/*
 * Add len bytes from gpa on as pages whose contents do not count: type is
 * ZERO, UNMEASURED, SECRETS or CPUID; len is a multiple of GCTX_PAGE.
 */
void gctx_blank(struct gctx *g, enum gctx_type type, uint64_t gpa,
    uint64_t len);

#endif
