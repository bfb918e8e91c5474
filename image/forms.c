#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "image/bytes.h"
#include "image/forms.h"
#include "measurements/format/be.h"

enum {
	MIB = 1 << 20,
	VHD_LEN = 512,
	QCOW_BITS = 16,
	QCOW_CLUSTER = 1 << QCOW_BITS,
	QCOW_L2 = QCOW_CLUSTER / 8,       /* entries of a table */
	QCOW_REFCOUNTS = QCOW_CLUSTER / 2 /* of a block: 16 bits each */
};

#define GIB (UINT64_C(1) << 30)
#define QCOW_COPIED (UINT64_C(1) << 63)

static int
write_all(int fd, const void *p, size_t len, struct err *e)
{
	return fd_write_all(fd, p, len) < 0 ? err_sys(e, "write") : 0;
}

static int
write_raw(const struct disk *d, const uint8_t id[static FORMS_ID_LEN], int fd,
    struct err *e)
{
	(void)id;
	return disk_write_raw(d, fd, e);
}

/* The geometry that the specification's appendix computes. */
static uint32_t
vhd_geometry(uint64_t sectors)
{
	uint64_t per_track = 255, heads = 16, rest;

	if (sectors > UINT64_C(65535) * 16 * 255)
		sectors = UINT64_C(65535) * 16 * 255;
	rest = sectors / per_track;
	if (sectors < UINT64_C(65535) * 16 * 63) {
		per_track = 17;
		rest = sectors / per_track;
		heads = rest < 4 * 1024 ? 4 : (rest + 1023) / 1024;
		if (rest >= heads * 1024 || heads > 16) {
			per_track = 31;
			heads = 16;
			rest = sectors / per_track;
		}
		if (rest >= heads * 1024) {
			per_track = 63;
			heads = 16;
			rest = sectors / per_track;
		}
	}
	return (uint32_t)(rest / heads << 16 | heads << 8 | per_track);
}

static int
write_vhd(const struct disk *d, const uint8_t id[static FORMS_ID_LEN], int fd,
    struct err *e)
{
	uint8_t p[VHD_LEN] = "conectix";
	uint32_t sum = 0;

	be_put32(p + 8, 2);           /* features: the reserved bit */
	be_put32(p + 12, 0x00010000); /* version */
	be_put64(p + 16, UINT64_MAX); /* no other header */
	memcpy(p + 28, "qem2", 4); /* by which QEMU takes the size as it is */
	be_put32(p + 32, 0x00010000);
	memcpy(p + 36, "Wi2k", 4);
	be_put64(p + 40, d->size);
	be_put64(p + 48, d->size);
	be_put32(p + 56, vhd_geometry(d->size / DISK_SECTOR));
	be_put32(p + 60, 2); /* fixed */
	memcpy(p + 68, id, FORMS_ID_LEN);
	for (size_t i = 0; i < VHD_LEN; i++)
		sum += p[i];
	be_put32(p + 64, ~sum);
	if (disk_write_raw(d, fd, e) < 0)
		return -1;
	if (lseek(fd, (off_t)d->size, SEEK_SET) < 0)
		return err_sys(e, "write");
	return write_all(fd, p, sizeof(p), e);
}

static uint64_t
up(uint64_t v, uint64_t by)
{
	return (v + by - 1) / by;
}

/* Where things are, in clusters: header, reference counts, tables, data. */
struct qcow {
	const struct disk *d;
	uint64_t n_clusters, n_l2, l1_len, n_data;
	uint64_t table_len, n_blocks; /* of reference counts */
	uint64_t l1_at, l2_at, data_at, end;
};

static int
has_data(const struct qcow *q, uint64_t cluster, uint8_t *bytes)
{
	uint64_t at = cluster * QCOW_CLUSTER;
	size_t len = q->d->size - at < QCOW_CLUSTER ? (size_t)(q->d->size - at)
						    : QCOW_CLUSTER;

	memset(bytes, 0, QCOW_CLUSTER);
	return disk_read(q->d, at, bytes, len);
}

