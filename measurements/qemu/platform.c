#include "measurements/qemu/platform.h"
#include "base/str.h"
#include "measurements/qemu/fwcfg.h"
#include "measurements/qemu/qtest.h"

enum {
	PCI_ADDRESS = 0xcf8,
	PCI_DATA = 0xcfc,
	PCI_ENABLE = 1 << 31,
	PCI_DEVICES = 32,
	PCI_FUNCTIONS = 8,
	PCI_BARS = 6,
	CFG_ID = 0,
	CFG_COMMAND = 4,
	CFG_HEADER = 0xc,
	CFG_BAR = 0x10,
	COMMAND_MEMORY = 2,
	HEADER_MULTI = 1 << 23,
	HEADER_TYPE = 0x7f << 16,
	BAR_IO = 1,
	BAR_TYPE = 6,
	BAR_64 = 4,
	/* Host bridge and LPC bridge of q35. */
	MCH = 0,
	MCH_PCIEXBAR = 0x60,
	LPC = 0x1f << 3,
	LPC_PMBASE = 0x40,
	LPC_ACPI_CNTL = 0x44,
	PMBASE = 0x600,
	ACPI_ENABLE = 0x80
};

/* PCIEXBAR as each firmware sets it, enabled, for 256 buses. */
static const struct {
	const char *name;
	uint32_t pciexbar;
} firmwares[PLATFORM_FIRMWARES] = {
	[PLATFORM_OVMF] = { "ovmf", 0xe0000001 },
	[PLATFORM_OVMF_OLD] = { "ovmf-202302", 0xb0000001 },
	[PLATFORM_SEABIOS] = { "seabios", 0xb0000001 },
};

static const struct {
	const char *name, *file;
} blobs[PLATFORM_BLOBS] = {
	[PLATFORM_TABLES] = { "etc/acpi/tables", "acpi-tables" },
	[PLATFORM_RSDP] = { "etc/acpi/rsdp", "acpi-rsdp" },
	[PLATFORM_LOADER] = { "etc/table-loader", "acpi-loader" },
	[PLATFORM_SMBIOS] = { "etc/smbios/smbios-tables", "smbios" },
	[PLATFORM_PCI_ROOTS] = { "etc/extra-pci-roots", "extra-pci-roots" },
	[PLATFORM_BOOT_MENU] = { "BootMenu", "boot-menu" },
	[PLATFORM_MENU_WAIT] = { "etc/boot-menu-wait", "boot-menu-wait" },
	[PLATFORM_RESERVED_END] = { "etc/reserved-memory-end",
	    "reserved-memory-end" },
	[PLATFORM_MMIO64_MB] = { "opt/ovmf/X-PciMmio64Mb", "mmio64-mb" },
	[PLATFORM_BOOTORDER] = { "bootorder", "bootorder" },
};

int
platform_firmware_parse(const char *name, enum platform_firmware *ret_f,
    struct err *e)
{
	for (int i = 0; i < PLATFORM_FIRMWARES; i++) {
		if (str_eq(name, firmwares[i].name)) {
			*ret_f = (enum platform_firmware)i;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "firmware %s: not one of ovmf, ovmf-202302, seabios",
	    STR_QUOTED(name));
}

const char *
platform_blob_name(enum platform_blob b)
{
	return blobs[b].name;
}

const char *
platform_blob_file(enum platform_blob b)
{
	return blobs[b].file;
}

void
platform_init(struct platform *p)
{
	p->window = 0;
	for (int i = 0; i < PLATFORM_BLOBS; i++)
		buf_init(&p->blobs[i], FWCFG_BYTES);
}

void
platform_release(struct platform *p)
{
	for (int i = 0; i < PLATFORM_BLOBS; i++)
		buf_release(&p->blobs[i]);
}

/* Registers of bus 0; devfn is device * 8 + function. */
static int
pci_select(struct qtest *q, unsigned devfn, unsigned reg, struct err *e)
{
	return qtest_outl(q, PCI_ADDRESS,
	    (uint32_t)PCI_ENABLE | devfn << 8 | reg, e);
}

static int
pci_write(struct qtest *q, unsigned devfn, unsigned reg, uint32_t v,
    struct err *e)
{
	if (pci_select(q, devfn, reg, e) < 0)
		return -1;
	return qtest_outl(q, PCI_DATA, v, e);
}

static int
pci_read(struct qtest *q, unsigned devfn, unsigned reg, uint32_t *ret_v,
    struct err *e)
{
	if (pci_select(q, devfn, reg, e) < 0)
		return -1;
	return qtest_inl(q, PCI_DATA, ret_v, e);
}

static int
set_chipset(struct qtest *q, enum platform_firmware firmware, struct err *e)
{
	if (pci_write(q, MCH, MCH_PCIEXBAR + 4, 0, e) < 0 ||
	    pci_write(q, MCH, MCH_PCIEXBAR, firmwares[firmware].pciexbar, e) <
		0 ||
	    pci_write(q, LPC, LPC_PMBASE, PMBASE, e) < 0)
		return -1;
	return pci_write(q, LPC, LPC_ACPI_CNTL, ACPI_ENABLE, e);
}

/* The first 64-bit BAR of a function that is no bridge, or 0. */
static int
find_bar(struct qtest *q, unsigned devfn, uint32_t header, unsigned *ret_reg,
    struct err *e)
{
	uint32_t bar;

