#include <string.h>

#include "measurements/format/fwvol.h"
#include "measurements/format/guid.h"
#include "measurements/format/lzma.h"

enum {
	BLOCK = 4096,
	FV_SIGNATURE = 40,
	FV_HEADER_LEN = 56,
	FILE_HEADER_LEN = 24,
	FILE_LARGE = 0x01,
	FILE_VOLUME = 0x0b,
	ERASED = 0xff, /* in place of a type */
	SECTION_GUIDED = 0x02,
	SECTION_PE32 = 0x10,
	SECTION_TE = 0x12,
	SECTION_VOLUME = 0x17,
	STRING_MIN = 4,
	STRING_MAX = 128
};

static const struct guid ffs_guid =
    GUID(0x8c8ce578, 0x8a3d, 0x4f1c, 0x9935, 0x896185c32dd3);
static const struct guid lzma_guid =
    GUID(0xee4e5898, 0x3914, 0x4259, 0x9d6e, 0xdc7bd79403cf);
static const struct guid tcg2_pei =
    GUID(0xa0c98b77, 0xcba5, 0x4bb8, 0x993b, 0x4af6ce33ece4);
static const struct guid secure_boot_config =
    GUID(0xf0e6a44f, 0x7195, 0x41c3, 0xac64, 0x54f202cd0a21);
static const struct guid shell =
    GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad65, 0xe05268d0b4d1);
static const struct guid variable_smm =
    GUID(0x23a089b3, 0xeed5, 0x4ac5, 0xb2ab, 0x43e3298c2343);
static const struct guid smbios_platform =
    GUID(0x4110465d, 0x5ff3, 0x4f4b, 0xb580, 0x24ed0d06747a);

struct file {
	struct span name, body;
	uint8_t type;
};

struct section {
	struct span whole, body;
	uint8_t type;
};

static uint32_t
le24(struct span *s)
{
	uint32_t low = span_le16(s);

	return low | (uint32_t)span_u8(s) << 16;
}

/* Step over what pads `len` bytes to a multiple; the end may come before. */
static void
skip_padding(struct span *s, size_t len, size_t to)
{
	size_t n = (to - len % to) % to;

	span_skip(s, n < span_len(s) ? n : span_len(s));
}

/* The files of a volume; span_bad() when it is none. */
static struct span
volume_files(struct span fv)
{
	struct span s = fv, guid, ext;
	uint64_t len;
	uint16_t header, ext_at;
	uint32_t ext_len;

	span_skip(&s, 16);
	guid = span_take(&s, GUID_LEN);
	len = span_le64(&s);
	span_skip(&s, 8); /* signature, attributes */
	header = span_le16(&s);
	span_skip(&s, 2);
	ext_at = span_le16(&s);
	if (!span_equals(&guid, ffs_guid.b, GUID_LEN))
		span_fail(&s);
	s = span_bad(&s) ? s : span_of(fv.p, span_len(&fv));
	s = span_take(&s, len > SIZE_MAX ? SIZE_MAX : (size_t)len);
	ext = s;
	if (ext_at == 0) {
		span_skip(&s, header);
		return s;
	}
	span_skip(&ext, ext_at + GUID_LEN);
	ext_len = span_le32(&ext);
	if (span_bad(&ext))
		span_fail(&s);
	span_skip(&s, ext_at);
	span_skip(&s, ext_len);
	skip_padding(&s, (size_t)ext_at + ext_len, 8);
	return s;
}

/* The next file; false at the end, or where the volume was never written. */
static bool
next_file(struct span *s, struct file *ret_f)
{
	struct span head = *s;
	uint8_t attributes;
	uint64_t size;

	if (span_len(s) < FILE_HEADER_LEN)
		return false;
	ret_f->name = span_take(&head, GUID_LEN);
	span_skip(&head, 2);
	ret_f->type = span_u8(&head);
	attributes = span_u8(&head);
	size = le24(&head);
	span_skip(&head, 1);
	if (attributes & FILE_LARGE)
		size = span_le64(&head);
	if (span_bad(&head) || ret_f->type == ERASED ||
	    size < (uint64_t)(head.p - s->p) || size > span_len(s))
		return false;
	ret_f->body = head;
	ret_f->body.end = s->p + size;
	span_skip(s, (size_t)size);
	skip_padding(s, (size_t)size, 8);
	return true;
}

static bool
next_section(struct span *s, struct section *ret_s)
{
	struct span head = *s;
	uint64_t size = le24(&head);

	ret_s->type = span_u8(&head);
	if (size == 0xffffff)
		size = span_le32(&head);
	if (span_bad(&head) || size < (uint64_t)(head.p - s->p) ||
	    size > span_len(s))
		return false;
	ret_s->whole = *s;
	ret_s->whole.end = s->p + size;
	ret_s->body = head;
	ret_s->body.end = ret_s->whole.end;
	span_skip(s, (size_t)size);
	skip_padding(s, (size_t)size, 4);
	return true;
}

/* The compressed stream in a section of that kind. */
static bool
is_lzma(const struct section *sec, struct span *ret_stream)
{
	struct span s = sec->body, guid = span_take(&s, GUID_LEN);
	uint16_t at = span_le16(&s);

	if (sec->type != SECTION_GUIDED || span_bad(&s) ||
	    !span_equals(&guid, lzma_guid.b, GUID_LEN))
		return false;
	*ret_stream = sec->whole;
	span_skip(ret_stream, at);
	return !span_bad(ret_stream);
}

