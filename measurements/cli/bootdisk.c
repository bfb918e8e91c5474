#include <string.h>

#include "base/str.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/format/fat.h"

static const char boot_file[] = "/EFI/BOOT/BOOTX64.EFI";

void
bootdisk_init(struct bootdisk *d)
{
	memset(d, 0, sizeof(*d));
	buf_init(&d->uki_bytes, LIMIT_KERNEL);
}

void
bootdisk_release(struct bootdisk *d)
{
	buf_release(&d->uki_bytes);
	input_unmap(&d->bytes);
}

static const struct gpt_entry *
find_esp(const struct gpt *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (memcmp(&g->e[i].type, &gpt_esp, sizeof(gpt_esp)) == 0)
			return &g->e[i];
	return NULL;
}

/* Files for stubs: credentials, extensions, add-ons beside the UKI or not. */
static int
look_for_extras(struct bootdisk *d, const struct fat *f, struct err *e)
{
	int beside = fat_has_folder(f, "/EFI/BOOT", e);
	int common = fat_read(f, "/loader", NULL, e);

	d->extras = beside > 0 || common > 0;
	return beside < 0 || common < 0 ? -1 : 0;
}

static int
open_disk(struct bootdisk *d, struct err *e)
{
	const struct gpt_entry *esp;
	struct fat f;
	int rc;

	if (gpt_parse(d->bytes.p, d->bytes.len, &d->gpt, e) < 0)
		return -1;
	d->has_gpt = true;
	esp = find_esp(&d->gpt);
	if (esp == NULL)
		return err_set(e, ERR_SYNTAX, "no EFI system partition");
	if (fat_open(&esp->data, &f, e) < 0)
		return -1;
	rc = fat_read(&f, boot_file, &d->uki_bytes, e);
	if (rc == 0)
		return err_set(e, ERR_SYNTAX,
		    "the EFI system partition has no %s", boot_file);
	if (rc < 0 || look_for_extras(d, &f, e) < 0)
		return -1;
	return uki_parse(d->uki_bytes.p, d->uki_bytes.len, &d->uki, e);
}

int
bootdisk_open(struct bootdisk *d, const char *path, bool is_disk, struct err *e)
{
	uint64_t limit = is_disk ? LIMIT_DISK : LIMIT_KERNEL;
	int rc;

	if (input_map(path, limit, true, &d->bytes, &d->file, e) < 0)
		return -1;
	if (d->bytes.len == 0)
		return err_set(e, ERR_SYNTAX, "%s is empty", STR_QUOTED(path));
	rc = is_disk ? open_disk(d, e)
		     : uki_parse(d->bytes.p, d->bytes.len, &d->uki, e);
	return rc < 0 ? err_wrap(e, "%s", STR_QUOTED(path)) : 0;
}
