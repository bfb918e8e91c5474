#include <inttypes.h>
#include <string.h>

#include "base/span.h"
#include "measurements/se/seimage.h"

static const uint8_t metadata_magic[] = "SeImgLnx";

enum {
	MAGIC_LEN = 8,
	METADATA_VERSION = 1,
	/* the IPL parameter block (linux/arch/s390/include/uapi/asm/ipl.h) */
	IPIB_MIN = 136,
	IPIB_PV_OFFSET = 8,
	IPIB_VERSION = 1,
	IPIB_TYPE_PV = 5,
	IPIB_COMPONENT = 24
};

unsigned
seimage_kind(const struct seimage_component *c)
{
	static const unsigned old[] = { SECOMP_KERNEL, SECOMP_CMDLINE,
		SECOMP_RAMDISK, SECOMP_STAGE3B };
	unsigned kind = (unsigned)(c->prefix >> 48);

	return kind < sizeof(old) / sizeof(old[0]) ? old[kind] : kind;
}

const struct seimage_component *
seimage_find(const struct seimage *img, unsigned kind)
{
	for (size_t i = 0; i < img->n; i++)
		if (seimage_kind(&img->components[i]) == kind)
			return &img->components[i];
	return NULL;
}

/* Bytes at an offset of the file; bad when they are not there. */
static struct span
at(const void *p, size_t len, uint64_t offset, size_t n)
{
	struct span s = span_of(p, len);

	if (offset > len)
		span_fail(&s);
	span_skip(&s, (size_t)offset);
	return span_take(&s, n);
}

/* True when there is metadata; then its two offsets. */
static bool
read_metadata(const void *p, size_t len, uint64_t *ret_header,
    uint64_t *ret_ipib, uint32_t *ret_version)
{
	struct span s = at(p, len, SEIMAGE_METADATA, 28);
	struct span magic = span_take(&s, MAGIC_LEN);

	if (!span_equals(&magic, metadata_magic, MAGIC_LEN))
		return false;
	*ret_header = span_be64(&s);
	*ret_version = span_be32(&s);
	*ret_ipib = span_be64(&s);
	return !span_bad(&s);
}

