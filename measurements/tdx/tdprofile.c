#include <string.h>

#include "base/str.h"
#include "measurements/format/edk2tag.h"
#include "measurements/tdx/tdprofile.h"

enum {
	OVMF_OLDEST = 202302,
	SHELL_HIDDEN = 202505,
	QEMU_OFFERS_KERNEL = 1000,
	QEMU_LEAVES_KERNEL = 1002
};

/* The features of OVMF: from which stable tag on, and in which build. */
static const struct {
	uint32_t since;
	bool intel_tdx_only;
	const char *what;
} features[TDPROFILE_N_FEATURES] = {
	[TDPROFILE_SEPARATOR_IN_RTMR1] = { 202411, false,
	    "the separator at ReadyToBoot goes to RTMR1; before, a second one "
	    "to RTMR0" },
	[TDPROFILE_READS_BOOT_KERNEL] = { 202502, false,
	    "RTMR1: reads the kernel from etc/boot/kernel, where QEMU has it" },
	[TDPROFILE_FW_CFG_EVENTS] = { 202505, true,
	    "RTMR0: measures fw_cfg items, of which BootMenu and bootorder are "
	    "there" },
	[TDPROFILE_SMBIOS_EVENT] = { 202505, false,
	    "RTMR0: measures the SMBIOS table, so memory, processor, versions "
	    "count" },
	[TDPROFILE_INITRD_FIRST] = { 202508, false,
	    "RTMR2: \"initrd=initrd \" in front of the command line; before, "
	    "behind it" },
};

/* What QEMU does to a kernel, which OVMF then measures into RTMR1. */
static const struct {
	uint32_t since;
	const char *what;
} qemu_changes[] = {
	{ 0, "writes addresses and sizes into the kernel's header" },
	{ QEMU_OFFERS_KERNEL,
	    "offers the unchanged kernel as etc/boot/kernel besides" },
	{ QEMU_LEAVES_KERNEL, "leaves a confidential guest's kernel alone" },
};

#define UI_APP GUID(0x462caa21, 0x7614, 0x4503, 0x836e, 0x8ab6f4662331)
#define SHELL GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad65, 0xe05268d0b4d1)
#define MENU_APP GUID(0xeec25bdc, 0x67f2, 0x4d95, 0xb1d5, 0xf81b2039d11d)

static const struct tdprofile_option ui_app[] = {
	{ 0x109, "UiApp", UI_APP },
};

static const struct tdprofile_option menu_and_setup[] = {
	{ 0x109, "BootManagerMenuApp", MENU_APP },
	{ 0x101, "EFI Firmware Setup", UI_APP },
};

/* Before 202505, and since. */
static const struct tdprofile_option shells[] = {
	{ 0x1, "EFI Internal Shell", SHELL },
	{ 0x101, "EFI Internal Shell", SHELL },
};

/* From which stable tag on, descending; the last row of a build fits. */
static const struct {
	uint32_t since;
	bool intel_tdx_only;
	const struct tdprofile_option *options;
	size_t n;
	const char *what;
} option_sets[] = {
	{ 202608, true, menu_and_setup, 1,
	    "RTMR0: one boot option, BootManagerMenuApp" },
	{ 202605, true, NULL, 0, "RTMR0: no boot options" },
	{ 202505, false, menu_and_setup, 2,
	    "RTMR0: boot options BootManagerMenuApp and EFI Firmware Setup" },
	{ 0, false, ui_app, 1, "RTMR0: one boot option, UiApp" },
};

int
tdprofile_ovmf_parse(const char *s, uint32_t *ret_ovmf, struct err *e)
{
	uint32_t v;

	if (edk2tag_parse(s, &v, e) < 0)
		return -1;
	if (v < OVMF_OLDEST)
		return err_set(e, ERR_UNSUPPORTED,
		    "OVMF %u: older than %d, which measures other things", v,
		    OVMF_OLDEST);
	*ret_ovmf = v;
	return 0;
}

/* Take one or two digits off s; -1 when there are not that many. */
static int
take_number(const char **s, uint32_t *ret_v)
{
	size_t len = strspn(*s, "0123456789");
	uint32_t v = 0;

	if (len == 0 || len > 2)
		return -1;
	while (len-- > 0)
		v = v * 10 + (uint32_t)(*(*s)++ - '0');
	*ret_v = v;
	return 0;
}

int
tdprofile_qemu_parse(const char *s, uint32_t *ret_qemu, struct err *e)
{
	uint32_t major = 0, minor = 0, patch;
	const char *at = s;
	bool good = take_number(&at, &major) == 0 && *at++ == '.' &&
		    take_number(&at, &minor) == 0;

	if (good && *at == '.') {
		at++;
		good = take_number(&at, &patch) == 0;
	}
	if (!good || *at != '\0')
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a version of QEMU, such as 10.1", STR_QUOTED(s));
	*ret_qemu = major * 100 + minor;
	return 0;
}

