#include "measurements/qemu/pciwindow.h"

enum {
	E820_ENTRY = 20,
	E820_RAM = 1,
	BITS_4_LEVELS = 46
};

static const uint64_t four_gib = UINT64_C(4) << 30;
static const uint64_t gib = UINT64_C(1) << 30;
static const uint64_t classic_size = UINT64_C(32) << 30;
static const uint64_t tib = UINT64_C(1) << 40;

static uint64_t
align_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* The end of RAM, or of what is reserved behind it for more. */
static uint64_t
first_free(const struct pciwindow *w)
{
	struct span s = w->e820;
	uint64_t end = four_gib;

	while (span_len(&s) > 0) {
		uint64_t base = span_le64(&s), len = span_le64(&s);

		if (span_le32(&s) == E820_RAM && base + len > end)
			end = base + len;
	}
	return w->reserved_end > end ? w->reserved_end : end;
}

/* Move a window of size bytes below every entry that it runs into. */
static uint64_t
avoid(const struct pciwindow *w, uint64_t base, uint64_t size)
{
	struct span s = w->e820;

	while (span_len(&s) > 0) {
		uint64_t at = span_le64(&s), len = span_le64(&s);

		span_skip(&s, 4);
		if (at < base + size && base < at + len)
			base = (at - size) & ~(size - 1);
	}
	return base;
}

int
pciwindow_base(const struct pciwindow *w, uint64_t *ret_base, struct err *e)
{
	struct span s = w->e820;
	unsigned bits = w->bits;
	uint64_t free_at, base, size;

	if (span_len(&s) % E820_ENTRY != 0)
		return err_set(e, ERR_SYNTAX,
		    "etc/e820: %zu bytes are no list of ranges", span_len(&s));
	while (span_len(&s) > 0) {
		uint64_t at = span_le64(&s), len = span_le64(&s);

		span_skip(&s, 4);
		if (at > UINT64_MAX / 4 || len > UINT64_MAX / 4)
			return err_set(e, ERR_SYNTAX,
			    "etc/e820: a range at 0x%llx of 0x%llx bytes",
			    (unsigned long long)at, (unsigned long long)len);
	}
	if (w->reserved_end > UINT64_MAX / 4)
		return err_set(e, ERR_SYNTAX, "etc/reserved-memory-end: 0x%llx",
		    (unsigned long long)w->reserved_end);
	free_at = first_free(w);
	base = align_up(align_up(free_at, gib), classic_size);
	if (base + classic_size < tib && bits > BITS_4_LEVELS)
		bits = BITS_4_LEVELS;
	size = bits ? UINT64_C(1) << (bits - 3) : 0;
	/* A window of an eighth of the addresses, at their end. */
	if (bits && classic_size < size && base + size < size << 3)
		base = avoid(w, (size << 3) - size, size);
	*ret_base = base;
	return 0;
}
