#include <string.h>

#include "measurements/format/hashes.h"
#include "measurements/format/ovmf.h"

enum {
	RESET_VECTOR = 0x20,
	ENTRY_TAIL = 2 + GUID_LEN, /* u16 length, GUID */
	ASEV_HEADER = 16,
	ASEV_SECTION = 12,
	ASEV_VERSION = 1
};

static const struct guid footer_guid =
    GUID(0x96b582de, 0x1fb2, 0x45f7, 0xbaea, 0xa366c55a082d);
static const struct guid reset_block_guid =
    GUID(0x00f771de, 0x1a7e, 0x4fcb, 0x890e, 0x68c77e2fb44e);
static const struct guid hash_table_guid =
    GUID(0x7255371f, 0x3a3b, 0x4b04, 0x927b, 0x1da6efa8d454);
static const struct guid sev_metadata_guid =
    GUID(0xdc886566, 0x984a, 0x4798, 0xa75e, 0x5585a7bf67cc);
static const struct guid svsm_info_guid =
    GUID(0xa789a612, 0x0597, 0x4c4b, 0xa49f, 0xcbb1fe9d1ddd);

static bool
guid_equal(const struct guid *a, const struct guid *b)
{
	return memcmp(a->b, b->b, GUID_LEN) == 0;
}

/* The tail of the entry that ends where left ends; left has room for it. */
static size_t
entry_tail(const struct span *left, struct guid *ret_guid)
{
	struct span tail = span_of(left->end - ENTRY_TAIL, ENTRY_TAIL);
	size_t len = span_le16(&tail);

	span_copy(&tail, ret_guid->b, GUID_LEN);
	return len;
}

/* Take the last entry off left and add it to o. */
static int
take_entry(struct ovmf *o, struct span *left, struct err *e)
{
	struct ovmf_entry entry;
	char text[GUID_TEXT_SIZE];
	struct span unused;
	size_t len;

	if (span_len(left) < ENTRY_TAIL)
		return err_set(e, ERR_SYNTAX,
		    "footer table: %zu stray bytes at its start",
		    span_len(left));
	len = entry_tail(left, &entry.guid);
	guid_format(&entry.guid, text);
	if (len < ENTRY_TAIL || len > span_len(left))
		return err_set(e, ERR_SYNTAX,
		    "footer table: entry %s has a length of %zu, not %d to %zu",
		    text, len, ENTRY_TAIL, span_len(left));
	if (ovmf_find(o, &entry.guid, &unused))
		return err_set(e, ERR_SYNTAX,
		    "footer table: entry %s appears twice", text);
	if (o->n_entries == LIMIT_OVMF_ENTRIES)
		return err_set(e, ERR_LIMIT,
		    "footer table: more than %d entries", LIMIT_OVMF_ENTRIES);
	entry.data = span_of(left->end - len, len - ENTRY_TAIL);
	o->entries[o->n_entries++] = entry;
	left->end -= len;
	return 0;
}

/*
 * The span of the entries in *ret_left, which ends where the first of them
 * does.
 */
static int
find_table(const struct span *image, struct span *ret_left, struct err *e)
{
	struct span left = *image;
	struct guid guid;
	size_t len;

	if (span_len(&left) < RESET_VECTOR + ENTRY_TAIL)
		return err_set(e, ERR_SYNTAX,
		    "not an OVMF image: only %zu bytes", span_len(image));
	left.end -= RESET_VECTOR;
	len = entry_tail(&left, &guid);
	if (guid_equal(&guid, &reset_block_guid)) {
		if (len < ENTRY_TAIL || len > span_len(&left))
			return err_set(e, ERR_SYNTAX,
			    "SEV reset block: a length of %zu", len);
		left.p = left.end - len;
		*ret_left = left;
		return 0;
	}
	if (!guid_equal(&guid, &footer_guid))
		return err_set(e, ERR_SYNTAX,
		    "not an OVMF image: no GUID table before the reset vector");
	if (len < ENTRY_TAIL || len > span_len(&left))
		return err_set(e, ERR_SYNTAX,
		    "footer table: a length of %zu, not %d to %zu", len,
		    ENTRY_TAIL, span_len(&left));
	left.p = left.end - len;
	left.end -= ENTRY_TAIL;
	*ret_left = left;
	return 0;
}

