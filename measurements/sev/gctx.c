#include <assert.h>
#include <string.h>

#include "measurements/format/fast_sha2.h"
#include "measurements/format/le.h"
#include "measurements/sev/gctx.h"

/* PAGE_INFO: what is not named here is zero. */
enum {
	INFO_DIGEST_CUR = 0x00,
	INFO_CONTENTS = 0x30,
	INFO_LENGTH = 0x60,
	INFO_PAGE_TYPE = 0x62,
	INFO_GPA = 0x68,
	INFO_LEN = 0x70
};

enum {
	BATCH = 64 /* pages whose contents are hashed before they are added */
};

_Static_assert((int)GCTX_PAGE == (int)FAST_SHA2_PAGE,
    "both speak of the same pages");

/* (u64)-1 as a page address, cut to the 48 bits that the RMP keeps. */
#define VMSA_GPA UINT64_C(0x0000fffffffff000)

static const uint8_t no_contents[SHA2_384_LEN];

static void
add_page(struct gctx *g, enum gctx_type type, uint64_t gpa,
    const uint8_t *contents)
{
	uint8_t info[INFO_LEN] = { 0 };

	memcpy(info + INFO_DIGEST_CUR, g->ld, GCTX_LD_LEN);
	memcpy(info + INFO_CONTENTS, contents, SHA2_384_LEN);
	le_put16(info + INFO_LENGTH, INFO_LEN);
	info[INFO_PAGE_TYPE] = (uint8_t)type;
	le_put64(info + INFO_GPA, gpa);
	fast_sha2_digest(SHA2_384, g->paths, info, sizeof(info), g->ld);
}

void
gctx_init(struct gctx *g)
{
	g->paths = fast_sha2_paths(FAST_SHA2_512);
	memset(g->ld, 0, sizeof(g->ld));
}

void
gctx_normal(struct gctx *g, uint64_t gpa, const void *p, size_t len)
{
	uint8_t contents[BATCH][SHA2_384_LEN];
	const uint8_t *at = p;
	size_t left = len / GCTX_PAGE, n;

	assert(len % GCTX_PAGE == 0);
	for (; left > 0; left -= n, at += n * GCTX_PAGE) {
		n = left < BATCH ? left : BATCH;
		fast_sha2_pages(g->paths, at, n, contents);
		for (size_t i = 0; i < n; i++, gpa += GCTX_PAGE)
			add_page(g, GCTX_NORMAL, gpa, contents[i]);
	}
}

void
gctx_vmsa(struct gctx *g, const uint8_t page[static GCTX_PAGE])
{
	uint8_t contents[SHA2_384_LEN];

	fast_sha2_digest(SHA2_384, g->paths, page, GCTX_PAGE, contents);
	add_page(g, GCTX_VMSA, VMSA_GPA, contents);
}

void
gctx_blank(struct gctx *g, enum gctx_type type, uint64_t gpa, uint64_t len)
{
	assert(len % GCTX_PAGE == 0);
	for (uint64_t off = 0; off < len; off += GCTX_PAGE)
		add_page(g, type, gpa + off, no_contents);
}
