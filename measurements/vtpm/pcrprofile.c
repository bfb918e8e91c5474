#include "measurements/vtpm/pcrprofile.h"
#include "base/str.h"

#define PCR(n) (1U << (n))
#define GUEST (PCR(8) | PCR(9) | PCR(11) | PCR(12) | PCR(13) | PCR(14))

static const struct {
	const char *name;
	unsigned known; /* a bit for each PCR */
} platforms[PCRPLATFORM_N] = {
	[PCRPLATFORM_QEMU] = { "qemu", 0xffff },
	[PCRPLATFORM_AZURE] = { "azure", GUEST },
	[PCRPLATFORM_AWS] = { "aws", GUEST | PCR(4) | PCR(7) },
	[PCRPLATFORM_GCP] = { "gcp", GUEST | PCR(4) },
};

static const uint32_t since[PCRPROFILE_N_FEATURES] = {
	[PCRPROFILE_CONSTANT_VOLUMES] = 202302,
	[PCRPROFILE_ACPI_EVENTS] = 202302,
	[PCRPROFILE_SMBIOS_EVENT] = 202505,
};

#define UI_APP GUID(0x462caa21, 0x7614, 0x4503, 0x836e, 0x8ab6f4662331)
#define MENU_APP GUID(0xeec25bdc, 0x67f2, 0x4d95, 0xb1d5, 0xf81b2039d11d)
#define SHELL GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad65, 0xe05268d0b4d1)

static const struct pcrprofile_option old_options[] = {
	{ 0x109, "UiApp", UI_APP },
};

static const struct pcrprofile_option new_options[] = {
	{ 0x109, "BootManagerMenuApp", MENU_APP },
	{ 0x101, "EFI Firmware Setup", UI_APP },
};

static const struct pcrprofile_option shells[] = {
	{ 0x1, "EFI Internal Shell", SHELL },
	{ 0x101, "EFI Internal Shell", SHELL },
};

enum {
	NEW_OPTIONS = 202505
};

int
pcrplatform_parse(const char *name, enum pcrplatform *ret_p, struct err *e)
{
	for (int i = 0; i < PCRPLATFORM_N; i++) {
		if (str_eq(name, platforms[i].name)) {
			*ret_p = (enum pcrplatform)i;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "platform %s: not one of qemu, azure, aws, gcp", STR_QUOTED(name));
}

const char *
pcrplatform_name(enum pcrplatform p)
{
	return platforms[p].name;
}

bool
pcrplatform_knows(enum pcrplatform p, int pcr)
{
	return (platforms[p].known >> pcr & 1) != 0;
}

bool
pcrprofile_has(uint32_t ovmf, enum pcrprofile_feature f)
{
	return ovmf >= since[f];
}

size_t
pcrprofile_options(uint32_t ovmf, const struct pcrprofile_option **ret_options)
{
	bool is_new = ovmf >= NEW_OPTIONS;

	*ret_options = is_new ? new_options : old_options;
	return is_new ? 2 : 1;
}

const struct pcrprofile_option *
pcrprofile_shell(uint32_t ovmf)
{
	return &shells[ovmf >= NEW_OPTIONS];
}