int
seimage_find_header(const void *p, size_t len, size_t *ret_at, struct err *e)
{
	uint64_t header, ipib;
	uint32_t version;

	if (read_metadata(p, len, &header, &ipib, &version)) {
		struct span s = at(p, len, header, MAGIC_LEN);

		if (version != METADATA_VERSION)
			return err_set(e, ERR_UNSUPPORTED,
			    "SE image: metadata version %" PRIu32
			    " at offset 0x%x, known is %d",
			    version, SEIMAGE_METADATA + 16, METADATA_VERSION);
		if (span_bad(&s) || !sehdr_is(s.p, span_len(&s)))
			return err_set(e, ERR_SYNTAX,
			    "SE image: metadata at offset 0x%x: no header at "
			    "offset 0x%" PRIx64,
			    SEIMAGE_METADATA, header);
		*ret_at = (size_t)header;
		return 0;
	}
	for (size_t i = 0; i < SEIMAGE_SEARCH_END; i += SECOMP_PAGE) {
		struct span s = at(p, len, i, MAGIC_LEN);

		if (!span_bad(&s) && sehdr_is(s.p, span_len(&s))) {
			*ret_at = i;
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND,
	    "no SE header (IBMSecEx) on a page below 0x%x: not an SE image",
	    SEIMAGE_SEARCH_END);
}

/*
 * True when there is a parameter block at offset for the header. Older images
 * have one that fills its page, and leave the header's address to stage3a.
 */
static bool
is_ipib(const struct seimage *img, uint64_t offset)
{
	struct span s = at(img->bytes, img->len, offset, IPIB_MIN);
	uint32_t len = span_be32(&s), pv_len, n;
	uint64_t header;

	span_skip(&s, 3);
	if (span_u8(&s) != IPIB_VERSION)
		return false;
	pv_len = span_be32(&s);
	if (span_u8(&s) != IPIB_TYPE_PV)
		return false;
	span_skip(&s, 3 + 8 + 84 + 3 + 1 + 4);
	n = span_be32(&s);
	header = span_be64(&s);
	return (header == img->header_at || header == 0) &&
	       span_be64(&s) == img->header.size && !span_bad(&s) &&
	       n <= SEIMAGE_COMPONENTS_MAX &&
	       pv_len == IPIB_MIN - IPIB_PV_OFFSET + n * IPIB_COMPONENT &&
	       len >= pv_len + IPIB_PV_OFFSET;
}

static int
find_ipib(struct seimage *img, struct err *e)
{
	uint64_t header, ipib;
	uint32_t version;

	if (read_metadata(img->bytes, img->len, &header, &ipib, &version)) {
		if (!is_ipib(img, ipib))
			return err_set(e, ERR_SYNTAX,
			    "SE image: no IPL parameter block for the header "
			    "at offset 0x%" PRIx64,
			    ipib);
		img->ipib_at = (size_t)ipib;
		return 0;
	}
	for (size_t i = SEIMAGE_STAGE3A; i < SEIMAGE_SEARCH_END;
	     i += SECOMP_PAGE) {
		if (is_ipib(img, i)) {
			img->ipib_at = i;
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND,
	    "SE image: no IPL parameter block on a page below 0x%x",
	    SEIMAGE_SEARCH_END);
}

static int
read_component(const struct seimage *img, struct span *s, uint64_t low,
    struct seimage_component *ret_c, struct err *e)
{
	struct seimage_component c;

	c.prefix = span_be64(s);
	c.addr = span_be64(s);
	c.len = span_be64(s);
	if (c.addr % SECOMP_PAGE != 0 || c.addr < low)
		return err_set(e, ERR_SYNTAX,
		    "SE image: component at 0x%" PRIx64
		    ": not at a page, or not above what precedes it",
		    c.addr);
	if (c.addr > img->len || c.len > img->len - c.addr ||
	    -c.len % SECOMP_PAGE > img->len - c.addr - c.len)
		return err_set(e, ERR_SYNTAX,
		    "SE image: component of 0x%" PRIx64 " bytes at 0x%" PRIx64
		    " goes beyond the end",
		    c.len, c.addr);
	c.len += -c.len % SECOMP_PAGE;
	if (c.len == 0)
		return err_set(e, ERR_SYNTAX,
		    "SE image: component at 0x%" PRIx64 " has no page", c.addr);
	*ret_c = c;
	return 0;
}

int
seimage_parse(const void *p, size_t len, struct seimage *ret_img, struct err *e)
{
	struct seimage img = { .bytes = p, .len = len };
	struct span s;
	uint64_t low = SEIMAGE_STAGE3A;
	uint32_t n;

	if (seimage_find_header(p, len, &img.header_at, e) < 0)
		return -1;
	if (sehdr_parse(img.bytes + img.header_at, len - img.header_at,
		&img.header, e) < 0)
		return err_wrap(e, "at 0x%zx", img.header_at);
	if (find_ipib(&img, e) < 0)
		return -1;
	s = at(p, len, img.ipib_at + 116, 4);
	n = span_be32(&s);
	s = at(p, len, img.ipib_at + IPIB_MIN, n * (size_t)IPIB_COMPONENT);
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "SE image: IPL parameter block at 0x%zx is truncated",
		    img.ipib_at);
	for (; img.n < n; img.n++) {
		struct seimage_component *c = &img.components[img.n];

		if (read_component(&img, &s, low, c, e) < 0)
			return -1;
		low = c->addr + c->len;
	}
	*ret_img = img;
	return 0;
}

void
seimage_digests(const struct seimage *img, struct secomp_digests *ret_d)
{
	struct secomp c;

	secomp_init(&c);
	for (size_t i = 0; i < img->n; i++)
		secomp_add(&c, img->components[i].prefix,
		    img->components[i].addr,
		    img->bytes + img->components[i].addr,
		    (size_t)img->components[i].len);
	secomp_final(&c, ret_d);
}

int
seimage_check(const struct seimage *img, struct err *e)
{
	const struct secomp_digests *h = &img->header.digests;
	struct secomp_digests d;
	const char *which = NULL;

	seimage_digests(img, &d);
	if (d.nep != h->nep)
		return err_set(e, ERR_DENIED,
		    "SE image: %" PRIu64
		    " pages in its components, the header has %" PRIu64,
		    d.nep, h->nep);
	if (memcmp(d.ald, h->ald, sizeof(d.ald)) != 0)
		which = "addresses (ALD)";
	else if (memcmp(d.tld, h->tld, sizeof(d.tld)) != 0)
		which = "tweaks (TLD)";
	else if (memcmp(d.pld, h->pld, sizeof(d.pld)) != 0)
		which = "contents (PLD)";
	if (which == NULL)
		return 0;
	return err_set(e, ERR_DENIED,
	    "SE image: the %s of its pages are not those of the header", which);
}

int
seimage_decrypt(const struct seimage *img, const struct seimage_component *c,
    const uint8_t image_key[SEAES_XTS_KEY_LEN], struct buf *out, struct err *e)
{
	size_t start = out->len;
	uint8_t tweak[SEAES_BLOCK];
	struct seaes_xts x;

	buf_add(out, img->bytes + c->addr, (size_t)c->len);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "%s of %" PRIu64 " bytes",
		    secomp_kind_name(seimage_kind(c)), c->len);
	if ((img->header.pcf & SEHDR_PCF_PLAIN_COMPONENTS) != 0)
		return 0;
	seaes_xts_init(&x, image_key, false);
	secomp_tweak(c->prefix, tweak);
	for (; start < out->len; start += SECOMP_PAGE) {
		seaes_xts_run(&x, tweak, out->p + start, SECOMP_PAGE);
		secomp_next_tweak(tweak);
	}
	seaes_xts_wipe(&x);
	return 0;
}
