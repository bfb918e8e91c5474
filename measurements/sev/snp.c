#include <string.h>

#include "measurements/sev/snp.h"

/* Where an image of so many bytes begins that ends at end. */
static int
place(const struct ovmf *o, uint64_t end, const char *what, uint64_t *ret_gpa,
    struct err *e)
{
	size_t len = span_len(&o->image);

	if (len % GCTX_PAGE != 0)
		return err_set(e, ERR_SYNTAX,
		    "%s: %zu bytes, not a multiple of %d", what, len,
		    GCTX_PAGE);
	if (end % GCTX_PAGE != 0 || len > end)
		return err_set(e, ERR_SYNTAX, "%s: no room for it below 0x%llx",
		    what, (unsigned long long)end);
	*ret_gpa = end - len;
	return 0;
}

/* The page with the hashes, for the section s. */
static int
add_hashes(struct gctx *g, const struct snp_launch *l,
    const struct ovmf_section *s, struct err *e)
{
	uint8_t page[HASHES_PAGE_LEN];
	struct ovmf_area area;

	if (ovmf_hashes_area(l->firmware, &area, e) < 0)
		return -1;
	if (s->size != HASHES_PAGE_LEN)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: hashes section at 0x%x of 0x%x bytes, not "
		    "one page",
		    s->gpa, s->size);
	if (area.base / OVMF_PAGE != s->gpa / OVMF_PAGE)
		return err_set(e, ERR_SYNTAX,
		    "hashes table at 0x%x is not in its section at 0x%x",
		    area.base, s->gpa);
	if (hashes_page(l->hashes, area.base % OVMF_PAGE, page, e) < 0)
		return -1;
	gctx_normal(g, s->gpa, page, sizeof(page));
	return 0;
}

static int
add_section(struct gctx *g, const struct snp_launch *l,
    const struct ovmf_section *s, struct err *e)
{
	switch (s->type) {
	case OVMF_SEC_MEM:
		gctx_blank(g, l->vmm == VMSA_GCE ? GCTX_UNMEASURED : GCTX_ZERO,
		    s->gpa, s->size);
		return 0;
	case OVMF_SECRETS:
		gctx_blank(g, GCTX_SECRETS, s->gpa, s->size);
		return 0;
	case OVMF_CPUID:
		gctx_blank(g, GCTX_CPUID, s->gpa, s->size);
		return 0;
	case OVMF_KERNEL_HASHES:
		if (l->hashes != NULL)
			return add_hashes(g, l, s, e);
		break;
	}
	gctx_blank(g, GCTX_ZERO, s->gpa, s->size);
	return 0;
}

static int
has_hashes_section(const struct ovmf_sections *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].type == OVMF_KERNEL_HASHES)
			return 1;
	return 0;
}

static int
add_sections(struct gctx *g, const struct snp_launch *l, struct err *e)
{
	struct ovmf_sections t;
	int cpuid_last = l->vmm == VMSA_EC2;

	if (ovmf_sections(l->svsm ? l->svsm : l->firmware, &t, e) < 0)
		return -1;
	if (l->hashes != NULL && !has_hashes_section(&t))
		return err_set(e, ERR_UNSUPPORTED,
		    "the firmware's SEV metadata has no section for the "
		    "kernel's hashes: it would not check the kernel (an AmdSev "
		    "build of OVMF does)");
	for (size_t i = 0; i < t.n; i++) {
		if (cpuid_last && t.s[i].type == OVMF_CPUID)
			continue;
		if (add_section(g, l, &t.s[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; cpuid_last && i < t.n; i++)
		if (t.s[i].type == OVMF_CPUID &&
		    add_section(g, l, &t.s[i], e) < 0)
			return -1;
	return 0;
}

/* The images; *ret_svsm_gpa is where the SVSM lies, when there is one. */
static int
add_images(struct gctx *g, const struct snp_launch *l, uint64_t *ret_svsm_gpa,
    struct err *e)
{
	const struct ovmf *fw = l->firmware;
	uint64_t gpa;

	if (place(fw, OVMF_FOUR_GIB, "firmware", &gpa, e) < 0)
		return -1;
	if (l->images_ld != NULL)
		memcpy(g->ld, l->images_ld, GCTX_LD_LEN);
	else if (l->firmware_ld != NULL)
		memcpy(g->ld, l->firmware_ld, GCTX_LD_LEN);
	else
		gctx_normal(g, gpa, fw->image.p, span_len(&fw->image));
	if (l->svsm == NULL)
		return 0;
	if (l->svsm_vars_size > gpa)
		return err_set(e, ERR_SYNTAX,
		    "variables of %u bytes do not fit below the firmware",
		    l->svsm_vars_size);
	gpa -= l->svsm_vars_size;
	if (place(l->svsm, gpa, "SVSM", &gpa, e) < 0)
		return -1;
	if (l->images_ld == NULL)
		gctx_normal(g, gpa, l->svsm->image.p,
		    span_len(&l->svsm->image));
	*ret_svsm_gpa = gpa;
	return 0;
}

static int
add_vcpus(struct gctx *g, const struct snp_launch *l, uint64_t svsm_gpa,
    struct err *e)
{
	struct vmsa v = { .vmm = l->vmm,
		.cpu_sig = l->cpu_sig,
		.sev_features = l->guest_features,
		.svsm = l->svsm != NULL };
	uint8_t page[VMSA_LEN];
	uint32_t ap_eip;

	if (v.svsm) {
		if (ovmf_svsm_entry(l->svsm, &ap_eip, e) < 0)
			return -1;
		if (ap_eip >= span_len(&l->svsm->image))
			return err_set(e, ERR_SYNTAX,
			    "SVSM: its entry 0x%x is beyond its end", ap_eip);
		ap_eip += (uint32_t)svsm_gpa;
	} else if (ovmf_reset_eip(l->firmware, &ap_eip, e) < 0) {
		return -1;
	}
	v.eip = v.svsm ? ap_eip : VMSA_BSP_EIP;
	for (uint32_t i = 0; i < l->vcpus; i++) {
		if (i < 2)
			vmsa_build(&v, page);
		gctx_vmsa(g, page);
		v.eip = ap_eip;
	}
	return 0;
}

int
snp_images(const struct snp_launch *l, uint8_t ret_ld[static GCTX_LD_LEN],
    struct err *e)
{
	uint64_t svsm_gpa;
	struct gctx g;

	gctx_init(&g);
	if (add_images(&g, l, &svsm_gpa, e) < 0)
		return -1;
	memcpy(ret_ld, g.ld, GCTX_LD_LEN);
	return 0;
}

int
snp_digest(const struct snp_launch *l, uint8_t ret_ld[static GCTX_LD_LEN],
    struct err *e)
{
	uint64_t svsm_gpa = 0;
	struct gctx g;

	gctx_init(&g);
	if (add_images(&g, l, &svsm_gpa, e) < 0 || add_sections(&g, l, e) < 0 ||
	    add_vcpus(&g, l, svsm_gpa, e) < 0)
		return -1;
	memcpy(ret_ld, g.ld, GCTX_LD_LEN);
	return 0;
}
