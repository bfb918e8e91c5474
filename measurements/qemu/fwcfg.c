#include <string.h>

#include "base/span.h"
#include "base/str.h"
#include "measurements/qemu/fwcfg.h"

enum {
	DIRECTORY = 0x19,
	ENTRY = 64,
	PORT_DMA = 0x514, /* the address, big-endian, high half first */
	DMA_READ = 2,
	DMA_SELECT = 8,
	/* Guest memory that nobody else uses: below 1 MiB, and above it. */
	AT_COMMAND = 0x1000,
	AT_DATA = 0x100000
};

int
fwcfg_read(struct qtest *q, uint16_t selector, uint32_t len, struct buf *b,
    struct err *e)
{
	struct buf cmd;
	int rc;

	if (len > FWCFG_BYTES)
		return err_set(e, ERR_LIMIT,
		    "fw_cfg: an item of %u bytes, and %d is the limit", len,
		    FWCFG_BYTES);
	buf_init(&cmd, 16);
	buf_be32(&cmd, (uint32_t)selector << 16 | DMA_SELECT | DMA_READ);
	buf_be32(&cmd, len);
	buf_be64(&cmd, AT_DATA);
	rc = qtest_write(q, AT_COMMAND, cmd.p, cmd.len, e);
	buf_release(&cmd);
	if (rc < 0 || qtest_outl(q, PORT_DMA, 0, e) < 0 ||
	    qtest_outl(q, PORT_DMA + 4, __builtin_bswap32(AT_COMMAND), e) < 0)
		return -1;
	return qtest_read(q, AT_DATA, len, b, e);
}

int
fwcfg_list(struct qtest *q, struct fwcfg *ret_c, struct err *e)
{
	struct buf b;
	struct span s;
	uint32_t n = 0;
	int rc;

	buf_init(&b, 4 + 4 + FWCFG_FILES * ENTRY);
	rc = fwcfg_read(q, DIRECTORY, 4, &b, e);
	if (rc == 0) {
		s = span_of(b.p, b.len);
		n = span_be32(&s);
		buf_clear(&b);
	}
	if (rc == 0 && n > FWCFG_FILES)
		rc = err_set(e, ERR_LIMIT,
		    "fw_cfg: %u items, and %d is the limit", n, FWCFG_FILES);
	if (rc == 0)
		rc = fwcfg_read(q, DIRECTORY, 4 + n * ENTRY, &b, e);
	s = span_of(b.p, b.len);
	span_skip(&s, 4);
	for (ret_c->n = 0; rc == 0 && ret_c->n < n; ret_c->n++) {
		struct fwcfg_file *f = &ret_c->f[ret_c->n];

		f->size = span_be32(&s);
		f->selector = span_be16(&s);
		span_skip(&s, 2);
		span_copy(&s, f->name, FWCFG_NAME);
		f->name[FWCFG_NAME] = '\0';
	}
	buf_release(&b);
	return rc;
}

const struct fwcfg_file *
fwcfg_find(const struct fwcfg *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->f[i].name, name))
			return &c->f[i];
	return NULL;
}
