/*
 * mkuki OUTPUT STUB SECTION=FILE...
 *
 * Writes a unified kernel image (UAPI group, specification UKI.1): the PE image
 * STUB, an EFI stub such as systemd's, with each FILE as one more section after
 * its own, in the order of the arguments. The output depends on the names and
 * the bytes and on nothing else: the time of the stub is cleared, and what
 * stands in its file outside of headers and sections (symbols) is left out.
 *
 * SECTION is a dot and up to seven small letters or digits. A stub that is
 * signed, or that has such a section already, is refused; so is an image with
 * no .linux, or one that is no PE image itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/str.h"
#include "image/bytes.h"
#include "measurements/format/le.h"

enum {
	PE_OFFSET = 0x3c,
	COFF_LEN = 24, /* with the signature */
	SECTION_LEN = 40,
	NAME_LEN = 8,
	FLAGS = 0x40000040, /* initialised data, to be read */
	MAGIC_PE32_PLUS = 0x20b,
	CERTIFICATES = 144, /* in the optional header: entry of the table */
	OPT_LEN_MIN = 152,
	PAGE = 4096,
	SECTIONS_MAX = 16,
	HEADERS_MAX = 64 * 1024
};

#define FILE_SIZE_MAX (1U << 30)

struct section {
	char name[NAME_LEN + 1];
	const char *path;
	struct buf data;
};

struct uki {
	struct buf stub, out;
	size_t coff, opt, table; /* offsets in the stub */
	uint16_t n_own;
	uint32_t section_align, file_align;
	struct section s[SECTIONS_MAX];
	size_t n;
};

static uint64_t
align(uint64_t v, uint32_t to)
{
	return (v + to - 1) / to * to;
}

/* Offset of header i of the stub's own sections. */
static size_t
own(const struct uki *u, size_t i)
{
	return u->table + i * SECTION_LEN;
}

static int
check_sections(const struct uki *u, struct err *e)
{
	const uint8_t *p = u->stub.p;

	for (size_t i = 0; i < u->n_own; i++) {
		uint64_t len = le_get32(p + own(u, i) + 16);
		uint64_t at = le_get32(p + own(u, i) + 20);

		if (at + len > u->stub.len)
			return err_set(e, ERR_SYNTAX,
			    "stub: a section ends beyond the file");
		for (size_t k = 0; k < u->n; k++)
			if (strncmp((const char *)p + own(u, i), u->s[k].name,
				NAME_LEN) == 0)
				return err_set(e, ERR_EXISTS,
				    "the stub has a section '%s' already",
				    u->s[k].name);
	}
	return 0;
}

static int
read_stub(struct uki *u, struct err *e)
{
	const uint8_t *p = u->stub.p;
	uint16_t opt_len;

	if (u->stub.len < PE_OFFSET + 4 || memcmp(p, "MZ", 2) != 0)
		return err_set(e, ERR_SYNTAX, "stub: not a PE image");
	u->coff = le_get32(p + PE_OFFSET);
	if (u->coff > HEADERS_MAX || u->stub.len < u->coff + COFF_LEN ||
	    memcmp(p + u->coff, "PE\0", 4) != 0)
		return err_set(e, ERR_SYNTAX, "stub: not a PE image");
	u->opt = u->coff + COFF_LEN;
	u->n_own = le_get16(p + u->coff + 6);
	opt_len = le_get16(p + u->coff + 20);
	u->table = u->opt + opt_len;
	if (opt_len < OPT_LEN_MIN ||
	    u->stub.len < u->table + (size_t)u->n_own * SECTION_LEN ||
	    le_get16(p + u->opt) != MAGIC_PE32_PLUS)
		return err_set(e, ERR_SYNTAX, "stub: not a PE32+ image");
	u->section_align = le_get32(p + u->opt + 32);
	u->file_align = le_get32(p + u->opt + 36);
	if (u->n_own == 0 || u->section_align == 0 || u->file_align == 0 ||
	    u->section_align > 1 << 20 || u->file_align > 1 << 16)
		return err_set(e, ERR_SYNTAX, "stub: no sections or alignment");
	if (le_get32(p + u->opt + CERTIFICATES + 4) != 0)
		return err_set(e, ERR_ARGUMENT,
		    "the stub is signed, which the new sections would break");
	return check_sections(u, e);
}