bool
ovmf_has_table(const void *p, size_t len)
{
	struct span image = span_of(p, len);
	struct guid guid;

	if (len < RESET_VECTOR + ENTRY_TAIL)
		return false;
	image.end -= RESET_VECTOR;
	entry_tail(&image, &guid);
	return guid_equal(&guid, &footer_guid) ||
	       guid_equal(&guid, &reset_block_guid);
}

int
ovmf_parse(const void *p, size_t len, struct ovmf *ret_o, struct err *e)
{
	struct ovmf o;
	struct span left;

	if (len > LIMIT_FIRMWARE_SIZE)
		return err_set(e, ERR_LIMIT,
		    "%zu bytes, and firmware has at most %d", len,
		    LIMIT_FIRMWARE_SIZE);
	o.image = span_of(p, len);
	o.n_entries = 0;
	if (find_table(&o.image, &left, e) < 0)
		return -1;
	while (span_len(&left) > 0)
		if (take_entry(&o, &left, e) < 0)
			return -1;
	*ret_o = o;
	return 0;
}

bool
ovmf_find(const struct ovmf *o, const struct guid *g, struct span *ret_data)
{
	for (size_t i = 0; i < o->n_entries; i++) {
		if (guid_equal(&o->entries[i].guid, g)) {
			*ret_data = o->entries[i].data;
			return true;
		}
	}
	return false;
}

bool
ovmf_section_known(uint32_t type)
{
	return type == OVMF_SEC_MEM || type == OVMF_SECRETS ||
	       type == OVMF_CPUID || type == OVMF_SVSM_CAA ||
	       type == OVMF_KERNEL_HASHES;
}

/* An entry whose data begins with a u32; QEMU reads no further, so longer
 * data is let pass. */
static int
find_u32(const struct ovmf *o, const struct guid *g, const char *what,
    uint32_t *ret_v, struct err *e)
{
	struct span data;
	uint32_t v;

	if (!ovmf_find(o, g, &data))
		return err_set(e, ERR_NOT_FOUND,
		    "no %s in the firmware's table", what);
	v = span_le32(&data);
	if (span_bad(&data))
		return err_set(e, ERR_SYNTAX,
		    "footer table: %s of under 4 bytes", what);
	*ret_v = v;
	return 0;
}

int
ovmf_reset_eip(const struct ovmf *o, uint32_t *ret_eip, struct err *e)
{
	return find_u32(o, &reset_block_guid, "SEV-ES reset block", ret_eip, e);
}

int
ovmf_svsm_entry(const struct ovmf *o, uint32_t *ret_offset, struct err *e)
{
	return find_u32(o, &svsm_info_guid, "SVSM info block", ret_offset, e);
}

int
ovmf_hashes_area(const struct ovmf *o, struct ovmf_area *ret_area,
    struct err *e)
{
	struct ovmf_area area;
	struct span data;

	if (!ovmf_find(o, &hash_table_guid, &data))
		return err_set(e, ERR_UNSUPPORTED,
		    "the firmware has no hashes table: it would not check the "
		    "kernel (an AmdSev build of OVMF does)");
	area.base = span_le32(&data);
	area.size = span_le32(&data);
	if (span_bad(&data))
		return err_set(e, ERR_SYNTAX,
		    "footer table: hashes table entry of under 8 bytes");
	if (area.base == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "the firmware leaves its hashes table out (base 0): it "
		    "would not check the kernel (an AmdSev build of OVMF "
		    "does)");
	if (area.size < HASHES_TABLE_LEN)
		return err_set(e, ERR_UNSUPPORTED,
		    "hashes table at 0x%x: %u bytes, and %d are needed",
		    area.base, area.size, HASHES_TABLE_LEN);
	*ret_area = area;
	return 0;
}