	*ret_reg = 0;
	if ((header & HEADER_TYPE) != 0)
		return 0;
	for (unsigned i = 0; i + 1 < PCI_BARS; i++) {
		if (pci_read(q, devfn, CFG_BAR + 4 * i, &bar, e) < 0)
			return -1;
		if ((bar & BAR_IO) != 0 || (bar & BAR_TYPE) != BAR_64)
			continue;
		*ret_reg = CFG_BAR + 4 * i;
		return 0;
	}
	return 0;
}

/* Find a 64-bit BAR on bus 0; *ret_reg is 0 when there is none. */
static int
scan(struct qtest *q, unsigned *ret_devfn, unsigned *ret_reg, struct err *e)
{
	*ret_reg = 0;
	for (unsigned i = 0; i < PCI_DEVICES * PCI_FUNCTIONS; i++) {
		uint32_t id, header = 0;

		if (pci_read(q, i, CFG_ID, &id, e) < 0)
			return -1;
		if (id != UINT32_MAX &&
		    (pci_read(q, i, CFG_HEADER, &header, e) < 0 ||
			find_bar(q, i, header, ret_reg, e) < 0))
			return -1;
		*ret_devfn = i;
		if (*ret_reg != 0)
			return 0;
		if (i % PCI_FUNCTIONS == 0 && (header & HEADER_MULTI) == 0)
			i += PCI_FUNCTIONS - 1;
	}
	return 0;
}

static int
place_bar(struct qtest *q, const struct fwcfg *c, unsigned bits,
    struct platform *p, struct err *e)
{
	const struct buf *end = &p->blobs[PLATFORM_RESERVED_END];
	const struct fwcfg_file *f = fwcfg_find(c, "etc/e820");
	struct pciwindow w = { .bits = bits };
	struct span s = span_of(end->p, end->len);
	unsigned devfn, reg;
	struct buf e820;
	int rc;

	if (scan(q, &devfn, &reg, e) < 0)
		return -1;
	if (reg == 0)
		return 0;
	if (p->blobs[PLATFORM_MMIO64_MB].len > 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "opt/ovmf/X-PciMmio64Mb: a window of a size of its own");
	if (f == NULL)
		return err_set(e, ERR_NOT_FOUND, "QEMU has no etc/e820");
	buf_init(&e820, FWCFG_BYTES);
	rc = fwcfg_read(q, f->selector, f->size, &e820, e);
	w.e820 = span_of(e820.p, e820.len);
	w.reserved_end = end->len == 8 ? span_le64(&s) : 0;
	if (rc == 0)
		rc = pciwindow_base(&w, &p->window, e);
	buf_release(&e820);
	if (rc < 0 || pci_write(q, devfn, reg, (uint32_t)p->window, e) < 0 ||
	    pci_write(q, devfn, reg + 4, (uint32_t)(p->window >> 32), e) < 0)
		return -1;
	return pci_write(q, devfn, CFG_COMMAND, COMMAND_MEMORY, e);
}

static int
read_blob(struct qtest *q, const struct fwcfg *c, enum platform_blob b,
    struct platform *p, struct err *e)
{
	const struct fwcfg_file *f;
	int rc = 0;

	if (b == PLATFORM_BOOT_MENU)
		return fwcfg_read(q, FWCFG_BOOT_MENU, FWCFG_BOOT_MENU_LEN,
		    &p->blobs[b], e);
	f = fwcfg_find(c, blobs[b].name);
	if (f != NULL && f->size > 0)
		rc = fwcfg_read(q, f->selector, f->size, &p->blobs[b], e);
	if (rc < 0)
		return err_wrap(e, "%s", blobs[b].name);
	if (p->blobs[b].len == 0 && b <= PLATFORM_LOADER)
		return err_set(e, ERR_NOT_FOUND,
		    "this machine has no %s (ACPI switched off?)",
		    blobs[b].name);
	return 0;
}

static int
read_all(struct qtest *q, enum platform_firmware firmware, unsigned bits,
    struct platform *p, struct err *e)
{
	struct fwcfg c;

	if (set_chipset(q, firmware, e) < 0 || fwcfg_list(q, &c, e) < 0)
		return -1;
	/* The tables last: they depend on where the BAR is. */
	for (int i = PLATFORM_BLOBS - 1; i >= 0; i--) {
		if (i == PLATFORM_LOADER && firmware != PLATFORM_SEABIOS &&
		    place_bar(q, &c, bits, p, e) < 0)
			return -1;
		if (read_blob(q, &c, (enum platform_blob)i, p, e) < 0)
			return -1;
	}
	return 0;
}

int
platform_dump(const char *const *argv, enum platform_firmware firmware,
    unsigned bits, struct platform *p, struct err *e)
{
	struct qtest q;
	int rc = qtest_start(argv, &q, e);

	if (rc == 0)
		rc = read_all(&q, firmware, bits, p, e);
	qtest_stop(&q);
	return rc;
}
