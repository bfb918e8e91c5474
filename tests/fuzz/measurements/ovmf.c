/* A foreign firmware image: its table and its SEV metadata. */
#include <stdlib.h>

#include "measurements/format/ovmf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* What is accepted obeys the rules of ovmf.h. */
static void
check_sections(const struct ovmf_sections *t, size_t image_len)
{
	for (size_t i = 0; i < t->n; i++) {
		uint64_t end = (uint64_t)t->s[i].gpa + t->s[i].size;

		if (t->s[i].size == 0 || t->s[i].gpa % OVMF_PAGE != 0 ||
		    end % OVMF_PAGE != 0 || end > OVMF_FOUR_GIB - image_len)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct ovmf_sections sections;
	struct ovmf_area area;
	struct ovmf o;
	struct err e;
	uint32_t v;

	if (ovmf_parse(p, len, &o, &e) < 0)
		return 0;
	for (size_t i = 0; i < o.n_entries; i++)
		if (o.entries[i].data.p < p || o.entries[i].data.end > p + len)
			abort();
	ovmf_reset_eip(&o, &v, &e);
	ovmf_svsm_entry(&o, &v, &e);
	ovmf_hashes_area(&o, &area, &e);
	if (ovmf_sections(&o, &sections, &e) == 0)
		check_sections(&sections, len);
	return 0;
}