/* True when a and b have a byte in common. */
static bool
overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
	return a < b + b_len && b < a + a_len;
}

/* The rules for the last of the sections in t. */
static int
check_section(const struct ovmf *o, const struct ovmf_sections *t,
    struct err *e)
{
	const struct ovmf_section *s = &t->s[t->n - 1];
	size_t i = t->n - 1, image_len = span_len(&o->image);

	if (s->gpa % OVMF_PAGE != 0 || s->size % OVMF_PAGE != 0 || s->size == 0)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: section %zu (0x%x, size 0x%x) is not whole "
		    "pages",
		    i, s->gpa, s->size);
	if ((uint64_t)s->gpa + s->size > OVMF_FOUR_GIB)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: section %zu (0x%x, size 0x%x) ends beyond "
		    "4 GiB",
		    i, s->gpa, s->size);
	if ((s->type == OVMF_SECRETS || s->type == OVMF_CPUID) &&
	    s->size != OVMF_PAGE)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: section %zu (0x%x) of type %u has 0x%x "
		    "bytes, not one page",
		    i, s->gpa, s->type, s->size);
	if (overlap(s->gpa, s->size, OVMF_FOUR_GIB - image_len, image_len))
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: section %zu (0x%x, size 0x%x) overlaps the "
		    "firmware",
		    i, s->gpa, s->size);
	for (size_t j = 0; j < i; j++)
		if (overlap(s->gpa, s->size, t->s[j].gpa, t->s[j].size))
			return err_set(e, ERR_SYNTAX,
			    "SEV metadata: sections %zu and %zu overlap at "
			    "0x%x",
			    j, i, s->gpa);
	return 0;
}

/* Find the header and check it; *ret_list is what follows it, n sections. */
static int
find_metadata(const struct ovmf *o, struct span *ret_list, uint32_t *ret_n,
    struct err *e)
{
	struct span at = o->image, magic;
	uint32_t offset, len, version, n;
	size_t image_len = span_len(&at), where;

	if (find_u32(o, &sev_metadata_guid, "SEV metadata", &offset, e) < 0)
		return -1;
	if (offset > image_len || offset < ASEV_HEADER)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: offset 0x%x from the end of 0x%zx bytes",
		    offset, image_len);
	where = image_len - offset;
	span_skip(&at, where);
	magic = span_take(&at, 4);
	len = span_le32(&at);
	version = span_le32(&at);
	n = span_le32(&at);
	if (!span_equals(&magic, "ASEV", 4))
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: no 'ASEV' at offset 0x%zx", where);
	if (version != ASEV_VERSION)
		return err_set(e, ERR_UNSUPPORTED,
		    "SEV metadata: version %u at offset 0x%zx, and only %d is "
		    "known",
		    version, where + 8, ASEV_VERSION);
	if (n > LIMIT_OVMF_SECTIONS)
		return err_set(e, ERR_LIMIT,
		    "SEV metadata: %u sections by offset 0x%zx, and %d is the "
		    "limit",
		    n, where + 12, LIMIT_OVMF_SECTIONS);
	if (len != ASEV_HEADER + n * ASEV_SECTION || len > offset)
		return err_set(e, ERR_SYNTAX,
		    "SEV metadata: a length of %u at offset 0x%zx for %u "
		    "sections, with %u bytes to the end",
		    len, where + 4, n, offset);
	*ret_list = at;
	*ret_n = n;
	return 0;
}

int
ovmf_sections(const struct ovmf *o, struct ovmf_sections *ret_s, struct err *e)
{
	struct ovmf_sections t = { .n = 0 };
	struct span at;
	uint32_t n = 0;

	if (find_metadata(o, &at, &n, e) < 0)
		return -1;
	while (t.n < n) {
		struct ovmf_section *s = &t.s[t.n++];

		s->gpa = span_le32(&at);
		s->size = span_le32(&at);
		s->type = span_le32(&at);
		if (check_section(o, &t, e) < 0)
			return -1;
	}
	*ret_s = t;
	return 0;
}
