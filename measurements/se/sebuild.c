#include <inttypes.h>
#include <string.h>

#include "measurements/format/be.h"
#include "measurements/se/sebuild.h"

enum {
	/* arch/s390/boot/head.S and setup.h of Linux */
	KERNEL_ENTRY = 0x10000,
	KERNEL_MAGIC_AT = 0x10008,
	KERNEL_CMDLINE_MAX_AT = 0x10430,
	KERNEL_CMDLINE_MAX = 896, /* of kernels that do not say */
	/* pvimg/boot/stage3a.h and stage3b.h of s390-tools */
	STAGE3A_ARGS = 24,
	STAGE3B_ARGS = 64,
	STAGE3A_LIMIT = 1024 * 1024,
	METADATA_LEN = 28,
	IPIB_FIXED = 136,
	IPIB_COMPONENT = 24,
	N_COMPONENTS = 4
};

/* Bit 12, which every PSW of eight bytes has. */
#define SHORT_PSW 0x0008000000000000ULL

/* The parts by their order, and where they came to be. */
struct placed {
	struct {
		enum secomp_kind kind;
		uint64_t prefix;
		uint64_t addr;
		uint64_t size; /* without padding */
		uint64_t len;  /* with it */
	} c[N_COMPONENTS];
	size_t n;
};

static uint64_t
page_up(uint64_t v)
{
	return v + (-v & (SECOMP_PAGE - 1));
}

static bool
has_at(struct span s, size_t offset, const char *what)
{
	size_t len = strlen(what);

	return span_len(&s) >= offset + len &&
	       memcmp(s.p + offset, what, len) == 0;
}

static int
check_cmdline(const struct sebuild *b, struct err *e)
{
	struct span k = b->kernel;
	size_t len = span_len(&b->cmdline);
	const uint8_t *nul = memchr(b->cmdline.p, '\0', len);
	uint64_t max;

	span_skip(&k, KERNEL_CMDLINE_MAX_AT);
	max = span_be64(&k);
	if (span_bad(&k))
		return err_set(e, ERR_SYNTAX,
		    "kernel: truncated at offset 0x%zx: no size of its command "
		    "line at 0x%x",
		    span_len(&b->kernel), KERNEL_CMDLINE_MAX_AT);
	if (max == 0)
		max = KERNEL_CMDLINE_MAX;
	if (nul != NULL && nul != b->cmdline.end - 1)
		return err_set(e, ERR_ARGUMENT,
		    "command line: a NUL at offset %zu, before its end",
		    (size_t)(nul - b->cmdline.p));
	if (len + (nul == NULL) > max)
		return err_set(e, ERR_LIMIT,
		    "command line of %zu bytes with its NUL: this kernel "
		    "takes %" PRIu64,
		    len + (nul == NULL), max);
	return 0;
}

int
sebuild_check(const struct sebuild *b, struct err *e)
{
	if (has_at(b->kernel, 0, "\177ELF"))
		return err_set(e, ERR_UNSUPPORTED,
		    "kernel: an ELF file; the raw image (bzImage) is needed");
	if (!has_at(b->kernel, KERNEL_MAGIC_AT, "S390EP"))
		return err_set(e, ERR_SYNTAX,
		    "kernel: not for s390x: no S390EP at offset 0x%x",
		    KERNEL_MAGIC_AT);
	if (b->has_cmdline && check_cmdline(b, e) < 0)
		return -1;
	if (span_len(&b->stage3a) <= STAGE3A_ARGS ||
	    span_len(&b->stage3a) > STAGE3A_LIMIT)
		return err_set(e, ERR_SYNTAX,
		    "stage3a of %zu bytes: not a boot loader",
		    span_len(&b->stage3a));
	if (span_len(&b->stage3b) <= STAGE3B_ARGS ||
	    span_len(&b->stage3b) > STAGE3A_LIMIT)
		return err_set(e, ERR_SYNTAX,
		    "stage3b of %zu bytes: not a boot loader",
		    span_len(&b->stage3b));
	if (b->n_hosts < 1 || b->n_hosts > SEHDR_SLOTS_MAX)
		return err_set(e, ERR_LIMIT, "%zu host keys, not 1 to %d",
		    b->n_hosts, SEHDR_SLOTS_MAX);
	if ((b->scf & SEHDR_SCF_EXTENSION_SECRET) &&
	    (b->scf & SEHDR_SCF_CCK_UPDATE))
		return err_set(e, ERR_ARGUMENT,
		    "the CCK cannot both be updated and guard secrets "
		    "(SCF bits 1 and 2)");
	return 0;
}

