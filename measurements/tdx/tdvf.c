#include "measurements/tdx/tdvf.h"
#include "measurements/format/guid.h"
#include "measurements/format/ovmf.h"

enum {
	DESCRIPTOR = 16,
	SECTION = 32,
	VERSION = 1,
	MIN_SECTIONS = 2,
	SHIM_POINTER = 0x20 /* from the end of an image without a GUID table */
};

static const uint64_t address_end = UINT64_C(1) << 52;
static const uint64_t reset_vector = OVMF_FOUR_GIB - 16;

static const struct guid metadata_offset_guid =
    GUID(0xe47a6535, 0x984a, 0x4798, 0x865e, 0x4685a7bf8ec2);
static const struct guid metadata_guid =
    GUID(0xe9eaf9f3, 0x168e, 0x44d5, 0xa8eb, 0x7f4d8738f6ae);

/* What a section of a type may be. */
static const struct rule {
	const char *name;
	uint32_t attributes; /* that it may have */
	uint32_t needed;     /* and those that it must */
	bool data, no_data;  /* it must have some, it must not */
	bool memory;         /* it has memory of its own */
	bool once;
} rules[TDVF_N_TYPES] = {
	[TDVF_BFV] = { "BFV", TDVF_MR_EXTEND, TDVF_MR_EXTEND, .data = true,
	    .memory = true },
	[TDVF_CFV] = { "CFV", TDVF_MR_EXTEND, 0, .data = true, .memory = true },
	[TDVF_TD_HOB] = { "TD_HOB", 0, 0, .no_data = true, .memory = true,
	    .once = true },
	[TDVF_TEMP_MEM] = { "TEMP_MEM", 0, 0, .no_data = true, .memory = true },
	[TDVF_PERM_MEM] = { "PERM_MEM", TDVF_PAGE_AUG, TDVF_PAGE_AUG,
	    .no_data = true, .memory = true },
	[TDVF_PAYLOAD] = { "Payload", TDVF_MR_EXTEND, 0, .memory = true,
	    .once = true },
	[TDVF_PAYLOAD_PARAM] = { "PayloadParam", 0, 0, .memory = true,
	    .once = true },
	[TDVF_TD_INFO] = { "TD_INFO", 0, 0, .data = true, .once = true },
	[TDVF_TD_PARAMS] = { "TD_PARAMS", 0, 0, .data = true, .once = true },
};

const char *
tdvf_type_name(enum tdvf_type type)
{
	return rules[type].name;
}

/* Where the descriptor begins, as an offset into the image. */
static int
find_offset(const void *p, size_t len, size_t *ret_at, struct err *e)
{
	struct span image = span_of(p, len), data;
	struct ovmf o;
	uint32_t v;

	if (len < SHIM_POINTER)
		return err_set(e, ERR_SYNTAX,
		    "not a firmware image: only %zu bytes", len);
	if (!ovmf_has_table(p, len)) {
		span_skip(&image, len - SHIM_POINTER);
		*ret_at = span_le32(&image);
		return 0;
	}
	if (ovmf_parse(p, len, &o, e) < 0)
		return -1;
	if (!ovmf_find(&o, &metadata_offset_guid, &data))
		return err_set(e, ERR_NOT_FOUND,
		    "no TDX metadata in the firmware's table: it cannot start "
		    "a TD");
	v = span_le32(&data);
	if (span_bad(&data))
		return err_set(e, ERR_SYNTAX,
		    "footer table: TDX metadata entry of under 4 bytes");
	if (v > len)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: offset 0x%x from the end of 0x%zx bytes", v,
		    len);
	*ret_at = len - v;
	return 0;
}

/* Check the header; *ret_list is what follows it, n sections. */
static int
find_sections(const void *p, size_t len, struct span *ret_list, uint32_t *ret_n,
    struct err *e)
{
	struct span image = span_of(p, len), guid, magic;
	uint32_t length, version, n;
	size_t at = 0;

