/*
 * measurements/seimage -- a Secure Execution image: where things are in it
 *
 * The file is the guest's memory from address 0: a loader in the clear
 * (stage3a), the header, the secured components, and the IPL parameter block
 * that tells where they are and how their tweaks begin. So every digest of the
 * header can be recomputed from the file without a key, and with the image key
 * the components can be had back.
 *
 * Newer images say at 0xc000 where header and parameter block are; for others
 * both are searched for on the pages up to SEIMAGE_SEARCH_END.
 *
 * Memory: a parsed image points into the caller's bytes; nothing is allocated
 * but in the caller's buffers.
 */
#ifndef MEASUREMENTS_SEIMAGE_H
#define MEASUREMENTS_SEIMAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "measurements/se/sehdr.h"

enum {
	SEIMAGE_METADATA = 0xc000,
	SEIMAGE_SEARCH_END = 0x18000,
	SEIMAGE_STAGE3A = 0x10000,
	SEIMAGE_STAGE3A_ENTRY = 0x11000,
	SEIMAGE_HEADER = 0x14000, /* or higher, after a larger stage3a */
	SEIMAGE_COMPONENTS_MAX = 16
};

struct seimage_component {
	uint64_t prefix; /* of its tweaks; the kind is in its first 16 bits */
	uint64_t addr;   /* in the file and in the guest */
	uint64_t len;    /* whole pages */
};

struct seimage {
	const uint8_t *bytes;
	size_t len;
	size_t header_at;
	size_t ipib_at;
	struct sehdr header;
	size_t n;
	struct seimage_component components[SEIMAGE_COMPONENTS_MAX];
};

/*
 * The kind that a component's tweaks tell: enum secomp_kind, or a number that
 * is none of them. genprotimg before pvimg counted from 0 in another order.
 */
unsigned seimage_kind(const struct seimage_component *c);

/* The component of a kind; NULL when there is none. */
const struct seimage_component *seimage_find(const struct seimage *img,
    unsigned kind);

/* Where the header is. ERR_NOT_FOUND when the file is no SE image. */
int seimage_find_header(const void *p, size_t len, size_t *ret_at,
    struct err *e);

/* Read an image. -1 with ERR_SYNTAX naming the offset, or ERR_NOT_FOUND. */
int seimage_parse(const void *p, size_t len, struct seimage *ret_img,
    struct err *e);

/* The digests of the components as they lie in the file. */
void seimage_digests(const struct seimage *img, struct secomp_digests *ret_d);

/*
 * Compare them with the header's: ERR_DENIED naming the first that differs,
 * for an image that no host will start.
 */
int seimage_check(const struct seimage *img, struct err *e);

/*
 * Append a component's pages in the clear to out; image_key is ignored for
 * components that are not encrypted.
 */
int seimage_decrypt(const struct seimage *img,
    const struct seimage_component *c,
    const uint8_t image_key[SEAES_XTS_KEY_LEN], struct buf *out, struct err *e);

#endif
