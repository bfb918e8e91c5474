#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/die.h"
#include "base/str.h"
#include "codec/base64.h"
#include "codec/utf8.h"
#include "initdata/disk.h"
#include "measurements/cli/initdata_form.h"

static const char *const names[INITDATA_FORMS] = {
	[INITDATA_TOML] = "toml",
	[INITDATA_GZIP] = "gzip",
	[INITDATA_ANNOTATION] = "annotation",
	[INITDATA_IMAGE] = "image",
};

const char *
initdata_form_name(enum initdata_form form)
{
	return names[form];
}

enum initdata_form
initdata_form_of(const char *name)
{
	int i = 0;

	while (i < INITDATA_FORMS && !str_eq(name, names[i]))
		i++;
	return (enum initdata_form)i;
}

/* -- reading ------------------------------------------------------------- */

static bool
is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* A document has spaces and quotes; the text of an annotation has neither. */
static enum initdata_form
guess(const uint8_t *p, size_t len)
{
	if (len >= strlen(DISK_MAGIC) &&
	    memcmp(p, DISK_MAGIC, strlen(DISK_MAGIC)) == 0)
		return INITDATA_IMAGE;
	if (len >= 2 && p[0] == 0x1f && p[1] == 0x8b)
		return INITDATA_GZIP;
	for (size_t i = 0; i < len; i++) {
		if (!is_base64(p[i]))
			return INITDATA_TOML;
	}
	return len > 0 ? INITDATA_ANNOTATION : INITDATA_TOML;
}

static int
read_image(const uint8_t *p, size_t len, struct initdata *ret, size_t *ret_gzip,
    struct err *e)
{
	uint64_t n;

	if (len < DISK_HEADER)
		return err_set(e, ERR_SYNTAX, "the image is cut off");
	if (disk_header(p, &n, e) < 0)
		return -1;
	if (n > len - DISK_HEADER)
		return err_set(e, ERR_SYNTAX, "the image is cut off");
	*ret_gzip = (size_t)n;
	return initdata_unpack(p + DISK_HEADER, (size_t)n, ret, e);
}

static int
read_annotation(const uint8_t *p, size_t len, struct initdata *ret,
    size_t *ret_gzip, struct err *e)
{
	uint8_t *gzip = must_alloc(1, BASE64_BYTES(len));
	int rc;

	rc = base64_decode(BASE64_STANDARD, (const char *)p, len, gzip,
	    BASE64_BYTES(len), ret_gzip);
	if (rc < 0)
		err_set(e, ERR_SYNTAX, "not base64");
	else
		rc = initdata_unpack(gzip, *ret_gzip, ret, e);
	free(gzip);
	return rc;
}

int
initdata_form_read(const uint8_t *p, size_t len, struct initdata *ret,
    enum initdata_form *ret_form, size_t *ret_gzip, struct err *e)
{
	/* The text of an annotation may end its line. */
	size_t text = len > 0 && p[len - 1] == '\n' ? len - 1 : len;

	*ret_form = guess(p, text);
	*ret_gzip = 0;
	switch (*ret_form) {
	case INITDATA_IMAGE:
		return read_image(p, len, ret, ret_gzip, e);
	case INITDATA_GZIP:
		*ret_gzip = len;
		return initdata_unpack(p, len, ret, e);
	case INITDATA_ANNOTATION:
		return read_annotation(p, text, ret, ret_gzip, e);
	default:
		return initdata_read(p, len, ret, e);
	}
}

/* -- writing ------------------------------------------------------------- */

/* No name, no time, so that equal documents give equal bytes. */
static void
gzip(const struct buf *in, struct buf *out)
{
	z_stream z = { .next_in = in->p };
	uLong bound;
	uint8_t *dst;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
		Z_DEFAULT_STRATEGY) != Z_OK)
		die("zlib: out of memory");
	bound = deflateBound(&z, in->len);
	dst = must_alloc(1, bound);
	z.avail_in = (uInt)in->len;
	z.next_out = dst;
	z.avail_out = (uInt)bound;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("zlib: deflate");
	buf_add(out, dst, z.total_out);
	deflateEnd(&z);
	free(dst);
}

static void
annotation(const struct buf *in, struct buf *out)
{
	char *text = must_alloc(1, BASE64_SIZE(in->len));

	base64_encode(BASE64_STANDARD, in->p, in->len, text);
	buf_add_str(out, text);
	buf_u8(out, '\n');
	free(text);
}

int
initdata_form_write(const struct initdata *d, enum initdata_form form,
    struct buf *out, struct err *e)
{
	struct buf packed;

	buf_init(&packed, INITDATA_GZIP_MAX);
	if (form == INITDATA_TOML)
		buf_add(out, d->toml.p, d->toml.len);
	else
		gzip(&d->toml, &packed);
	if (buf_bad(&packed))
		return err_set(e, ERR_LIMIT,
		    "compressed it is larger than %d bytes", INITDATA_GZIP_MAX);
	if (form == INITDATA_GZIP)
		buf_add(out, packed.p, packed.len);
	else if (form == INITDATA_ANNOTATION)
		annotation(&packed, out);
	else if (form == INITDATA_IMAGE)
		disk_image(packed.p, packed.len, out);
	buf_release(&packed);
	return 0;
}

/* True when the text can stand between ''' as it is (TOML 1.0, "String"). */
static bool
is_literal(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		uint8_t c = b->p[i];

		if (c == '\'' && (i + 1 == b->len ||
				     (i + 2 < b->len && b->p[i + 1] == '\'' &&
					 b->p[i + 2] == '\'')))
			return false;
		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
			return false;
	}
	return true;
}

static void
write_basic(struct buf *out, const struct buf *b)
{
	buf_add_str(out, "\"\"\"\n");
	for (size_t i = 0; i < b->len; i++) {
		uint8_t c = b->p[i];

		if (c == '"' || c == '\\') {
			buf_u8(out, '\\');
			buf_u8(out, c);
		} else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f) {
			buf_printf(out, "\\u%04x", c);
		} else {
			buf_u8(out, c);
		}
	}
	buf_add_str(out, "\"\"\"\n");
}

void
initdata_form_document(enum sha2_algorithm alg,
    const struct initdata_part *parts, size_t n, struct buf *out)
{
	buf_printf(out, "version = \"0.1.0\"\nalgorithm = \"%s\"\n\n[data]\n",
	    sha2_name(alg));
	for (size_t i = 0; i < n; i++) {
		const struct buf *b = parts[i].text;

		buf_printf(out, "\"%s\" = ", parts[i].name);
		if (is_literal(b)) {
			buf_add_str(out, "'''\n");
			buf_add(out, b->p, b->len);
			buf_add_str(out, "'''\n");
		} else {
			write_basic(out, b);
		}
	}
}