/* Look for the stream in the files of one volume. */
static bool
find_stream(struct span files, struct span *ret_stream)
{
	struct file f;
	struct section sec;

	while (next_file(&files, &f))
		while (f.type == FILE_VOLUME && next_section(&f.body, &sec))
			if (is_lzma(&sec, ret_stream))
				return true;
	return false;
}

static int
find_packed(const void *p, size_t len, struct span *ret_stream, struct err *e)
{
	for (size_t at = 0; at + FV_HEADER_LEN <= len; at += BLOCK) {
		struct span fv = span_of((const uint8_t *)p + at, len - at);
		struct span mark = fv, files;

		span_skip(&mark, FV_SIGNATURE);
		mark = span_take(&mark, 4);
		if (!span_equals(&mark, "_FVH", 4))
			continue;
		files = volume_files(fv);
		if (!span_bad(&files) && find_stream(files, ret_stream))
			return 0;
	}
	return err_set(e, ERR_UNSUPPORTED,
	    "firmware without a compressed volume, as OVMF has it");
}

static bool
find_file(const struct span *fv, const struct guid *name, struct file *ret_f)
{
	struct span files = volume_files(*fv);

	while (next_file(&files, ret_f))
		if (span_equals(&ret_f->name, name->b, GUID_LEN))
			return true;
	return false;
}

/* The length of the wide string at p with its NUL, 0 when there is none. */
static size_t
wide_len(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (2 * n + 2 <= len && n < STRING_MAX && p[2 * n + 1] == 0 &&
	       p[2 * n] >= 0x20 && p[2 * n] < 0x7f)
		n++;
	if (n < STRING_MIN || 2 * n + 2 > len || p[2 * n] || p[2 * n + 1])
		return 0;
	return 2 * n + 2;
}

/*
 * The next wide string in the code of a module; at is where to go on. Returns
 * false behind the last.
 */
static bool
next_string(const struct section *code, size_t *at, struct span *ret_s)
{
	size_t len = span_len(&code->body);

	for (; *at < len; (*at)++) {
		size_t n = wide_len(code->body.p + *at, len - *at);

		if (n == 0)
			continue;
		*ret_s = span_of(code->body.p + *at, n);
		*at += n;
		return true;
	}
	return false;
}

/* The executable section of a module; false when it has none. */
static bool
code_of(struct file module, struct section *ret_code)
{
	while (next_section(&module.body, ret_code))
		if (ret_code->type == SECTION_PE32 ||
		    ret_code->type == SECTION_TE)
			return true;
	return false;
}

static int
find_version(struct file pei, struct fwvol *f, struct err *e)
{
	struct section code;
	struct span s;
	size_t at = 0, found = 0;

	f->version = span_of("\0", 2);
	if (!code_of(pei, &code))
		return err_set(e, ERR_SYNTAX, "Tcg2Pei without code");
	for (; next_string(&code, &at, &s); found++)
		f->version = s;
	if (found > 1)
		return err_set(e, ERR_UNSUPPORTED,
		    "firmware with %zu strings that could be its version",
		    found);
	return 0;
}

/* Does the wide string have this form, '9' standing for a digit? */
static bool
has_form(const struct span *s, const char *form)
{
	size_t n = strlen(form);

	if (span_len(s) != 2 * (n + 1))
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = s->p[2 * i];

		if (form[i] == '9' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	return true;
}

/*
 * Vendor and date stand in SmbiosPlatformDxe beside the version, and beside
 * what it says where a build has none. What is not told apart stays empty.
 */
static void
find_names(struct fwvol *f)
{
	struct section code;
	struct file module;
	struct span s;
	size_t at = 0, vendors = 0, dates = 0;

	f->vendor = f->date = span_of(NULL, 0);
	if (!find_file(&f->dxe, &smbios_platform, &module) ||
	    !code_of(module, &code))
		return;
	while (next_string(&code, &at, &s)) {
		if (span_equals(&s, f->version.p, span_len(&f->version)) ||
		    has_form(&s, "unknown") || has_form(&s, "02/02/2022"))
			continue;
		if (has_form(&s, "99/99/9999")) {
			f->date = s;
			dates++;
		} else {
			f->vendor = s;
			vendors++;
		}
	}
	if (vendors != 1 || dates != 1)
		f->vendor = f->date = span_of(NULL, 0);
}

int
fwvol_unpack(const void *p, size_t len, struct buf *unpacked,
    struct fwvol *ret_f, struct err *e)
{
	struct span stream, s, *volumes[] = { &ret_f->pei, &ret_f->dxe };
	struct section sec;
	struct file f, any;
	size_t n = 0;

	if (find_packed(p, len, &stream, e) < 0 ||
	    lzma_decode(&stream, unpacked, e) < 0)
		return -1;
	s = span_of(unpacked->p, unpacked->len);
	while (next_section(&s, &sec)) {
		if (sec.type != SECTION_VOLUME)
			continue;
		if (n < 2)
			*volumes[n] = sec.body;
		n++;
	}
	if (n != 2)
		return err_set(e, ERR_UNSUPPORTED,
		    "firmware with %zu packed volumes, and OVMF has 2", n);
	if (!find_file(&ret_f->pei, &tcg2_pei, &f))
		return err_set(e, ERR_UNSUPPORTED,
		    "firmware without Tcg2Pei: it does not use a TPM 2.0");
	ret_f->secure_boot = find_file(&ret_f->dxe, &secure_boot_config, &any);
	ret_f->shell = find_file(&ret_f->dxe, &shell, &any);
	ret_f->smm = find_file(&ret_f->dxe, &variable_smm, &any);
	if (find_version(f, ret_f, e) < 0)
		return -1;
	find_names(ret_f);
	return 0;
}
