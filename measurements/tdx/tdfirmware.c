#include <string.h>

#include "measurements/tdx/tdfirmware.h"

static const struct guid smbios_measurement =
    GUID(0xd27fed59, 0xabb4, 0x4fed, 0xbead, 0x2a878c7e4a7e);
static const struct guid secure_boot_config =
    GUID(0xf0e6a44f, 0x7195, 0x41c3, 0xac64, 0x54f202cd0a21);
static const struct guid shell =
    GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad65, 0xe05268d0b4d1);
static const struct guid ui_app =
    GUID(0x462caa21, 0x7614, 0x4503, 0x836e, 0x8ab6f4662331);
static const struct guid menu_app =
    GUID(0xeec25bdc, 0x67f2, 0x4d95, 0xb1d5, 0xf81b2039d11d);

/* What shows. */
enum mark {
	MARK_BOOT_KERNEL = 1,  /* asks for etc/boot/kernel */
	MARK_SMBIOS = 2,       /* measures SMBIOS */
	MARK_FW_CFG = 4,       /* measures fw_cfg items */
	MARK_INITRD_FIRST = 8, /* in front of the command line */
	MARK_MENU = 16,        /* BootManagerMenuApp, where a TD sees it */
	MARK_UI = 32           /* UiApp, likewise */
};

/* Of each build: the tags with the same marks, newest first. */
static const struct {
	unsigned marks;
	uint32_t first, last;
	bool intel_tdx;
} known[] = {
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_FW_CFG | MARK_INITRD_FIRST |
		MARK_MENU,
	    202608, 0, true },
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_FW_CFG | MARK_INITRD_FIRST,
	    202605, 202605, true },
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_FW_CFG | MARK_INITRD_FIRST |
		MARK_MENU | MARK_UI,
	    202508, 202602, true },
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_FW_CFG | MARK_MENU | MARK_UI,
	    202505, 202505, true },
	{ MARK_BOOT_KERNEL | MARK_UI, 202502, 202502, true },
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_INITRD_FIRST | MARK_MENU |
		MARK_UI,
	    202508, 0, false },
	{ MARK_BOOT_KERNEL | MARK_SMBIOS | MARK_MENU | MARK_UI, 202505, 202505,
	    false },
	{ MARK_BOOT_KERNEL | MARK_UI, 202502, 202502, false },
};

enum {
	N_KNOWN = sizeof(known) / sizeof(known[0])
};

/* Is the text, with its NUL, in the bytes? */
static bool
has_text(const struct span *s, const char *text)
{
	return memmem(s->p, span_len(s), text, strlen(text) + 1) != NULL;
}

static unsigned
read_marks(const struct span *image, const struct span *dxe)
{
	unsigned marks = 0;

	/* A folder's name, which a file's is appended to. */
	if (has_text(dxe, "etc/boot/"))
		marks |= MARK_BOOT_KERNEL;
	if (fwvol_has(dxe, &smbios_measurement))
		marks |= MARK_SMBIOS;
	/* By the SEC phase, which is not packed. */
	if (has_text(image, "QEMU FW CFG"))
		marks |= MARK_FW_CFG;
	if (has_text(dxe, "initrd=initrd "))
		marks |= MARK_INITRD_FIRST;
	if (fwvol_has(dxe, &menu_app))
		marks |= MARK_MENU;
	if (fwvol_has(dxe, &ui_app))
		marks |= MARK_UI;
	return marks;
}

int
tdfirmware_look(const void *p, size_t len, bool intel_tdx, struct buf *unpacked,
    struct tdfirmware *ret_f, struct err *e)
{
	const struct span image = span_of(p, len);
	struct tdfirmware f = { .first = 0 };
	struct span fv[FWVOL_VOLUMES], *dxe = &fv[intel_tdx ? 0 : 1];
	unsigned marks;
	size_t i = 0;

	if (fwvol_volumes(p, len, unpacked, fv, e) < 0)
		return -1;
	marks = read_marks(&image, dxe);
	while (i < N_KNOWN &&
	       (known[i].marks != marks || known[i].intel_tdx != intel_tdx))
		i++;
	if (i == N_KNOWN && (marks & MARK_BOOT_KERNEL) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "an OVMF before 202502, of which the bytes do not tell the "
		    "tag");
	if (i == N_KNOWN)
		return err_set(e, ERR_UNSUPPORTED,
		    "an OVMF with the marks 0x%x, as no known tag has them",
		    marks);
	f.first = known[i].first;
	f.last = known[i].last;
	f.secure_boot = fwvol_has(dxe, &secure_boot_config);
	f.shell = fwvol_has(dxe, &shell);
	f.has_names = fwvol_names(dxe, &f.names);
	*ret_f = f;
	return 0;
}

bool
tdfirmware_fits(const struct tdfirmware *f, const struct tdprofile *p)
{
	return p->ovmf >= f->first && (f->last == 0 || p->ovmf <= f->last);
}