/* Ends of what the stub has: in memory, and of headers and data in its file. */
struct ends {
	uint64_t memory, file;
	uint32_t first_raw, first_memory;
};

static struct ends
ends_of(const struct uki *u)
{
	struct ends r = { 0, 0, UINT32_MAX, UINT32_MAX };

	for (size_t i = 0; i < u->n_own; i++) {
		const uint8_t *h = u->stub.p + own(u, i);
		uint64_t memory = (uint64_t)le_get32(h + 12) + le_get32(h + 8);
		uint64_t file = (uint64_t)le_get32(h + 20) + le_get32(h + 16);

		if (memory > r.memory)
			r.memory = memory;
		if (le_get32(h + 12) < r.first_memory)
			r.first_memory = le_get32(h + 12);
		if (le_get32(h + 16) == 0)
			continue;
		if (file > r.file)
			r.file = file;
		if (le_get32(h + 20) < r.first_raw)
			r.first_raw = le_get32(h + 20);
	}
	return r;
}

/*
 * Copy the stub's headers and data to the output, with room for n headers more:
 * where there is none, the data moves on. Returns by how much, or -1.
 */
static int64_t
copy_stub(struct uki *u, const struct ends *end, struct err *e)
{
	size_t need = own(u, u->n_own + u->n), grow;

	if (end->first_raw < own(u, u->n_own) || end->file > u->stub.len)
		return err_set(e, ERR_SYNTAX,
		    "stub: its sections overlap its headers");
	grow = need > end->first_raw
		   ? align(need - end->first_raw, u->file_align)
		   : 0;
	if (need > end->first_memory)
		return err_set(e, ERR_LIMIT,
		    "no room in memory for %zu section headers more", u->n);
	buf_add(&u->out, u->stub.p, end->first_raw);
	memset(u->out.p + own(u, u->n_own), 0,
	    end->first_raw - own(u, u->n_own));
	buf_add_zero(&u->out, grow);
	buf_add(&u->out, u->stub.p + end->first_raw,
	    end->file - end->first_raw);
	for (size_t i = 0; i < u->n_own && grow > 0; i++) {
		uint8_t *h = u->out.p + own(u, i);

		if (le_get32(h + 16) != 0)
			le_put32(h + 20, le_get32(h + 20) + (uint32_t)grow);
	}
	return (int64_t)grow;
}

static void
put_header(uint8_t *h, const struct section *s, uint64_t memory, uint64_t file,
    uint64_t file_len)
{
	memset(h, 0, SECTION_LEN);
	memcpy(h, s->name, strlen(s->name));
	le_put32(h + 8, (uint32_t)s->data.len);
	le_put32(h + 12, (uint32_t)memory);
	le_put32(h + 16, (uint32_t)file_len);
	le_put32(h + 20, (uint32_t)file);
	le_put32(h + 36, FLAGS);
}