static void
hash_part(struct sha2 *h, struct span part, bool present)
{
	uint8_t digest[SHA2_512_LEN] = { 0 }, len[9];

	len[0] = present;
	be_put64(len + 1, present ? span_len(&part) : 0);
	if (present)
		sha2_digest(SHA2_512, part.p, span_len(&part), digest);
	sha2_update(h, len, sizeof(len));
	sha2_update(h, digest, sizeof(digest));
}

void
sebuild_context(const struct sebuild *b, uint8_t ret_context[SHA2_512_LEN])
{
	uint8_t numbers[24];
	struct sha2 h;

	sha2_init(&h, SHA2_512);
	hash_part(&h, b->kernel, true);
	hash_part(&h, b->ramdisk, b->has_ramdisk);
	hash_part(&h, b->cmdline, b->has_cmdline);
	hash_part(&h, b->stage3a, true);
	hash_part(&h, b->stage3b, true);
	be_put64(numbers, b->pcf);
	be_put64(numbers + 8, b->scf);
	be_put64(numbers + 16, b->psw_addr);
	sha2_update(&h, numbers, sizeof(numbers));
	for (size_t i = 0; i < b->n_hosts; i++) {
		uint8_t phkh[SEHDR_HASH];

		sehdr_key_hash(&b->hosts[i], phkh);
		sha2_update(&h, phkh, sizeof(phkh));
	}
	sha2_final(&h, ret_context);
}

/* The running state of a build. */
struct build {
	const struct sebuild *b;
	const struct sekeys *k;
	struct seaes_xts xts;
	bool encrypt;
	struct secomp digests;
	struct placed placed;
};

/* The kind first, as s390-tools has it, then six bytes of the keys'. */
static uint64_t
prefix(const struct sekeys *k, enum secomp_kind kind, size_t i)
{
	uint64_t v = kind;

	for (size_t j = 0; j < SEKEYS_TWEAK; j++)
		v = v << 8 | k->tweaks[i][j];
	return v;
}

static void
place(struct build *s, enum secomp_kind kind, struct span plain,
    struct buf *out)
{
	size_t i = s->placed.n++;
	size_t order = (size_t)(kind - SECOMP_KERNEL) / 10;

	s->placed.c[i].kind = kind;
	s->placed.c[i].prefix = prefix(s->k, kind, order);
	s->placed.c[i].addr = out->len;
	s->placed.c[i].size = span_len(&plain);
	s->placed.c[i].len =
	    secomp_seal(&s->digests, s->encrypt ? &s->xts : NULL,
		s->placed.c[i].prefix, out->len, plain, out);
}

/* The command line ends with exactly one NUL. */
static void
place_cmdline(struct build *s, struct buf *out)
{
	struct span c = s->b->cmdline;
	struct buf text;

	buf_init(&text, span_len(&c) + 1);
	buf_add(&text, c.p, span_len(&c));
	if (span_len(&c) == 0 || c.end[-1] != '\0')
		buf_u8(&text, 0);
	place(s, SECOMP_CMDLINE, span_of(text.p, text.len), out);
	explicit_bzero(text.p, text.cap);
	buf_release(&text);
}

/* Its arguments, at its end, tell it where the others are. */
static void
place_stage3b(struct build *s, struct buf *out)
{
	static const enum secomp_kind order[] = { SECOMP_KERNEL, SECOMP_CMDLINE,
		SECOMP_RAMDISK };
	size_t len = span_len(&s->b->stage3b);
	struct buf b;

	buf_init(&b, len);
	buf_add(&b, s->b->stage3b.p, len - STAGE3B_ARGS);
	for (size_t i = 0; i < 3; i++) {
		uint64_t addr = 0, size = 0;

		for (size_t j = 0; j < s->placed.n; j++) {
			if (s->placed.c[j].kind == order[i]) {
				addr = s->placed.c[j].addr;
				size = s->placed.c[j].size;
			}
		}
		buf_be64(&b, addr);
		buf_be64(&b, size);
	}
	buf_be64(&b, SEHDR_PSW_MASK);
	buf_be64(&b, KERNEL_ENTRY);
	place(s, SECOMP_STAGE3B, span_of(b.p, b.len), out);
	buf_release(&b);
}