	if (find_offset(p, len, &at, e) < 0)
		return -1;
	if (at < GUID_LEN || at > len - DESCRIPTOR)
		return err_set(e, ERR_NOT_FOUND,
		    "no TDX metadata: nothing can be at offset 0x%zx of 0x%zx "
		    "bytes",
		    at, len);
	span_skip(&image, at - GUID_LEN);
	guid = span_take(&image, GUID_LEN);
	magic = span_take(&image, 4);
	length = span_le32(&image);
	version = span_le32(&image);
	n = span_le32(&image);
	if (!span_equals(&magic, "TDVF", 4) ||
	    !span_equals(&guid, metadata_guid.b, GUID_LEN))
		return err_set(e, ERR_NOT_FOUND,
		    "no TDX metadata: no GUID and 'TDVF' at offset 0x%zx", at);
	if (version != VERSION)
		return err_set(e, ERR_UNSUPPORTED,
		    "TDX metadata: version %u at offset 0x%zx, and only %d is "
		    "known",
		    version, at + 8, VERSION);
	if (n < MIN_SECTIONS)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: %u sections by offset 0x%zx, and %d are the "
		    "least",
		    n, at + 12, MIN_SECTIONS);
	if (n > LIMIT_TDVF_SECTIONS)
		return err_set(e, ERR_LIMIT,
		    "TDX metadata: %u sections by offset 0x%zx, and %d is the "
		    "limit",
		    n, at + 12, LIMIT_TDVF_SECTIONS);
	if (length != DESCRIPTOR + n * SECTION || length > len - at)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: a length of %u at offset 0x%zx for %u "
		    "sections, with %zu bytes to the end",
		    length, at + 4, n, len - at);
	*ret_list = image;
	*ret_n = n;
	return 0;
}

/* The memory of section i of t: whole pages, at a possible place. */
static int
check_memory(const struct tdvf *t, size_t i, struct err *e)
{
	const struct tdvf_section *s = &t->s[i];
	const char *name = rules[s->type].name;

	if (s->gpa % TDVF_PAGE != 0 || s->size % TDVF_PAGE != 0)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s at 0x%llx, size 0x%llx) is "
		    "not whole pages",
		    i, name, (unsigned long long)s->gpa,
		    (unsigned long long)s->size);
	if (s->gpa >= address_end || s->size > address_end - s->gpa)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s at 0x%llx, size 0x%llx) "
		    "ends beyond 2^52",
		    i, name, (unsigned long long)s->gpa,
		    (unsigned long long)s->size);
	if (rules[s->type].memory && s->size < span_len(&s->data))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s): 0x%zx bytes of data for "
		    "0x%llx of memory",
		    i, name, span_len(&s->data), (unsigned long long)s->size);
	if (!rules[s->type].memory && (s->gpa != 0 || s->size != 0))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s) has memory of its own", i,
		    name);
	return 0;
}

/* Section i of t against the rule of its type and the sections before it. */
static int
check_section(const struct tdvf *t, size_t i, struct err *e)
{
	const struct tdvf_section *s = &t->s[i];
	const struct rule *r = &rules[s->type];

	if ((s->attributes & ~(uint32_t)(TDVF_MR_EXTEND | TDVF_PAGE_AUG)) != 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "TDX metadata: section %zu (%s) has the unknown attributes "
		    "0x%x",
		    i, r->name, s->attributes);
	if ((s->attributes & ~r->attributes) != 0 ||
	    (s->attributes & r->needed) != r->needed)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s) has the attributes 0x%x", i,
		    r->name, s->attributes);
	if ((r->data && span_len(&s->data) == 0) ||
	    (r->no_data && span_len(&s->data) != 0))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s) has 0x%zx bytes of data", i,
		    r->name, span_len(&s->data));
	if (check_memory(t, i, e) < 0)
		return -1;
	for (size_t j = 0; j < i; j++) {
		const struct tdvf_section *o = &t->s[j];

		if (r->once && o->type == s->type)
			return err_set(e, ERR_SYNTAX,
			    "TDX metadata: sections %zu and %zu are both %s", j,
			    i, r->name);
		if (s->gpa < o->gpa + o->size && o->gpa < s->gpa + s->size)
			return err_set(e, ERR_SYNTAX,
			    "TDX metadata: sections %zu and %zu overlap at "
			    "0x%llx",
			    j, i, (unsigned long long)s->gpa);
	}
	return 0;
}

