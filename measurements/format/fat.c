#include <string.h>

#include "measurements/format/fat.h"
#include "measurements/format/limits.h"

enum {
	SECTOR = 512,
	ENTRY_LEN = 32,
	NAME_LEN = 11,
	DELETED = 0xe5,
	ATTR_VOLUME = 0x08,
	ATTR_FOLDER = 0x10,
	FAT12_MAX = 4084, /* clusters; more make a FAT16, and so on */
	FAT16_MAX = 65524
};

struct entry {
	bool folder;
	uint32_t cluster;
	uint32_t len;
};

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_SYNTAX, "FAT file system: %s", what);
}

/* The sizes of the boot sector, in sectors where nothing else is said. */
struct sizes {
	uint16_t sector;
	uint8_t per_cluster, n_fats;
	uint16_t reserved, root_entries;
	uint32_t total, fat;
};

static int
read_sizes(const struct span *volume, struct sizes *ret_z, struct fat *f,
    struct err *e)
{
	struct span s = *volume;
	uint16_t total, fat;

	span_skip(&s, 11);
	ret_z->sector = span_le16(&s);
	ret_z->per_cluster = span_u8(&s);
	ret_z->reserved = span_le16(&s);
	ret_z->n_fats = span_u8(&s);
	ret_z->root_entries = span_le16(&s);
	total = span_le16(&s);
	span_skip(&s, 1);
	fat = span_le16(&s);
	span_skip(&s, 8);
	ret_z->total = span_le32(&s);
	ret_z->fat = span_le32(&s);
	span_skip(&s, 4);
	f->root_cluster = span_le32(&s);
	span_skip(&s, 510 - 48);
	if (total != 0)
		ret_z->total = total;
	if (fat != 0)
		ret_z->fat = fat;
	if (span_le16(&s) != 0xaa55 || span_bad(&s))
		return bad(e, "no boot sector");
	if (ret_z->sector != SECTOR)
		return err_set(e, ERR_UNSUPPORTED,
		    "FAT file system: sectors of %u bytes", ret_z->sector);
	if (ret_z->per_cluster == 0 || ret_z->reserved == 0 ||
	    ret_z->n_fats == 0 || ret_z->fat == 0)
		return bad(e, "the boot sector makes no sense");
	return 0;
}

int
fat_open(const struct span *volume, struct fat *ret_f, struct err *e)
{
	struct span s = *volume;
	uint64_t root_len, before, fat_len;
	struct sizes z;

	if (read_sizes(volume, &z, ret_f, e) < 0)
		return -1;
	root_len = ((uint64_t)z.root_entries * ENTRY_LEN + SECTOR - 1) / SECTOR;
	fat_len = (uint64_t)z.fat * SECTOR;
	before = z.reserved + (uint64_t)z.n_fats * z.fat + root_len;
	if (z.total <= before || (uint64_t)z.total * SECTOR > span_len(volume))
		return bad(e, "it is larger than its partition");
	ret_f->cluster_len = (uint32_t)z.per_cluster * SECTOR;
	ret_f->n_clusters = (uint32_t)((z.total - before) / z.per_cluster);
	ret_f->bits = ret_f->n_clusters <= FAT12_MAX   ? 12
		      : ret_f->n_clusters <= FAT16_MAX ? 16
						       : 32;
	span_skip(&s, (size_t)z.reserved * SECTOR);
	ret_f->table = s;
	ret_f->table = span_take(&ret_f->table, (size_t)fat_len);
	span_skip(&s, (size_t)(z.n_fats * fat_len));
	ret_f->root = span_take(&s, (size_t)root_len * SECTOR);
	ret_f->data =
	    span_take(&s, (size_t)ret_f->n_clusters * ret_f->cluster_len);
	if (span_bad(&s) ||
	    fat_len * 8 / (unsigned)ret_f->bits < ret_f->n_clusters + 2)
		return bad(e, "its table is too small");
	return 0;
}

/* Entry i of the table; the caller knows that there is one. */
static uint32_t
next_cluster(const struct fat *f, uint32_t i)
{
	struct span s = f->table;
	uint32_t v;

	span_skip(&s, (size_t)((uint64_t)i * (unsigned)f->bits / 8));
	if (f->bits == 32)
		return span_le32(&s) & 0x0fffffff;
	v = span_le16(&s);
	if (f->bits == 12)
		v = i % 2 ? v >> 4 : v & 0xfff;
	return v;
}

/*
 * The bytes of the cluster and the number of the next, 0 behind the last.
 * Values from ...f8 on end a chain; ...f7 is a defect.
 */
static int
read_cluster(const struct fat *f, uint32_t *cluster, struct span *ret_bytes,
    struct err *e)
{
	uint32_t next,
	    end = f->bits == 32 ? 0x0ffffff8 : 0xfff8 & ((1U << f->bits) - 1);

