#include "measurements/sev/sev.h"
#include "measurements/format/fast_sha2.h"

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

void
sev_firmware(const struct ovmf *firmware, struct sha2 *ret_h)
{
	sha2_init(ret_h, SHA2_256);
	fast_sha2_update(ret_h, fast_sha2_paths(FAST_SHA2_256),
	    firmware->image.p, span_len(&firmware->image));
}

int
sev_digest(const struct sev_launch *l, uint8_t ret_ld[static SEV_LD_LEN],
    struct err *e)
{
	struct sha2 h;

	if (l->hashed != NULL)
		h = *l->hashed;
	else
		sev_firmware(l->firmware, &h);
	if (l->hashes != NULL && add_hashes(&h, l, e) < 0)
		return -1;
	if (l->es && add_vcpus(&h, l, e) < 0)
		return -1;
	sha2_final(&h, ret_ld);
	return 0;
}
