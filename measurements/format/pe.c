#include <string.h>

#include "measurements/format/fast_sha2.h"
#include "measurements/format/limits.h"
#include "measurements/format/pe.h"

enum {
	DOS_LFANEW = 0x3c,
	COFF = 24, /* signature and file header */
	SECTION = 40,
	MAGIC_PE32 = 0x10b,
	MAGIC_PE32_PLUS = 0x20b,
	OPT_SIZE_OF_HEADERS = 60,
	OPT_CHECKSUM = 64,
	CERTIFICATES = 4 /* index of the data directory */
};

/* The offsets that the hash is about. */
struct image {
	const uint8_t *p;
	size_t len;
	size_t checksum;
	size_t cert_entry; /* 0 when there is none */
	size_t headers;    /* end of the headers */
	uint32_t cert_at, cert_size;
	size_t table; /* of section headers */
	uint16_t n_table;
	struct {
		uint32_t at;
		uint32_t len;
	} s[LIMIT_PE_SECTIONS];
	size_t n;
};

static struct span
at(const struct image *i, size_t offset)
{
	struct span s = span_of(i->p, i->len);

	span_skip(&s, offset);
	return s;
}

static uint32_t
u32_at(const struct image *i, size_t offset)
{
	struct span s = at(i, offset);

	return span_le32(&s);
}

/* Put the section into place by its offset; equal ones keep their order. */
static int
add_section(struct image *i, uint32_t start, uint32_t len, struct err *e)
{
	size_t j = i->n;

	if (len == 0)
		return 0;
	if (start > i->len || len > i->len - start)
		return err_set(e, ERR_SYNTAX,
		    "PE image: a section 0x%x+0x%x ends beyond its 0x%zx bytes",
		    start, len, i->len);
	for (; j > 0 && i->s[j - 1].at > start; j--)
		i->s[j] = i->s[j - 1];
	i->s[j].at = start;
	i->s[j].len = len;
	i->n++;
	return 0;
}

static int
read_sections(struct image *i, size_t table, uint16_t n, struct err *e)
{
	struct span s = at(i, table);

	if (n > LIMIT_PE_SECTIONS)
		return err_set(e, ERR_LIMIT,
		    "PE image: %u sections, and %d is the limit", n,
		    LIMIT_PE_SECTIONS);
	while (n-- > 0) {
		struct span entry = span_take(&s, SECTION);
		uint32_t len, start;

		span_skip(&entry, 16);
		len = span_le32(&entry);
		start = span_le32(&entry);
		if (span_bad(&s))
			return err_set(e, ERR_SYNTAX,
			    "PE image: its section table is cut off");
		if (add_section(i, start, len, e) < 0)
			return -1;
	}
	return 0;
}

/* What is in the optional header at opt. */
static int
read_optional(struct image *i, size_t opt, uint16_t opt_len, struct err *e)
{
	struct span s = at(i, opt), h = span_take(&s, opt_len);
	uint16_t magic = span_le16(&h);
	size_t count = magic == MAGIC_PE32 ? 92 : 108;

	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "PE image: its optional header is cut off");
	if (magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
		return err_set(e, ERR_UNSUPPORTED,
		    "PE image: an optional header of the kind 0x%x", magic);
	if (opt_len < count + 4)
		return err_set(e, ERR_SYNTAX,
		    "PE image: an optional header of %u bytes", opt_len);
	i->checksum = opt + OPT_CHECKSUM;
	i->headers = u32_at(i, opt + OPT_SIZE_OF_HEADERS);
	i->cert_entry = 0;
	i->cert_at = 0;
	i->cert_size = 0;
	if (u32_at(i, opt + count) > CERTIFICATES) {
		i->cert_entry = opt + count + 4 + CERTIFICATES * 8;
		if (opt_len < i->cert_entry + 8 - opt)
			return err_set(e, ERR_SYNTAX,
			    "PE image: an optional header of %u bytes",
			    opt_len);
		i->cert_at = u32_at(i, i->cert_entry);
		i->cert_size = u32_at(i, i->cert_entry + 4);
	}
	return 0;
}