	if (*cluster < 2 || *cluster - 2 >= f->n_clusters)
		return bad(e, "a chain of clusters leaves it");
	*ret_bytes = f->data;
	span_skip(ret_bytes, (size_t)(*cluster - 2) * f->cluster_len);
	*ret_bytes = span_take(ret_bytes, f->cluster_len);
	next = next_cluster(f, *cluster);
	*cluster = next >= end ? 0 : next;
	if (next < end && next < 2)
		return bad(e, "a chain of clusters breaks off");
	return 0;
}

/* The 8.3 form of len characters at s; false when they have none. */
static bool
short_name(const char *s, size_t len, uint8_t name[static NAME_LEN])
{
	size_t k = 0;

	memset(name, ' ', NAME_LEN);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '.' && k <= 8 && i > 0) {
			k = 8;
			continue;
		}
		if (k == NAME_LEN || (k == 8 && memchr(s, '.', i) == NULL))
			return false;
		name[k++] =
		    (uint8_t)(s[i] >= 'a' && s[i] <= 'z' ? s[i] - 32 : s[i]);
	}
	return len > 0;
}

/*
 * Look at the entries in these bytes: 1 found, 0 go on, 2 no more follow. No
 * name stands for any folder within.
 */
static int
search(struct span bytes, const uint8_t *name, struct entry *ret_entry)
{
	while (span_len(&bytes) >= ENTRY_LEN) {
		struct span s = span_take(&bytes, ENTRY_LEN);
		struct span found = span_take(&s, NAME_LEN);
		uint8_t attr = span_u8(&s);
		uint32_t high;

		if (found.p[0] == 0)
			return 2;
		if (found.p[0] == DELETED || (attr & ATTR_VOLUME))
			continue;
		if (name ? !span_equals(&found, name, NAME_LEN)
			 : !(attr & ATTR_FOLDER) || found.p[0] == '.')
			continue;
		span_skip(&s, 8);
		high = span_le16(&s);
		span_skip(&s, 4);
		ret_entry->cluster = high << 16 | span_le16(&s);
		ret_entry->len = span_le32(&s);
		ret_entry->folder = (attr & ATTR_FOLDER) != 0;
		return 1;
	}
	return 0;
}

/* Find the name in the folder that begins there; 0 is the root. */
static int
find(const struct fat *f, uint32_t cluster, const uint8_t *name,
    struct entry *ret_entry, struct err *e)
{
	struct span bytes;
	int rc;

	if (cluster == 0 && f->bits != 32)
		return search(f->root, name, ret_entry) == 1;
	if (cluster == 0)
		cluster = f->root_cluster;
	for (uint32_t steps = 0; cluster != 0; steps++) {
		if (steps == LIMIT_FAT_STEPS || steps > f->n_clusters)
			return bad(e, "a chain of clusters has no end");
		if (read_cluster(f, &cluster, &bytes, e) < 0)
			return -1;
		rc = search(bytes, name, ret_entry);
		if (rc != 0)
			return rc == 1;
	}
	return 0;
}

static int
read_file(const struct fat *f, const struct entry *entry, struct buf *b,
    struct err *e)
{
	uint32_t left = entry->len, cluster = entry->cluster;
	struct span bytes;

	if (left > span_len(&f->data))
		return bad(e, "a file is larger than it");
	while (left > 0) {
		uint32_t n = left < f->cluster_len ? left : f->cluster_len;

		if (cluster == 0)
			return bad(e, "a file ends early");
		if (read_cluster(f, &cluster, &bytes, e) < 0)
			return -1;
		buf_add(b, bytes.p, n);
		left -= n;
	}
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT, "a file of more than %zu bytes",
		    b->limit);
	return 0;
}

/* Walk the path; 1 with *ret_entry, 0 when it is not there, -1. */
static int
walk(const struct fat *f, const char *path, struct entry *ret_entry,
    struct err *e)
{
	struct entry at = { .folder = true };

	while (*path == '/') {
		size_t len = strcspn(++path, "/");
		uint8_t name[NAME_LEN];
		int rc;

		if (!at.folder || !short_name(path, len, name))
			return 0;
		rc = find(f, at.cluster, name, &at, e);
		if (rc <= 0)
			return rc;
		path += len;
	}
	*ret_entry = at;
	return 1;
}

int
fat_read(const struct fat *f, const char *path, struct buf *b, struct err *e)
{
	struct entry at;
	int rc = walk(f, path, &at, e);

	if (rc <= 0 || at.folder || b == NULL)
		return rc;
	return read_file(f, &at, b, e) < 0 ? -1 : 1;
}

int
fat_has_folder(const struct fat *f, const char *path, struct err *e)
{
	struct entry at, within;
	int rc = walk(f, path, &at, e);

	if (rc <= 0 || !at.folder)
		return rc < 0 ? -1 : 0;
	return find(f, at.cluster, NULL, &within, e);
}
