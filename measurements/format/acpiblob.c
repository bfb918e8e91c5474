#include <string.h>

#include "measurements/format/acpiblob.h"
#include "measurements/format/le.h"

enum {
	COMMAND = 128,
	NAME = 56,
	CMD_ALLOCATE = 1,
	CMD_ADD_POINTER = 2,
	CMD_ADD_CHECKSUM = 3,
	CMD_WRITE_POINTER = 4,
	ZONE_HIGH = 1,
	ZONE_FSEG = 2,
	TABLE_HEADER = 36,
	TABLE_CHECKSUM = 9,
	MAX_TABLES = 128
};

static const char rsdp_name[] = "etc/acpi/rsdp";
static const char tables_name[] = "etc/acpi/tables";

/* The tables, by their offsets. */
struct tables {
	struct {
		char name[4];
		uint32_t at;
		uint32_t len;
	} t[MAX_TABLES];
	size_t n;
};

static int
read_tables(const struct span *blob, struct tables *t, struct err *e)
{
	struct span s = *blob;

	t->n = 0;
	while (span_len(&s) >= TABLE_HEADER && *s.p != 0) {
		struct span head = s;
		uint32_t len;

		if (t->n == MAX_TABLES)
			return err_set(e, ERR_LIMIT,
			    "ACPI tables: more than %d", MAX_TABLES);
		t->t[t->n].at = (uint32_t)(s.p - blob->p);
		span_copy(&head, t->t[t->n].name, 4);
		len = span_le32(&head);
		if (len < TABLE_HEADER || len > span_len(&s))
			return err_set(e, ERR_SYNTAX,
			    "ACPI tables: one at offset 0x%x has 0x%x bytes",
			    t->t[t->n].at, len);
		t->t[t->n++].len = len;
		span_skip(&s, len);
	}
	for (; s.p < s.end; s.p++)
		if (*s.p != 0)
			return err_set(e, ERR_SYNTAX,
			    "ACPI tables: something after them, at offset "
			    "0x%zx",
			    (size_t)(s.p - blob->p));
	return 0;
}

/* The index of the one table of that name, or -1. */
static int
find(const struct tables *t, const char *name)
{
	int found = -1;

	for (size_t i = 0; i < t->n; i++) {
		if (memcmp(t->t[i].name, name, 4) != 0)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static uint8_t *
command(struct acpiblob *b, uint32_t cmd, const char *file)
{
	uint8_t *at = b->loader + b->loader_len;

	b->loader_len += COMMAND;
	le_put32(at, cmd);
	memcpy(at + 4, file, strlen(file));
	return at + 4 + NAME;
}

static void
allocate(struct acpiblob *b, const char *file, uint32_t align, uint8_t zone)
{
	uint8_t *at = command(b, CMD_ALLOCATE, file);

	le_put32(at, align);
	at[4] = zone;
}

static void
pointer(struct acpiblob *b, const char *dst, uint32_t offset, uint8_t size)
{
	uint8_t *at = command(b, CMD_ADD_POINTER, dst);

	memcpy(at, tables_name, strlen(tables_name));
	le_put32(at + NAME, offset);
	at[NAME + 4] = size;
}

static void
checksum(struct acpiblob *b, const char *file, uint32_t result, uint32_t start,
    uint32_t len)
{
	uint8_t *at = command(b, CMD_ADD_CHECKSUM, file);

	le_put32(at, result);
	le_put32(at + 4, start);
	le_put32(at + 8, len);
}

static void
table_checksum(struct acpiblob *b, const struct tables *t, int i)
{
	checksum(b, tables_name, t->t[i].at + TABLE_CHECKSUM, t->t[i].at,
	    t->t[i].len);
}

/* QEMU's order: DSDT, FACP, the rest as they lie, RSDT. */
static void
write_loader(struct acpiblob *b, const struct tables *t, int dsdt, int facp,
    int facs, int rsdt)
{
	uint32_t fadt = t->t[facp].at, root = t->t[rsdt].at;

	allocate(b, rsdp_name, 16, ZONE_FSEG);
	allocate(b, tables_name, 64, ZONE_HIGH);
	table_checksum(b, t, dsdt);
	pointer(b, tables_name, fadt + 36, 4);
	pointer(b, tables_name, fadt + 40, 4);
	pointer(b, tables_name, fadt + 140, 8);
	table_checksum(b, t, facp);
	for (int i = 0; i < (int)t->n; i++)
		if (i != dsdt && i != facp && i != facs && i != rsdt)
			table_checksum(b, t, i);
	for (uint32_t i = TABLE_HEADER; i < t->t[rsdt].len; i += 4)
		pointer(b, tables_name, root + i, 4);
	table_checksum(b, t, rsdt);
	pointer(b, rsdp_name, 16, 4);
	checksum(b, rsdp_name, 8, 0, ACPIBLOB_RSDP);
	if (b->loader_len < ACPIBLOB_LOADER_MIN)
		b->loader_len = ACPIBLOB_LOADER_MIN;
}

int
acpiblob_derive(const struct span *tables, struct acpiblob *ret_b,
    struct err *e)
{
	int dsdt, facp, facs, rsdt;
	struct tables t;

	if (read_tables(tables, &t, e) < 0)
		return -1;
	dsdt = find(&t, "DSDT");
	facp = find(&t, "FACP");
	facs = find(&t, "FACS");
	rsdt = find(&t, "RSDT");
	if (dsdt < 0 || facp < 0 || facs < 0 || rsdt < 0 ||
	    t.t[facp].len < 148 || t.t[rsdt].len % 4 != 0 ||
	    t.t[rsdt].len > TABLE_HEADER + 4 * MAX_TABLES)
		return err_set(e, ERR_SYNTAX,
		    "ACPI tables: not one each of DSDT, FACP, FACS and RSDT, "
		    "as "
		    "QEMU makes them");
	memset(ret_b, 0, sizeof(*ret_b));
	memcpy(ret_b->rsdp, "RSD PTR \0BOCHS ", 15);
	le_put32(ret_b->rsdp + 16, t.t[rsdt].at);
	write_loader(ret_b, &t, dsdt, facp, facs, rsdt);
	return 0;
}

int
acpiblob_next_file(struct span *loader,
    char ret_name[static ACPIBLOB_NAME_SIZE], struct err *e)
{
	while (span_len(loader) > 0) {
		struct span s = span_take(loader, COMMAND);
		uint32_t cmd = span_le32(&s);

		if (span_bad(loader) || cmd > CMD_WRITE_POINTER)
			return err_set(e, ERR_SYNTAX,
			    "ACPI table loader: not made of commands");
		if (cmd != CMD_ALLOCATE)
			continue;
		memset(ret_name, 0, ACPIBLOB_NAME_SIZE);
		span_copy(&s, ret_name, NAME);
		return 1;
	}
	return 0;
}