static void
qcow_plan(struct qcow *q, uint8_t *bytes)
{
	q->n_clusters = up(q->d->size, QCOW_CLUSTER);
	q->n_l2 = up(q->n_clusters, QCOW_L2);
	q->l1_len = up(q->n_l2, QCOW_L2);
	for (uint64_t i = 0; i < q->n_clusters; i++)
		q->n_data += has_data(q, i, bytes) != 0;
	q->n_blocks = 1;
	/* The blocks count themselves too. */
	do {
		q->table_len = up(q->n_blocks, QCOW_L2);
		q->l1_at = 1 + q->table_len + q->n_blocks;
		q->l2_at = q->l1_at + q->l1_len;
		q->data_at = q->l2_at + q->n_l2;
		q->end = q->data_at + q->n_data;
	} while (up(q->end, QCOW_REFCOUNTS) > q->n_blocks && q->n_blocks++);
}

static void
qcow_header(const struct qcow *q, uint8_t *p)
{
	memcpy(p, "QFI\xfb", 4);
	be_put32(p + 4, 3);
	be_put32(p + 20, QCOW_BITS);
	be_put64(p + 24, q->d->size);
	be_put32(p + 36, (uint32_t)q->n_l2);
	be_put64(p + 40, q->l1_at * QCOW_CLUSTER);
	be_put64(p + 48, QCOW_CLUSTER);
	be_put32(p + 56, (uint32_t)q->table_len);
	be_put32(p + 96, 4); /* reference counts of 16 bits */
	be_put32(p + 100, 104);
}

/* A table of `len` clusters with n entries, counting from `first` clusters. */
static int
qcow_table(int fd, uint64_t len, uint64_t n, uint64_t first, uint64_t flags,
    uint8_t *bytes, struct err *e)
{
	for (uint64_t i = 0; i < len; i++) {
		memset(bytes, 0, QCOW_CLUSTER);
		for (uint64_t k = 0; k < QCOW_L2 && i * QCOW_L2 + k < n; k++)
			be_put64(bytes + 8 * k,
			    (first + i * QCOW_L2 + k) * QCOW_CLUSTER | flags);
		if (write_all(fd, bytes, QCOW_CLUSTER, e) < 0)
			return -1;
	}
	return 0;
}

static int
qcow_refcounts(const struct qcow *q, int fd, uint8_t *bytes, struct err *e)
{
	for (uint64_t i = 0; i < q->n_blocks; i++) {
		memset(bytes, 0, QCOW_CLUSTER);
		for (uint64_t k = 0; k < QCOW_REFCOUNTS; k++)
			if (i * QCOW_REFCOUNTS + k < q->end)
				bytes[2 * k + 1] = 1;
		if (write_all(fd, bytes, QCOW_CLUSTER, e) < 0)
			return -1;
	}
	return 0;
}

static int
qcow_l2(const struct qcow *q, int fd, uint8_t *bytes, struct err *e)
{
	uint8_t table[QCOW_CLUSTER];
	uint64_t next = q->data_at;

	for (uint64_t i = 0; i < q->n_l2; i++) {
		memset(table, 0, sizeof(table));
		for (uint64_t k = 0; k < QCOW_L2; k++)
			if (i * QCOW_L2 + k < q->n_clusters &&
			    has_data(q, i * QCOW_L2 + k, bytes))
				be_put64(table + 8 * k,
				    next++ * QCOW_CLUSTER | QCOW_COPIED);
		if (write_all(fd, table, sizeof(table), e) < 0)
			return -1;
	}
	return 0;
}

static int
write_qcow2(const struct disk *d, const uint8_t id[static FORMS_ID_LEN], int fd,
    struct err *e)
{
	struct qcow q = { .d = d };
	uint8_t bytes[QCOW_CLUSTER];

	(void)id;
	qcow_plan(&q, bytes);
	memset(bytes, 0, sizeof(bytes));
	qcow_header(&q, bytes);
	if (write_all(fd, bytes, sizeof(bytes), e) < 0 ||
	    qcow_table(fd, q.table_len, q.n_blocks, 1 + q.table_len, 0, bytes,
		e) < 0 ||
	    qcow_refcounts(&q, fd, bytes, e) < 0 ||
	    qcow_table(fd, q.l1_len, q.n_l2, q.l2_at, QCOW_COPIED, bytes, e) <
		0 ||
	    qcow_l2(&q, fd, bytes, e) < 0)
		return -1;
	for (uint64_t i = 0; i < q.n_clusters; i++)
		if (has_data(&q, i, bytes) &&
		    write_all(fd, bytes, sizeof(bytes), e) < 0)
			return -1;
	return 0;
}