static int
build(struct uki *u, struct err *e)
{
	uint32_t page = u->section_align < PAGE ? PAGE : u->section_align;
	struct ends end = ends_of(u);
	int64_t grow = copy_stub(u, &end, e);
	uint64_t added = 0;

	if (grow < 0)
		return -1;
	for (size_t i = 0; i < u->n; i++) {
		const struct section *s = &u->s[i];
		uint64_t len = align(s->data.len, u->file_align);
		uint64_t memory = align(end.memory, page);

		buf_add_zero(&u->out,
		    align(u->out.len, u->file_align) - u->out.len);
		if (memory + len > INT32_MAX || u->out.len + len > INT32_MAX)
			return err_set(e, ERR_LIMIT, "more than 2 GiB");
		put_header(u->out.p + own(u, u->n_own + i), s, memory,
		    u->out.len, len);
		buf_add(&u->out, s->data.p, s->data.len);
		buf_add_zero(&u->out, len - s->data.len);
		end.memory = memory + s->data.len;
		added += len;
	}
	if (buf_bad(&u->out))
		return err_set(e, ERR_LIMIT, "more than %u bytes",
		    FILE_SIZE_MAX);
	le_put16(u->out.p + u->coff + 6, (uint16_t)(u->n_own + u->n));
	le_put32(u->out.p + u->coff + 8, 0);  /* time */
	le_put64(u->out.p + u->coff + 12, 0); /* symbols */
	le_put32(u->out.p + u->opt + 8,
	    le_get32(u->out.p + u->opt + 8) + (uint32_t)added);
	le_put32(u->out.p + u->opt + 56,
	    (uint32_t)align(end.memory, u->section_align));
	le_put32(u->out.p + u->opt + 60, end.first_raw + (uint32_t)grow);
	le_put32(u->out.p + u->opt + 64, 0); /* checksum, which EFI ignores */
	return 0;
}

/* One SECTION=FILE. */
static int
add_section(struct uki *u, const char *arg, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = strcspn(arg, "=");
	struct section *s = &u->s[u->n];

	if (arg[len] != '=' || arg[0] != '.' || len < 2 || len > NAME_LEN ||
	    strspn(arg + 1, letters) != len - 1)
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a section and a file, such as .osrel=FILE",
		    STR_QUOTED(arg));
	memcpy(s->name, arg, len);
	s->name[len] = '\0';
	s->path = arg + len + 1;
	for (size_t i = 0; i < u->n; i++)
		if (str_eq(u->s[i].name, s->name))
			return err_set(e, ERR_EXISTS,
			    "section %s is given twice", s->name);
	buf_init(&s->data, FILE_SIZE_MAX);
	u->n++;
	if (fd_read_file(AT_FDCWD, s->path, &s->data, e) < 0)
		return -1;
	if (s->data.len == 0)
		return err_set(e, ERR_ARGUMENT, "%s is empty",
		    STR_QUOTED(s->path));
	return 0;
}

static int
check_kernel(const struct uki *u, struct err *e)
{
	for (size_t i = 0; i < u->n; i++) {
		if (!str_eq(u->s[i].name, ".linux"))
			continue;
		if (u->s[i].data.len < PE_OFFSET + 4 ||
		    memcmp(u->s[i].data.p, "MZ", 2) != 0)
			return err_set(e, ERR_SYNTAX,
			    "%s: not a kernel with an EFI stub",
			    STR_QUOTED(u->s[i].path));
		return 0;
	}
	return err_set(e, ERR_ARGUMENT, "no .linux=FILE");
}

static int
make(struct uki *u, char **argv, int argc, struct err *e)
{
	if (argc - 3 > SECTIONS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d sections",
		    SECTIONS_MAX);
	for (int i = 3; i < argc; i++)
		if (add_section(u, argv[i], e) < 0)
			return -1;
	if (check_kernel(u, e) < 0 ||
	    fd_read_file(AT_FDCWD, argv[2], &u->stub, e) < 0 ||
	    read_stub(u, e) < 0 || build(u, e) < 0)
		return -1;
	return bytes_write_file(argv[1], &u->out, e);
}

int
main(int argc, char **argv)
{
	struct uki u = { .n = 0 };
	struct err e;
	int rc;

	if (argc < 4) {
		fputs("usage: mkuki OUTPUT STUB SECTION=FILE...\n", stderr);
		return 2;
	}
	buf_init(&u.stub, FILE_SIZE_MAX);
	buf_init(&u.out, FILE_SIZE_MAX);
	rc = make(&u, argv, argc, &e);
	if (rc < 0)
		fprintf(stderr, "mkuki: %s\n", e.msg);
	for (size_t i = 0; i < u.n; i++)
		buf_release(&u.s[i].data);
	buf_release(&u.stub);
	buf_release(&u.out);
	return rc < 0;
}