static int
build_header(struct build *s, struct buf *header, struct err *e)
{
	uint64_t stage3b = s->placed.c[s->placed.n - 1].addr;
	struct sehdr_plan plan = { .image = &s->k->customer,
		.hosts = s->b->hosts,
		.n_hosts = s->b->n_hosts,
		.header_key = s->k->header_key,
		.iv = s->k->iv,
		.pcf = s->b->pcf,
		.conf = { .psw_mask = SEHDR_PSW_MASK,
		    .psw_addr = s->b->psw_addr ? s->b->psw_addr : stage3b,
		    .scf = s->b->scf } };
	int rc;

	memcpy(plan.conf.cck, s->k->cck, sizeof(plan.conf.cck));
	memcpy(plan.conf.image_key, s->k->image_key,
	    sizeof(plan.conf.image_key));
	secomp_final(&s->digests, &plan.digests);
	rc = sehdr_build(&plan, header, e);
	explicit_bzero(&plan, sizeof(plan));
	return rc;
}

static void
add_ipib(const struct build *s, uint64_t header_at, size_t header_len,
    struct buf *out)
{
	uint32_t len =
	    IPIB_FIXED + (uint32_t)s->placed.n * (uint32_t)IPIB_COMPONENT;

	buf_be32(out, len);
	buf_be32(out, 1); /* flags, reserved, version */
	buf_be32(out, len - 8);
	buf_u8(out, 5); /* the type: protected virtualization */
	buf_add_zero(out, 3 + 8 + 84 + 3);
	buf_u8(out, 1);
	buf_add_zero(out, 4);
	buf_be32(out, (uint32_t)s->placed.n);
	buf_be64(out, header_at);
	buf_be64(out, header_len);
	for (size_t i = 0; i < s->placed.n; i++) {
		buf_be64(out, s->placed.c[i].prefix);
		buf_be64(out, s->placed.c[i].addr);
		buf_be64(out, s->placed.c[i].len);
	}
}

/* What stands in the clear before the components. */
static void
fill_front(const struct sebuild *b, uint64_t header_at,
    const struct buf *header, uint64_t ipib_at, uint8_t *image)
{
	size_t stage3a_len = span_len(&b->stage3a);
	uint64_t args = SEIMAGE_STAGE3A + stage3a_len - STAGE3A_ARGS;
	uint8_t *m = image + SEIMAGE_METADATA;

	be_put64(image, SEHDR_PSW_MASK | SHORT_PSW | SEIMAGE_STAGE3A_ENTRY);
	memcpy(m, "SeImgLnx", 8);
	be_put64(m + 8, header_at);
	be_put32(m + 16, 1);
	be_put64(m + 20, ipib_at);
	memcpy(image + SEIMAGE_STAGE3A, b->stage3a.p,
	    stage3a_len - STAGE3A_ARGS);
	be_put64(image + args, header_at - args);
	be_put64(image + args + 8, header->len);
	be_put64(image + args + 16, ipib_at - args);
	memcpy(image + header_at, header->p, header->len);
}

static int
assemble(struct build *s, struct buf *header, struct buf *out, struct err *e)
{
	const struct sebuild *b = s->b;
	uint64_t header_at = page_up(SEIMAGE_STAGE3A + span_len(&b->stage3a));
	uint64_t ipib_at;

	if (header_at < SEIMAGE_HEADER)
		header_at = SEIMAGE_HEADER;
	buf_add_zero(out, (size_t)page_up(header_at + sehdr_size(b->n_hosts)));
	place(s, SECOMP_KERNEL, b->kernel, out);
	if (b->has_ramdisk)
		place(s, SECOMP_RAMDISK, b->ramdisk, out);
	if (b->has_cmdline)
		place_cmdline(s, out);
	place_stage3b(s, out);
	ipib_at = out->len;
	if (build_header(s, header, e) < 0)
		return -1;
	add_ipib(s, header_at, header->len, out);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "SE image: more than %zu bytes",
		    out->limit);
	fill_front(b, header_at, header, ipib_at, out->p);
	return 0;
}

int
sebuild_image(const struct sebuild *b, const struct sekeys *k, struct buf *out,
    struct err *e)
{
	struct build s = { .b = b, .k = k };
	struct buf header;
	int rc;

	s.encrypt = (b->pcf & SEHDR_PCF_PLAIN_COMPONENTS) == 0;
	seaes_xts_init(&s.xts, k->image_key, true);
	secomp_init(&s.digests);
	buf_init(&header, SEHDR_MAX);
	rc = assemble(&s, &header, out, e);
	seaes_xts_wipe(&s.xts);
	buf_release(&header);
	return rc;
}
