#include <stdbool.h>
#include <zlib.h>

#include "base/die.h"
#include "codec/gzip.h"

enum {
	STEP = 64 * 1024,     /* room given to zlib at once */
	WINDOW_BITS = 15 + 16 /* the largest window; gzip alone */
};

/*
 * One step of zlib into the room that out has left, at most STEP bytes.
 * Returns what inflate() does; *full when there was more than room.
 */
static int
step(z_stream *z, struct buf *out, bool *full)
{
	size_t room = out->limit - out->len;
	uint8_t spill;
	int rc;

	if (room > STEP)
		room = STEP;
	if (room > 0) {
		z->next_out = buf_reserve(out, room);
		z->avail_out = (uInt)room;
		rc = inflate(z, Z_NO_FLUSH);
		buf_commit(out, room - z->avail_out);
		return rc;
	}
	/* The end may be there without another byte. */
	z->next_out = &spill;
	z->avail_out = 1;
	rc = inflate(z, Z_NO_FLUSH);
	*full = z->avail_out == 0;
	return rc;
}

static int
read_member(z_stream *z, struct buf *out, struct err *e)
{
	bool full = false;
	int rc;

	do {
		rc = step(z, out, &full);
	} while (rc == Z_OK && !full && (z->avail_in > 0 || z->avail_out == 0));
	if (full)
		return err_set(e, ERR_LIMIT,
		    "the gzip data holds more than %zu bytes", out->limit);
	if (rc == Z_MEM_ERROR)
		die("zlib: out of memory");
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return err_set(e, ERR_SYNTAX, "the gzip data is cut off");
	if (rc != Z_STREAM_END)
		return err_set(e, ERR_SYNTAX, "the gzip data is damaged: %s",
		    z->msg != NULL ? z->msg : "not gzip");
	if (z->avail_in > 0)
		return err_set(e, ERR_SYNTAX,
		    "%u bytes after the end of the gzip data", z->avail_in);
	return 0;
}

int
gzip_read(const void *p, size_t len, struct buf *out, struct err *e)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)p };
	int rc;

	if (len > UINT32_MAX)
		return err_set(e, ERR_LIMIT, "%zu bytes of gzip data", len);
	z.avail_in = (uInt)len;
	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		die("zlib: out of memory");
	rc = read_member(&z, out, e);
	inflateEnd(&z);
	return rc;
}
