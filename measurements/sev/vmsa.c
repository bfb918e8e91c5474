#include <string.h>

#include "base/str.h"
#include "measurements/format/le.h"
#include "measurements/sev/vmsa.h"

/* AMD APM volume 2, table B-4. */
enum {
	OFF_ES = 0x00,
	OFF_CS = 0x10,
	OFF_SS = 0x20,
	OFF_DS = 0x30,
	OFF_FS = 0x40,
	OFF_GS = 0x50,
	OFF_GDTR = 0x60,
	OFF_LDTR = 0x70,
	OFF_IDTR = 0x80,
	OFF_TR = 0x90,
	OFF_EFER = 0xd0,
	OFF_CR4 = 0x148,
	OFF_CR0 = 0x158,
	OFF_DR7 = 0x160,
	OFF_DR6 = 0x168,
	OFF_RFLAGS = 0x170,
	OFF_RIP = 0x178,
	OFF_G_PAT = 0x268,
	OFF_RDX = 0x310,
	OFF_SEV_FEATURES = 0x3b0,
	OFF_XCR0 = 0x3e8,
	OFF_MXCSR = 0x408,
	OFF_X87_FCW = 0x410
};

/* PAT at reset (APM volume 2, 7.8.2): WB, WT, UC-, UC, twice. */
#define PAT_RESET UINT64_C(0x0007040600070406)
/* What GCE's hypervisor sets instead. */
#define PAT_GCE UINT64_C(0x0000000000070106)
/* EDX at reset where the VMM does not put the CPU's signature there. */
#define EDX_RESET 0x600
#define MXCSR_RESET 0x1f80
#define FCW_LINUX 0x37f

/* What differs between VMMs. */
struct kind {
	const char *name;
	uint16_t bsp_cs, ap_cs, ss, tr; /* segment attributes */
	uint64_t g_pat;
	bool edx_is_sig;
	uint32_t edx; /* when it is not */
	uint32_t mxcsr;
	uint16_t fcw;
};

/*
 * The row for krun is from its source text; no digest from hardware has
 * confirmed it.
 */
static const struct kind kinds[] = {
	[VMSA_QEMU] = { "qemu", 0x9b, 0x9b, 0x93, 0x8b, PAT_RESET, true, 0,
	    MXCSR_RESET, FCW_LINUX },
	[VMSA_QEMU_PRE_6_10] = { "qemu-pre-6.10", 0x9b, 0x9b, 0x93, 0x8b,
	    PAT_RESET, true, 0, 0, 0 },
	[VMSA_EC2] = { "ec2", 0x9a, 0x9b, 0x92, 0x83, PAT_RESET, false,
	    EDX_RESET, 0, 0 },
	[VMSA_GCE] = { "gce", 0x9b, 0x9b, 0x93, 0x8b, PAT_GCE, false, EDX_RESET,
	    0, 0 },
	[VMSA_KRUN] = { "krun", 0x9a, 0x9a, 0x92, 0x83, PAT_RESET, false, 0, 0,
	    0 },
};

enum {
	N_KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static void
segment(uint8_t *at, uint16_t selector, uint16_t attributes, uint32_t limit,
    uint64_t base)
{
	le_put16(at, selector);
	le_put16(at + 2, attributes);
	le_put32(at + 4, limit);
	le_put64(at + 8, base);
}

/* Real mode, as after reset (APM volume 2, table 14-1). */
static void
reset_segments(const struct vmsa *v, const struct kind *k, uint8_t *page)
{
	uint16_t cs = v->eip == VMSA_BSP_EIP ? k->bsp_cs : k->ap_cs;

	segment(page + OFF_ES, 0, 0x93, 0xffff, 0);
	segment(page + OFF_CS, 0xf000, cs, 0xffff, v->eip & 0xffff0000);
	segment(page + OFF_SS, 0, k->ss, 0xffff, 0);
	segment(page + OFF_DS, 0, 0x93, 0xffff, 0);
	segment(page + OFF_FS, 0, 0x93, 0xffff, 0);
	le_put64(page + OFF_RIP, v->eip & 0xffff);
	le_put64(page + OFF_CR0, 0x10); /* ET */
}

/* Flat protected mode, which Coconut's QEMU sets up for the SVSM. */
static void
svsm_segments(const struct vmsa *v, uint8_t *page)
{
	segment(page + OFF_ES, 16, 0xc93, 0xffffffff, 0);
	segment(page + OFF_CS, 8, 0xc9b, 0xffffffff, 0);
	segment(page + OFF_SS, 16, 0xc93, 0xffffffff, 0);
	segment(page + OFF_DS, 16, 0xc93, 0xffffffff, 0);
	segment(page + OFF_FS, 16, 0xc93, 0xffffffff, 0);
	le_put64(page + OFF_RIP, v->eip);
	le_put64(page + OFF_CR0, 0x11); /* PE, ET */
}

void
vmsa_build(const struct vmsa *v, uint8_t ret_page[static VMSA_LEN])
{
	const struct kind *k = &kinds[v->vmm];
	uint8_t *page = ret_page;

	memset(page, 0, VMSA_LEN);
	if (v->svsm)
		svsm_segments(v, page);
	else
		reset_segments(v, k, page);
	segment(page + OFF_GS, 0, 0x93, 0xffff, 0);
	segment(page + OFF_GDTR, 0, 0, 0xffff, 0);
	segment(page + OFF_LDTR, 0, 0x82, 0xffff, 0);
	segment(page + OFF_IDTR, 0, 0, 0xffff, 0);
	segment(page + OFF_TR, 0, k->tr, 0xffff, 0);
	le_put64(page + OFF_EFER, 0x1000); /* SVME, set by the host */
	le_put64(page + OFF_CR4, 0x40);    /* MCE, likewise */
	le_put64(page + OFF_DR7, 0x400);
	le_put64(page + OFF_DR6, 0xffff0ff0);
	le_put64(page + OFF_RFLAGS, 2);
	le_put64(page + OFF_G_PAT, k->g_pat);
	le_put64(page + OFF_RDX, k->edx_is_sig ? v->cpu_sig : k->edx);
	le_put64(page + OFF_SEV_FEATURES, v->sev_features);
	le_put64(page + OFF_XCR0, 1);
	le_put32(page + OFF_MXCSR, k->mxcsr);
	le_put16(page + OFF_X87_FCW, k->fcw);
}

bool
vmsa_vmm_has_sig(enum vmsa_vmm vmm)
{
	return kinds[vmm].edx_is_sig;
}

const char *
vmsa_vmm_name(enum vmsa_vmm vmm)
{
	return kinds[vmm].name;
}

int
vmsa_vmm_parse(const char *name, enum vmsa_vmm *ret_vmm, struct err *e)
{
	for (int i = 0; i < N_KINDS; i++) {
		if (str_eq(name, kinds[i].name)) {
			*ret_vmm = (enum vmsa_vmm)i;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "VMM %s: not one of qemu, qemu-pre-6.10, ec2, gce, krun",
	    STR_QUOTED(name));
}
