#include <string.h>

#include "base/str.h"
#include "measurements/format/edk2tag.h"
#include "measurements/tdx/tdprofile.h"

enum {
	OVMF_OLDEST = 202302,
	QEMU_OFFERS_KERNEL = 1000,
	QEMU_LEAVES_KERNEL = 1002
};

/* The features of OVMF: from which stable tag on, and in which build. */
static const struct {
	uint32_t since;
	bool intel_tdx_only;
} features[TDPROFILE_N_FEATURES] = {
	[TDPROFILE_SEPARATOR_IN_RTMR1] = { 202411, false },
	[TDPROFILE_READS_BOOT_KERNEL] = { 202502, false },
	[TDPROFILE_FW_CFG_EVENTS] = { 202505, true },
	[TDPROFILE_SMBIOS_EVENT] = { 202505, false },
	[TDPROFILE_INITRD_FIRST] = { 202508, false },
};

#define UI_APP GUID(0x462caa21, 0x7614, 0x4503, 0x836e, 0x8ab6f4662331)
#define MENU_APP GUID(0xeec25bdc, 0x67f2, 0x4d95, 0xb1d5, 0xf81b2039d11d)

static const struct tdprofile_option ui_app[] = {
	{ 0x109, "UiApp", UI_APP },
};

static const struct tdprofile_option menu_and_setup[] = {
	{ 0x109, "BootManagerMenuApp", MENU_APP },
	{ 0x101, "EFI Firmware Setup", UI_APP },
};

/* From which stable tag on, descending; the last row of a build fits. */
static const struct {
	uint32_t since;
	bool intel_tdx_only;
	const struct tdprofile_option *options;
	size_t n;
} option_sets[] = {
	{ 202608, true, menu_and_setup, 1 },
	{ 202605, true, NULL, 0 },
	{ 202505, false, menu_and_setup, 2 },
	{ 0, false, ui_app, 1 },
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