/* A number as tar has it: 11 octal digits, or from 8 GiB on GNU's binary. */
static void
tar_number(uint8_t *p, uint64_t v)
{
	if (v >> 33 != 0) {
		p[0] = 0x80;
		be_put64(p + 4, v);
		return;
	}
	p[11] = ' ';
	for (int i = 10; i >= 0; i--, v >>= 3)
		p[i] = (uint8_t)('0' + (v & 7));
}

/* Bytes of a piece in the archive, which has whole blocks. */
static uint64_t
tar_len(const struct disk_piece *x)
{
	return up(x->len, DISK_SECTOR) * DISK_SECTOR;
}

/* Entry i of the map; one of no bytes at the end tells the file's. */
static void
tar_entry(const struct disk *d, size_t i, uint8_t *p)
{
	tar_number(p, i < d->n ? d->pieces[i].at : d->size);
	tar_number(p + 12, i < d->n ? tar_len(&d->pieces[i]) : 0);
}

static int
tar_headers(const struct disk *d, int fd, struct err *e)
{
	uint8_t p[DISK_SECTOR] = "disk.raw";
	uint64_t len = 0;
	unsigned sum = 0;
	size_t i = 0;

	for (size_t k = 0; k < d->n; k++)
		len += tar_len(&d->pieces[k]);
	memcpy(p + 100, "0000644", 7);
	memcpy(p + 108, "0000000", 7);
	memcpy(p + 116, "0000000", 7);
	tar_number(p + 124, len);
	tar_number(p + 136, 0);
	memset(p + 148, ' ', 8);
	p[156] = 'S';
	memcpy(p + 257, "ustar  ", 7);
	for (; i < 4 && i <= d->n; i++)
		tar_entry(d, i, p + 386 + 24 * i);
	p[482] = i <= d->n;
	tar_number(p + 483, d->size);
	for (size_t k = 0; k < sizeof(p); k++)
		sum += p[k];
	for (int k = 153; k >= 148; k--, sum >>= 3)
		p[k] = (uint8_t)('0' + (sum & 7));
	p[154] = '\0';
	if (write_all(fd, p, sizeof(p), e) < 0)
		return -1;
	while (i <= d->n) {
		memset(p, 0, sizeof(p));
		for (size_t k = 0; k < 21 && i <= d->n; k++, i++)
			tar_entry(d, i, p + 24 * k);
		p[504] = i <= d->n;
		if (write_all(fd, p, sizeof(p), e) < 0)
			return -1;
	}
	return 0;
}

static int
write_tar(const struct disk *d, const uint8_t id[static FORMS_ID_LEN], int fd,
    struct err *e)
{
	static const uint8_t zeros[2 * DISK_SECTOR];

	(void)id;
	if (tar_headers(d, fd, e) < 0)
		return -1;
	for (size_t i = 0; i < d->n; i++) {
		const struct disk_piece *x = &d->pieces[i];

		if (write_all(fd, x->p, x->len, e) < 0 ||
		    write_all(fd, zeros, (size_t)tar_len(x) - x->len, e) < 0)
			return -1;
	}
	return write_all(fd, zeros, sizeof(zeros), e);
}

int
forms_find(const char *name, forms_fn **ret_write, uint64_t *ret_unit,
    struct err *e)
{
	static const struct {
		const char *name;
		forms_fn *write;
		uint64_t unit;
	} forms[] = {
		{ "raw", write_raw, MIB },
		{ "qcow2", write_qcow2, MIB },
		{ "vhd", write_vhd, MIB },
		{ "gcp", write_tar, GIB },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!str_eq(name, forms[i].name))
			continue;
		*ret_write = forms[i].write;
		*ret_unit = forms[i].unit;
		return 0;
	}
	return err_set(e, ERR_ARGUMENT,
	    "form %s: not one of raw, qcow2, vhd, "
	    "gcp",
	    STR_QUOTED(name));
}
