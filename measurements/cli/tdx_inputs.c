#include <unistd.h>

#include "base/str.h"
#include "measurements/cli/acpi_dump.h"
#include "measurements/cli/tdx_inputs.h"
#include "measurements/format/limits.h"

enum {
	PATHS_MAX = 64 * 1024 * 1024
};

static const char *const roles[PLATFORM_BLOBS] = {
	[PLATFORM_TABLES] = "acpi_tables",
	[PLATFORM_RSDP] = "acpi_rsdp",
	[PLATFORM_LOADER] = "acpi_loader",
	[PLATFORM_SMBIOS] = "smbios",
	[PLATFORM_PCI_ROOTS] = "extra_pci_roots",
	[PLATFORM_BOOT_MENU] = "boot_menu",
	[PLATFORM_MENU_WAIT] = "boot_menu_wait",
	[PLATFORM_RESERVED_END] = "reserved_memory_end",
	[PLATFORM_MMIO64_MB] = "mmio64_mb",
	[PLATFORM_BOOTORDER] = "bootorder",
};

static const enum platform_blob items[TDBOOT_ITEMS] = {
	[TDBOOT_PCI_ROOTS] = PLATFORM_PCI_ROOTS,
	[TDBOOT_BOOT_MENU] = PLATFORM_BOOT_MENU,
	[TDBOOT_MENU_WAIT] = PLATFORM_MENU_WAIT,
	[TDBOOT_RESERVED_END] = PLATFORM_RESERVED_END,
	[TDBOOT_MMIO64_MB] = PLATFORM_MMIO64_MB,
	[TDBOOT_BOOTORDER] = PLATFORM_BOOTORDER,
};

void
tdx_inputs_init(struct tdx_inputs *t)
{
	t->looked = false;
	t->why[0] = '\0';
	buf_init(&t->unpacked, LIMIT_FIRMWARE_UNPACKED);
	arena_init(&t->paths, PATHS_MAX);
	for (int i = 0; i < PLATFORM_BLOBS; i++) {
		buf_init(&t->blobs[i], LIMIT_ACPI);
		t->in[i].path = NULL;
	}
}

void
tdx_inputs_release(struct tdx_inputs *t)
{
	buf_release(&t->unpacked);
	arena_release(&t->paths);
	for (int i = 0; i < PLATFORM_BLOBS; i++)
		buf_release(&t->blobs[i]);
}

void
tdx_inputs_look(struct tdx_inputs *t, const struct input_map *firmware,
    bool intel_tdx)
{
	struct err e;

	t->looked = tdfirmware_look(firmware->p, firmware->len, intel_tdx,
			&t->unpacked, &t->firmware, &e) == 0;
	if (!t->looked && str_copy(t->why, sizeof(t->why), e.msg) < 0)
		t->why[0] = '\0';
}

static int
read_item(struct tdx_inputs *t, const char *dir, const struct shape *s,
    enum platform_blob b, struct err *e)
{
	char path[ACPI_DUMP_PATH];
	const char *kept;

	buf_clear(&t->blobs[b]);
	t->in[b].path = NULL;
	if (acpi_dump_path(dir, s, platform_blob_file(b), path, e) < 0)
		return -1;
	if (access(path, F_OK) < 0 && b > PLATFORM_LOADER)
		return 0;
	kept = arena_printf(&t->paths, "%s", path);
	if (kept == NULL)
		return err_set(e, ERR_LIMIT, "too many paths");
	return input_read(kept, &t->blobs[b], &t->in[b], e);
}

int
tdx_inputs_read(struct tdx_inputs *t, const char *dir, const struct shape *s,
    bool direct, struct err *e)
{
	if (s->memory == 0)
		return err_set(e, ERR_ARGUMENT, "--acpi without --memory");
	for (int i = 0; i < PLATFORM_BLOBS; i++) {
		const struct buf *b = &t->blobs[i];

		if (read_item(t, dir, s, (enum platform_blob)i, e) < 0)
			return -1;
		if (i <= PLATFORM_LOADER)
			t->acpi[i] = span_of(b->p, b->len);
	}
	t->smbios =
	    span_of(t->blobs[PLATFORM_SMBIOS].p, t->blobs[PLATFORM_SMBIOS].len);
	for (int i = 0; i < TDBOOT_ITEMS; i++)
		t->items[i] =
		    span_of(t->blobs[items[i]].p, t->blobs[items[i]].len);
	if (direct && span_len(&t->items[TDBOOT_BOOTORDER]) == 0)
		t->items[TDBOOT_BOOTORDER] = tdboot_bootorder();
	return 0;
}

void
tdx_inputs_lend(const struct tdx_inputs *t, struct tdboot *b)
{
	b->acpi_tables = &t->acpi[PLATFORM_TABLES];
	b->acpi_rsdp = &t->acpi[PLATFORM_RSDP];
	b->acpi_loader = &t->acpi[PLATFORM_LOADER];
	b->smbios = span_len(&t->smbios) > 0 ? &t->smbios : NULL;
	b->items = t->items;
}

void
tdx_inputs_describe(const struct tdx_inputs *t, struct refset *r)
{
	for (int i = 0; i < PLATFORM_BLOBS; i++)
		if (t->in[i].path != NULL)
			refset_add_input(r, roles[i], t->in[i].path,
			    t->in[i].size, t->in[i].sha256);
}
