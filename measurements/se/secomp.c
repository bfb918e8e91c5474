#include <assert.h>
#include <string.h>

#include "measurements/format/be.h"
#include "measurements/se/secomp.h"

const char *
secomp_kind_name(unsigned kind)
{
	switch (kind) {
	case SECOMP_KERNEL:
		return "kernel";
	case SECOMP_RAMDISK:
		return "ramdisk";
	case SECOMP_CMDLINE:
		return "cmdline";
	case SECOMP_STAGE3B:
		return "stage3b";
	}
	return "unknown";
}

void
secomp_init(struct secomp *c)
{
	sha2_init(&c->pld, SHA2_512);
	sha2_init(&c->ald, SHA2_512);
	sha2_init(&c->tld, SHA2_512);
	c->nep = 0;
}

void
secomp_tweak(uint64_t prefix, uint8_t ret_tweak[SEAES_BLOCK])
{
	be_put64(ret_tweak, prefix);
	be_put64(ret_tweak + 8, 0);
}

void
secomp_next_tweak(uint8_t tweak[SEAES_BLOCK])
{
	unsigned carry = SECOMP_PAGE >> 8;

	for (int i = SEAES_BLOCK - 2; i >= 0; i--) {
		carry += tweak[i];
		tweak[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

void
secomp_add(struct secomp *c, uint64_t prefix, uint64_t addr,
    const uint8_t *pages, size_t len)
{
	uint8_t tweak[SEAES_BLOCK], at[sizeof(addr)];

	assert(len % SECOMP_PAGE == 0);
	sha2_update(&c->pld, pages, len);
	secomp_tweak(prefix, tweak);
	for (; len > 0; len -= SECOMP_PAGE, addr += SECOMP_PAGE) {
		be_put64(at, addr);
		sha2_update(&c->ald, at, sizeof(at));
		sha2_update(&c->tld, tweak, sizeof(tweak));
		secomp_next_tweak(tweak);
		c->nep++;
	}
}

size_t
secomp_seal(struct secomp *c, const struct seaes_xts *x, uint64_t prefix,
    uint64_t addr, struct span plain, struct buf *out)
{
	size_t start = out->len, len = span_len(&plain);
	uint8_t tweak[SEAES_BLOCK];

	buf_add(out, plain.p, len);
	buf_add_zero(out, len == 0 ? SECOMP_PAGE : -len % SECOMP_PAGE);
	if (buf_bad(out))
		return 0;
	len = out->len - start;
	secomp_tweak(prefix, tweak);
	for (size_t at = 0; x != NULL && at < len; at += SECOMP_PAGE) {
		seaes_xts_run(x, tweak, out->p + start + at, SECOMP_PAGE);
		secomp_next_tweak(tweak);
	}
	secomp_add(c, prefix, addr, out->p + start, len);
	return len;
}

void
secomp_final(const struct secomp *c, struct secomp_digests *ret_d)
{
	sha2_final(&c->pld, ret_d->pld);
	sha2_final(&c->ald, ret_d->ald);
	sha2_final(&c->tld, ret_d->tld);
	ret_d->nep = c->nep;
}
