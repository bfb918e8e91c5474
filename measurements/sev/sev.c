#include "measurements/sev/sev.h"

static int
add_hashes(struct sha2 *h, const struct sev_launch *l, struct err *e)
{
	uint8_t table[HASHES_TABLE_LEN];
	struct ovmf_area area;

	if (ovmf_hashes_area(l->firmware, &area, e) < 0)
		return -1;
	hashes_table(l->hashes, table);
	sha2_update(h, table, sizeof(table));
	return 0;
}

/* SEV_FEATURES is zero: KVM's SEV-ES guests of the plain type have none. */
static int
add_vcpus(struct sha2 *h, const struct sev_launch *l, struct err *e)
{
	struct vmsa v = { .vmm = l->vmm,
		.eip = VMSA_BSP_EIP,
		.cpu_sig = l->cpu_sig };
	uint8_t page[VMSA_LEN];
	uint32_t ap_eip;

	if (ovmf_reset_eip(l->firmware, &ap_eip, e) < 0)
		return -1;
	for (uint32_t i = 0; i < l->vcpus; i++) {
		if (i < 2)
			vmsa_build(&v, page);
		sha2_update(h, page, sizeof(page));
		v.eip = ap_eip;
	}
	return 0;
}

int
sev_digest(const struct sev_launch *l, uint8_t ret_ld[static SEV_LD_LEN],
    struct err *e)
{
	const struct span *image = &l->firmware->image;
	struct sha2 h;

	sha2_init(&h, SHA2_256);
	sha2_update(&h, image->p, span_len(image));
	if (l->hashes != NULL && add_hashes(&h, l, e) < 0)
		return -1;
	if (l->es && add_vcpus(&h, l, e) < 0)
		return -1;
	sha2_final(&h, ret_ld);
	return 0;
}