static int
read_section(const void *p, size_t len, struct span *list, struct tdvf *t,
    struct err *e)
{
	struct tdvf_section *s = &t->s[t->n];
	struct span image = span_of(p, len);
	uint32_t offset = span_le32(list), raw = span_le32(list), type;

	s->gpa = span_le64(list);
	s->size = span_le64(list);
	type = span_le32(list);
	s->attributes = span_le32(list);
	if (type >= TDVF_N_TYPES)
		return err_set(e, ERR_UNSUPPORTED,
		    "TDX metadata: section %zu has the unknown type %u", t->n,
		    type);
	s->type = (enum tdvf_type)type;
	span_skip(&image, offset);
	s->data = span_take(&image, raw);
	if (span_bad(&image))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s): data 0x%x+0x%x ends "
		    "beyond the image of 0x%zx bytes%s",
		    t->n, rules[type].name, offset, raw, len,
		    type == TDVF_BFV ? " (an image without its variable store?)"
				     : "");
	if (raw == 0 && offset != 0)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: section %zu (%s) has offset 0x%x but no "
		    "data",
		    t->n, rules[type].name, offset);
	return check_section(t, t->n++, e);
}

/* Is [p, p + n) of the image within the data of a BFV? */
static bool
in_bfv(const struct tdvf *t, const struct span *data)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].type == TDVF_BFV && data->p >= t->s[i].data.p &&
		    data->end <= t->s[i].data.end)
			return true;
	return false;
}

/* The rules that concern all sections together. */
static int
check_whole(const struct tdvf *t, struct err *e)
{
	bool vector = false;
	uint64_t added = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct tdvf_section *s = &t->s[i];

		if (s->type == TDVF_BFV && s->gpa <= reset_vector &&
		    reset_vector < s->gpa + span_len(&s->data))
			vector = true;
		if (!rules[s->type].memory && !in_bfv(t, &s->data))
			return err_set(e, ERR_SYNTAX,
			    "TDX metadata: section %zu (%s) is not inside a "
			    "BFV",
			    i, rules[s->type].name);
		if ((s->attributes & TDVF_PAGE_AUG) == 0)
			added += s->size;
		if (added > LIMIT_TDVF_MEMORY)
			return err_set(e, ERR_LIMIT,
			    "TDX metadata: more than %llu bytes of memory",
			    LIMIT_TDVF_MEMORY);
	}
	if (!vector)
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: no BFV holds the reset vector");
	if (!tdvf_find(t, TDVF_TD_HOB) && !tdvf_find(t, TDVF_PERM_MEM))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: neither a TD_HOB nor PERM_MEM");
	if (tdvf_find(t, TDVF_PAYLOAD_PARAM) && !tdvf_find(t, TDVF_PAYLOAD))
		return err_set(e, ERR_SYNTAX,
		    "TDX metadata: a PayloadParam without a Payload");
	return 0;
}

int
tdvf_parse(const void *p, size_t len, struct tdvf *ret_t, struct err *e)
{
	struct tdvf t = { .n = 0 };
	struct span list;
	uint32_t n = 0;

	if (len > LIMIT_FIRMWARE_SIZE)
		return err_set(e, ERR_LIMIT,
		    "%zu bytes, and firmware has at most %d", len,
		    LIMIT_FIRMWARE_SIZE);
	if (find_sections(p, len, &list, &n, e) < 0)
		return -1;
	while (t.n < n)
		if (read_section(p, len, &list, &t, e) < 0)
			return -1;
	if (check_whole(&t, e) < 0)
		return -1;
	*ret_t = t;
	return 0;
}

const struct tdvf_section *
tdvf_find(const struct tdvf *t, enum tdvf_type type)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].type == type)
			return &t->s[i];
	return NULL;
}

bool
tdvf_is_shim(const struct tdvf *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].type > TDVF_TEMP_MEM)
			return true;
	return false;
}

void
tdvf_as_clh(struct tdvf *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->s[i].attributes != TDVF_MR_EXTEND)
			t->s[i].attributes = 0;
}
