#include <string.h>

#include "base/str.h"
#include "measurements/format/guid.h"
#include "measurements/format/uki.h"

enum {
	STUB_OLDEST = 252,
	STUB_OWN_LOADER = 258,
	STUB_UCODE = 256, /* knows .ucode, the first part of the initrd */
	BZIMAGE_MAGIC = 0x202,
	CPIO_DIR = 0040555,
	CPIO_FILE = 0100444
};

/* EFI_CC_MEASUREMENT_PROTOCOL. */
static const struct guid cc_guid =
    GUID(0x96751a3d, 0x72f4, 0x41a6, 0xa794, 0xed5d0e67ae6b);

/* In the order in which every stub that knows them measures them. */
static const char *const names[] = { ".linux", ".osrel", ".cmdline", ".initrd",
	".ucode", ".splash", ".dtb", ".uname", ".sbat", ".pcrsig", ".pcrpkey" };

/* What is measured of these depends on the machine, or on a choice. */
static const char *const refused[] = { ".profile", ".dtbauto", ".hwids",
	".efifw" };

enum {
	N_NAMES = sizeof(names) / sizeof(names[0]),
	N_REFUSED = sizeof(refused) / sizeof(refused[0])
};

static bool
is_payload(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static bool
contains(const struct span *s, const void *p, size_t len)
{
	return span_len(s) >= len && memmem(s->p, span_len(s), p, len) != NULL;
}

/* Do the stub's own sections hold these bytes? */
static bool
stub_has(const struct uki *u, const void *p, size_t len)
{
	for (size_t i = 0; i < u->pe.n; i++)
		if (!is_payload(u->pe.s[i].name) &&
		    contains(&u->pe.s[i].data, p, len))
			return true;
	return false;
}

/* As data, or as the two halves that instructions load. */
static bool
stub_has_guid(const struct uki *u, const struct guid *g)
{
	return stub_has(u, g->b, GUID_LEN / 2) &&
	       stub_has(u, g->b + GUID_LEN / 2, GUID_LEN / 2);
}

/*
 * Where the stub's table of names begins: the literals stand one after the
 * other. Returns what is from there on, or an empty span.
 */
static struct span
name_table(const struct uki *u)
{
	static const char start[] = "\0.linux\0.osrel\0.cmdline";

	for (size_t i = 0; i < u->pe.n; i++) {
		const struct span *s = &u->pe.s[i].data;
		const uint8_t *at =
		    is_payload(u->pe.s[i].name) || span_len(s) < sizeof(start)
			? NULL
			: memmem(s->p, span_len(s), start, sizeof(start));

		if (at != NULL)
			return span_of(at + 1, (size_t)(s->end - at - 1));
	}
	return span_of(NULL, 0);
}

static bool
take_name(struct span *table, const char *name)
{
	size_t len = strlen(name) + 1;

	if (span_len(table) < len || memcmp(table->p, name, len) != 0)
		return false;
	span_skip(table, len);
	return true;
}

static int
find_measured(struct uki *u, struct err *e)
{
	struct span table = name_table(u);

	if (span_len(&table) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "UKI: the stub does not tell which sections it measures");
	u->n = 0;
	for (size_t i = 0; i < N_NAMES; i++) {
		const struct pe_section *s = pe_section_find(&u->pe, names[i]);

		if (!take_name(&table, names[i]) || s == NULL || s->size == 0 ||
		    str_eq(names[i], ".pcrsig"))
			continue;
		u->measured[u->n++] = s;
	}
	for (size_t i = 0; i < N_REFUSED; i++)
		if (pe_section_find(&u->pe, refused[i]))
			return err_set(e, ERR_UNSUPPORTED,
			    "UKI: with a section %s", refused[i]);
	return 0;
}

/* "#### LoaderInfo: systemd-stub 252.39-1~deb12u2 ####" */
static int
read_version(struct uki *u, struct err *e)
{
	static const char magic[] = "#### LoaderInfo: systemd-stub ";
	const struct pe_section *s = pe_section_find(&u->pe, ".sdmagic");
	struct span at = s ? s->data : span_of(NULL, 0), head;
	size_t len = 0;

	head = span_take(&at, sizeof(magic) - 1);
	if (!span_equals(&head, magic, sizeof(magic) - 1))
		return err_set(e, ERR_UNSUPPORTED,
		    "UKI: the stub is not systemd's");
	while (len < span_len(&at) && len + 1 < sizeof(u->stub_name) &&
	       at.p[len] > ' ' && at.p[len] < 0x7f)
		len++;
	memcpy(u->stub_name, at.p, len);
	u->stub_name[len] = '\0';
	u->stub = 0;
	for (const char *c = u->stub_name; *c >= '0' && *c <= '9'; c++)
		if (u->stub < 1000)
			u->stub = u->stub * 10 + (unsigned)(*c - '0');
	if (u->stub < STUB_OLDEST || u->stub >= 1000)
		return err_set(e, ERR_UNSUPPORTED,
		    "UKI: systemd-stub %s, older than %d",
		    STR_QUOTED(u->stub_name), STUB_OLDEST);
	return 0;
}

static int
check_kernel(struct span image, struct err *e)
{
	struct span magic;

	span_skip(&image, BZIMAGE_MAGIC);
	magic = span_take(&image, 4);
	if (!span_equals(&magic, "HdrS", 4))
		return err_set(e, ERR_SYNTAX,
		    "neither a UKI, with a section .linux, nor a kernel");
	return 0;
}

int
uki_parse(const void *p, size_t len, struct uki *ret_u, struct err *e)
{
	static const char osrel[] = "o\0s\0-\0r\0e\0l\0e\0a\0s\0e\0\0";
	static const char smbios[] = "s\0m\0b\0i\0o\0s\0:\0t\0y\0p\0e\0001\0";
	const struct pe_section *linux;

	memset(ret_u, 0, sizeof(*ret_u));
	ret_u->image = span_of(p, len);
	if (pe_sections(p, len, &ret_u->pe, e) < 0)
		return -1;
	linux = pe_section_find(&ret_u->pe, ".linux");
	if (linux == NULL)
		return check_kernel(ret_u->image, e);
	if (read_version(ret_u, e) < 0 || find_measured(ret_u, e) < 0)
		return -1;
	ret_u->measures_cc = stub_has_guid(ret_u, &cc_guid);
	ret_u->measures_smbios = stub_has(ret_u, smbios, sizeof(smbios) - 1);
	ret_u->adds_osrel = stub_has(ret_u, osrel, sizeof(osrel));
	return 0;
}

bool
uki_loads_kernel(const struct uki *u, bool secure_boot)
{
	return u->stub != 0 && u->stub < STUB_OWN_LOADER && !secure_boot;
}

static void
hash_zeros(struct sha2 *h, uint64_t n)
{
	static const uint8_t zeros[4096];

	for (; n > sizeof(zeros); n -= sizeof(zeros))
		sha2_update(h, zeros, sizeof(zeros));
	sha2_update(h, zeros, (size_t)n);
}

void
uki_section_hash(const struct pe_section *s, struct sha2 *h)
{
	sha2_update(h, s->data.p, span_len(&s->data));
	hash_zeros(h, s->size - span_len(&s->data));
}

int
uki_options(const struct uki *u, struct buf *b, struct err *e)
{
	const struct pe_section *s = pe_section_find(&u->pe, ".cmdline");
	struct span text = s ? s->data : span_of(NULL, 0);
	bool plain = true;

	if (span_len(&text) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "UKI: without a command line the firmware's counts");
	/* A NUL ends it. */
	for (const uint8_t *c = text.p; c < text.end && *c != 0; c++) {
		bool space = *c <= ' ' || *c == 0x7f;
		bool edge = c == text.p || c + 1 == text.end || c[1] == 0;

		plain = plain && *c < 0x80 && (!space || (*c == ' ' && !edge));
		buf_le16(b, *c);
	}
	buf_le16(b, 0);
	if (!plain)
		return err_set(e, ERR_UNSUPPORTED,
		    "UKI: a command line with spaces at its ends, or with "
		    "other than printable ASCII");
	return 0;
}

/* One entry as the stub writes it; newc, lower-case digits. */
static void
add_entry(struct buf *b, unsigned inode, unsigned mode, const char *name,
    const struct span *data)
{
	size_t start = b->len;

	buf_printf(b,
	    "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode,
	    mode, 0U, 0U, 1U, 0U, (unsigned)span_len(data), 0U, 0U, 0U, 0U,
	    (unsigned)strlen(name) + 1, 0U);
	buf_add(b, name, strlen(name) + 1);
	buf_add_zero(b, (4 - (b->len - start) % 4) % 4);
	buf_add(b, data->p, span_len(data));
	buf_add_zero(b, (4 - span_len(data) % 4) % 4);
}

/* An archive of one file in the folder .extra. */
static void
add_archive(struct buf *b, const char *name, const struct span *data)
{
	static const char trailer[] = "TRAILER!!!\0\0\0";
	const struct span none = span_of(NULL, 0);

	add_entry(b, 1, CPIO_DIR, ".extra", &none);
	add_entry(b, 2, CPIO_FILE, name, data);
	buf_add_str(b, "070701");
	for (int i = 0; i < 13; i++)
		buf_add_str(b, i == 4    ? "00000001"
			       : i == 11 ? "0000000B"
					 : "00000000");
	buf_add(b, trailer, sizeof(trailer));
}

/* All of a section's memory. */
static void
add_memory(struct buf *b, const struct pe_section *s)
{
	buf_add(b, s->data.p, span_len(&s->data));
	buf_add_zero(b, s->size - span_len(&s->data));
}

int
uki_initrd(const struct uki *u, struct buf *b, struct err *e)
{
	static const struct {
		const char *section;
		const char *file; /* NULL: as it is */
	} parts[] = {
		{ ".ucode", NULL },
		{ ".initrd", NULL },
		{ ".pcrsig", ".extra/tpm2-pcr-signature.json" },
		{ ".pcrpkey", ".extra/tpm2-pcr-public-key.pem" },
		{ ".osrel", ".extra/os-release" },
	};
	size_t start = b->len, n = 0, whole = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct pe_section *s =
		    pe_section_find(&u->pe, parts[i].section);

		if (s == NULL || s->size == 0 ||
		    (i == 0 && u->stub < STUB_UCODE) ||
		    (str_eq(parts[i].section, ".osrel") && !u->adds_osrel))
			continue;
		if (parts[i].file != NULL)
			add_archive(b, parts[i].file, &s->data);
		else
			add_memory(b, s);
		whole = b->len;
		buf_add_zero(b, (4 - (b->len - start) % 4) % 4);
		n++;
	}
	/* One part alone is handed on without padding. */
	if (n == 1 && !buf_bad(b))
		b->len = whole;
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT, "UKI: an initrd of that size");
	return 0;
}