static int
parse(struct image *i, struct err *e)
{
	struct span s = span_of(i->p, i->len), magic = span_take(&s, 2);
	size_t pe = u32_at(i, DOS_LFANEW), opt = pe + COFF, end;
	uint16_t n, opt_len;

	if (!span_equals(&magic, "MZ", 2))
		return err_set(e, ERR_SYNTAX, "not a PE image: no 'MZ'");
	s = at(i, pe);
	magic = span_take(&s, 4);
	if (!span_equals(&magic, "PE\0", 4))
		return err_set(e, ERR_SYNTAX,
		    "not a PE image: no 'PE' at offset 0x%zx", pe);
	span_skip(&s, 2);
	n = span_le16(&s);
	span_skip(&s, 12);
	opt_len = span_le16(&s);
	span_skip(&s, 2);
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX, "PE image: it is cut off");
	if (read_optional(i, opt, opt_len, e) < 0)
		return -1;
	end = i->cert_entry ? i->cert_entry + 8 : i->checksum + 4;
	if (i->headers < end || i->headers > i->len)
		return err_set(e, ERR_SYNTAX,
		    "PE image: headers of 0x%zx bytes in 0x%zx", i->headers,
		    i->len);
	i->table = opt + opt_len;
	i->n_table = n;
	return read_sections(i, i->table, n, e);
}

int
pe_sections(const void *p, size_t len, struct pe_sections *ret_s, struct err *e)
{
	struct image i = { .p = p, .len = len };
	struct span table;

	if (parse(&i, e) < 0)
		return -1;
	table = at(&i, i.table);
	ret_s->n = i.n_table;
	for (size_t k = 0; k < i.n_table; k++) {
		struct pe_section *s = &ret_s->s[k];
		uint32_t raw_len, raw_at;

		span_copy(&table, s->name, PE_NAME_LEN);
		s->name[PE_NAME_LEN] = '\0';
		s->size = span_le32(&table);
		span_skip(&table, 4);
		raw_len = span_le32(&table);
		raw_at = span_le32(&table);
		span_skip(&table, SECTION - PE_NAME_LEN - 16);
		if (raw_len > s->size)
			raw_len = s->size;
		/* Where it lies was checked above. */
		s->data =
		    raw_len ? span_of(i.p + raw_at, raw_len) : span_of(NULL, 0);
	}
	return 0;
}

const struct pe_section *
pe_section_find(const struct pe_sections *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->s[i].name, name) == 0)
			return &s->s[i];
	return NULL;
}

int
pe_certificates(const void *p, size_t len, struct span *ret_certs,
    struct err *e)
{
	struct image i = { .p = p, .len = len };

	if (parse(&i, e) < 0)
		return -1;
	if (i.cert_size > 0 &&
	    (i.cert_at > len || i.cert_size > len - i.cert_at))
		return err_set(e, ERR_SYNTAX,
		    "PE image: certificates 0x%x+0x%x end beyond its 0x%zx "
		    "bytes",
		    i.cert_at, i.cert_size, len);
	*ret_certs = i.cert_size ? span_of(i.p + i.cert_at, i.cert_size)
				 : span_of(NULL, 0);
	return 0;
}

int
pe_hash(const void *p, size_t len, enum sha2_algorithm alg, uint8_t *ret_digest,
    struct err *e)
{
	struct image i = { .p = p, .len = len };
	unsigned paths = fast_sha2_paths(FAST_SHA2_ALL);
	size_t from, sum;
	struct sha2 h;

	if (parse(&i, e) < 0)
		return -1;
	sha2_init(&h, alg);
	fast_sha2_update(&h, paths, i.p, i.checksum);
	from = i.checksum + 4;
	if (i.cert_entry != 0) {
		fast_sha2_update(&h, paths, i.p + from, i.cert_entry - from);
		from = i.cert_entry + 8;
	}
	fast_sha2_update(&h, paths, i.p + from, i.headers - from);
	sum = i.headers;
	for (size_t k = 0; k < i.n; k++) {
		fast_sha2_update(&h, paths, i.p + i.s[k].at, i.s[k].len);
		sum += i.s[k].len;
	}
	if (len > sum) {
		if (i.cert_size > len - sum)
			return err_set(e, ERR_SYNTAX,
			    "PE image: 0x%x bytes of certificates, and 0x%zx "
			    "after the sections",
			    i.cert_size, len - sum);
		fast_sha2_update(&h, paths, i.p + sum, len - sum - i.cert_size);
	}
	sha2_final(&h, ret_digest);
	return 0;
}