bool
tdprofile_is_intel_tdx(const struct tdvf *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].type == TDVF_TEMP_MEM && t->s[i].gpa == 0x810000 &&
		    t->s[i].size == 0x10000)
			return true;
	return false;
}

bool
tdprofile_has(const struct tdprofile *p, enum tdprofile_feature f)
{
	return p->ovmf >= features[f].since &&
	       (p->intel_tdx || !features[f].intel_tdx_only);
}

bool
tdprofile_patches_kernel(const struct tdprofile *p)
{
	if (p->qemu >= QEMU_LEAVES_KERNEL)
		return false;
	return p->qemu < QEMU_OFFERS_KERNEL ||
	       !tdprofile_has(p, TDPROFILE_READS_BOOT_KERNEL);
}

size_t
tdprofile_options(const struct tdprofile *p,
    const struct tdprofile_option **ret_options)
{
	size_t i = 0;

	while (p->ovmf < option_sets[i].since ||
	       (option_sets[i].intel_tdx_only && !p->intel_tdx))
		i++;
	*ret_options = option_sets[i].options;
	return option_sets[i].n;
}

const struct tdprofile_option *
tdprofile_shell(const struct tdprofile *p)
{
	return &shells[p->ovmf >= SHELL_HIDDEN];
}

static void
list_line(struct buf *out, uint32_t since, bool intel_tdx_only,
    const char *what)
{
	if (since == 0)
		buf_printf(out, "  %-8s", "older");
	else
		buf_printf(out, "  %-8u", since);
	buf_printf(out, "%s%s\n", what,
	    intel_tdx_only ? " (IntelTdxX64 only)" : "");
}

int
tdprofile_vmm_parse(const char *s, bool *ret_clh, struct err *e)
{
	bool clh = str_eq(s, "clh");

	if (!clh && !str_eq(s, "qemu"))
		return err_set(e, ERR_ARGUMENT,
		    "VMM %s: of a TD, not one of qemu, clh", STR_QUOTED(s));
	*ret_clh = clh;
	return 0;
}

void
tdprofile_list(struct buf *out)
{
	const size_t n_sets = sizeof(option_sets) / sizeof(option_sets[0]);

	buf_printf(out, "OVMF, by stable tag of edk2 (since %d)\n",
	    OVMF_OLDEST);
	for (int i = 0; i < TDPROFILE_N_FEATURES; i++)
		list_line(out, features[i].since, features[i].intel_tdx_only,
		    features[i].what);
	for (size_t i = n_sets; i-- > 0;)
		list_line(out, option_sets[i].since,
		    option_sets[i].intel_tdx_only, option_sets[i].what);
	buf_add_str(out,
	    "\nQEMU, by version: RTMR1 holds the kernel as it arrives\n");
	for (size_t i = 0; i < sizeof(qemu_changes) / sizeof(qemu_changes[0]);
	     i++) {
		uint32_t v = qemu_changes[i].since;
		char version[16] = "older";

		if (v != 0 && str_format(version, sizeof(version), "%u.%u",
				  v / 100, v % 100) < 0)
			version[0] = '\0';
		buf_printf(out, "  %-8s%s\n", version, qemu_changes[i].what);
	}
	buf_add_str(out,
	    "\nQEMU's ACPI and SMBIOS tables, which RTMR0 holds, differ with "
	    "every version:\nhusk acpi-dump asks the one that will run.\n"
	    "\nMRTD, by VMM\n"
	    "  single-pass  Linux 6.16 and QEMU 10.1, and newer\n"
	    "  two-pass     the older stack of Intel and Ubuntu (QEMU 8)\n"
	    "\ntd-shim: RTMR0 is the VMM's TD HOB and a separator; RTMR1 the "
	    "payload and its\nparameters; the rest is the payload's. Versions "
	    "of QEMU and OVMF do not count.\n"
	    "\nCloud Hypervisor (--vmm clh; the sources have TDX, and refuse "
	    "to build it since\n2026-07): kernel and command line go to a "
	    "firmware with sections for them, such\nas td-shim, unchanged; "
	    "an initrd goes nowhere. The TD HOB holds its ACPI tables,\nwhich "
	    "it makes for a TD otherwise than for another guest, and windows "
	    "that follow\nthe host's width of addresses: a td-shim's is to be "
	    "given, OVMF's RTMR0 is\nunsupported. MRTD: pages that QEMU "
	    "leaves out (PAGE_AUG) are added.\n");
}
