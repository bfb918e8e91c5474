#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "image/bytes.h"
#include "image/fat32.h"
#include "measurements/format/le.h"

enum {
	RESERVED = 32,
	BACKUP_BOOT = 6,
	ROOT_CLUSTER = 2,
	CLUSTERS_MIN = 65525, /* fewer make a FAT16 */
	ENTRY_LEN = 32,
	NAME_LEN = 11,
	DEPTH_MAX = 8,
	NODES_MAX = 2 * FAT32_FILES + 1,
	ATTR_VOLUME = 0x08,
	ATTR_DIR = 0x10,
	ATTR_FILE = 0x20,
	DATE_1980 = 0x0021,
	MEDIA = 0xf8
};

#define END_OF_CHAIN UINT32_C(0x0fffffff)
#define CLUSTERS_MAX UINT32_C(0x0ffffff4)

static const char label[NAME_LEN + 1] = "ESP        ";

struct node {
	uint8_t name[NAME_LEN];
	int parent;                    /* -1 for the root */
	const struct fat32_file *file; /* NULL for a folder */
	uint32_t cluster, n_clusters;
	size_t n_children;
};

struct fs {
	uint32_t sectors, per_cluster, fat_sectors, clusters;
	struct node nodes[NODES_MAX];
	size_t n;
	uint32_t used;
};

/* Sectors in a cluster, as Windows chooses them. */
static uint32_t
cluster_sectors(uint64_t size)
{
	if (size <= UINT64_C(260) << 20)
		return 1;
	if (size <= UINT64_C(8) << 30)
		return 8;
	return size <= UINT64_C(16) << 30 ? 16 : 64;
}

/* Sectors of one FAT so that it covers what is left beside both. */
static uint32_t
fat_sectors(uint32_t sectors, uint32_t per_cluster)
{
	uint32_t fat = 1;

	for (;;) {
		uint32_t left = sectors - RESERVED - 2 * fat;
		uint32_t need = (left / per_cluster + 2 + 127) / 128;

		if (need <= fat)
			return fat;
		fat = need;
	}
}

static uint32_t
clusters_of(uint64_t len, uint32_t per_cluster)
{
	uint64_t bytes = (uint64_t)per_cluster * DISK_SECTOR;

	return (uint32_t)((len + bytes - 1) / bytes);
}

uint64_t
fat32_size(const struct fat32_file *files, size_t n)
{
	uint64_t size = 0, per_cluster = 1, clusters, fat;

	/* A larger cluster wastes more, so once more when it changes. */
	for (int round = 0; round < 4; round++) {
		clusters = NODES_MAX;
		for (size_t i = 0; i < n; i++)
			clusters +=
			    clusters_of(files[i].len, (uint32_t)per_cluster);
		if (clusters < CLUSTERS_MIN)
			clusters = CLUSTERS_MIN;
		fat = (clusters + 2 + 127) / 128;
		size =
		    (RESERVED + 2 * fat + clusters * per_cluster) * DISK_SECTOR;
		per_cluster = cluster_sectors(size);
	}
	return size;
}

/* The 8.3 name of len characters at s as a folder holds it. */
static int
short_name(const char *s, size_t len, uint8_t name[static NAME_LEN])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const char *dot = memchr(s, '.', len);
	size_t base = dot ? (size_t)(dot - s) : len;
	size_t ext = dot ? len - base - 1 : 0;

	if (base == 0 || base > 8 || ext > 3 || (dot != NULL && ext == 0))
		return -1;
	memset(name, ' ', NAME_LEN);
	for (size_t i = 0; i < len; i++) {
		if (i == base)
			continue;
		if (strchr(letters, s[i]) == NULL)
			return -1;
		name[i < base ? i : 8 + i - base - 1] = (uint8_t)s[i];
	}
	return 0;
}

static int
find(const struct fs *fs, int parent, const uint8_t *name)
{
	for (size_t i = 1; i < fs->n; i++)
		if (fs->nodes[i].parent == parent &&
		    memcmp(fs->nodes[i].name, name, NAME_LEN) == 0)
			return (int)i;
	return -1;
}

static int
add_node(struct fs *fs, int parent, const uint8_t *name,
    const struct fat32_file *file, struct err *e)
{
	struct node *node;
	size_t room = fs->per_cluster * DISK_SECTOR / ENTRY_LEN;

	/* Besides: "." and "..", or in the root the label; one that ends it. */
	if (fs->n == NODES_MAX || fs->nodes[parent].n_children + 3 >= room)
		return err_set(e, ERR_LIMIT, "too many files");
	node = &fs->nodes[fs->n];
	memcpy(node->name, name, NAME_LEN);
	node->parent = parent;
	node->file = file;
	node->n_children = 0;
	fs->nodes[parent].n_children++;
	return (int)fs->n++;
}

static int
add_path(struct fs *fs, const struct fat32_file *file, struct err *e)
{
	const char *s = file->path;
	int at = 0, depth = 0;

	while (*s == '/' && depth++ < DEPTH_MAX) {
		size_t len = strcspn(++s, "/");
		uint8_t name[NAME_LEN];
		int next;

		if (short_name(s, len, name) < 0)
			break;
		s += len;
		next = find(fs, at, name);
		if (next >= 0 && (*s == '\0' || fs->nodes[next].file != NULL))
			return err_set(e, ERR_EXISTS, "%s is given twice",
			    STR_QUOTED(file->path));
		if (next < 0)
			next = add_node(fs, at, name, *s ? NULL : file, e);
		if (next < 0)
			return -1;
		if (*s == '\0')
			return 0;
		at = next;
	}
	return err_set(e, ERR_ARGUMENT,
	    "%s: not a path of names in capitals, 8 and 3, such as "
	    "/EFI/BOOT/BOOTX64.EFI",
	    STR_QUOTED(file->path));
}

static int
lay_out(struct fs *fs, uint64_t size, struct err *e)
{
	uint32_t next = ROOT_CLUSTER;

	if (fs->clusters < CLUSTERS_MIN || fs->clusters > CLUSTERS_MAX)
		return err_set(e, ERR_LIMIT,
		    "%llu bytes are not the size of a FAT32",
		    (unsigned long long)size);
	for (size_t i = 0; i < fs->n; i++) {
		struct node *node = &fs->nodes[i];
		const struct fat32_file *f = node->file;

		if (f != NULL && f->len > UINT32_MAX)
			return err_set(e, ERR_LIMIT,
			    "%s: FAT has files up to 4 GiB",
			    STR_QUOTED(f->path));
		node->n_clusters = f ? clusters_of(f->len, fs->per_cluster) : 1;
		node->cluster = node->n_clusters ? next : 0;
		if (node->n_clusters > fs->clusters - (next - ROOT_CLUSTER))
			return err_set(e, ERR_LIMIT,
			    "the files do not fit into %llu bytes",
			    (unsigned long long)size);
		next += node->n_clusters;
	}
	fs->used = next - ROOT_CLUSTER;
	return 0;
}

static void
fill_boot(uint8_t *p, const struct fs *fs, uint64_t at, uint32_t serial)
{
	memcpy(p, "\xeb\x58\x90HUSK    ", 11);
	le_put16(p + 11, DISK_SECTOR);
	p[13] = (uint8_t)fs->per_cluster;
	le_put16(p + 14, RESERVED);
	p[16] = 2; /* FATs */
	p[21] = MEDIA;
	le_put16(p + 24, 63); /* geometry, which nobody uses */
	le_put16(p + 26, 255);
	le_put32(p + 28, (uint32_t)(at / DISK_SECTOR));
	le_put32(p + 32, fs->sectors);
	le_put32(p + 36, fs->fat_sectors);
	le_put32(p + 44, ROOT_CLUSTER);
	le_put16(p + 48, 1); /* FSInfo */
	le_put16(p + 50, BACKUP_BOOT);
	p[64] = 0x80;
	p[66] = 0x29;
	le_put32(p + 67, serial);
	memcpy(p + 71, label, NAME_LEN);
	memcpy(p + 82, "FAT32   ", 8);
	le_put16(p + 510, 0xaa55);
}

static void
fill_info(uint8_t *p, const struct fs *fs)
{
	memcpy(p, "RRaA", 4);
	memcpy(p + 484, "rrAa", 4);
	le_put32(p + 488, fs->clusters - fs->used);
	le_put32(p + 492, ROOT_CLUSTER + fs->used);
	le_put32(p + 508, 0xaa550000);
}

static void
fill_fat(uint8_t *p, const struct fs *fs)
{
	le_put32(p, 0x0fffff00 | MEDIA);
	le_put32(p + 4, END_OF_CHAIN);
	for (size_t i = 0; i < fs->n; i++) {
		const struct node *node = &fs->nodes[i];
		uint32_t last = node->cluster + node->n_clusters - 1;

		if (node->n_clusters == 0)
			continue;
		for (uint32_t c = node->cluster; c < last; c++)
			le_put32(p + 4 * (size_t)c, c + 1);
		le_put32(p + 4 * (size_t)last, END_OF_CHAIN);
	}
}

static uint8_t *
put_entry(uint8_t *p, const void *name, uint8_t attr, uint32_t cluster,
    uint32_t len)
{
	memcpy(p, name, NAME_LEN);
	p[11] = attr;
	le_put16(p + 16, DATE_1980);
	le_put16(p + 18, DATE_1980);
	le_put16(p + 20, (uint16_t)(cluster >> 16));
	le_put16(p + 24, DATE_1980);
	le_put16(p + 26, (uint16_t)cluster);
	le_put32(p + 28, len);
	return p + ENTRY_LEN;
}

static void
fill_folder(uint8_t *p, const struct fs *fs, int self)
{
	const struct node *node = &fs->nodes[self];

	if (self == 0) {
		p = put_entry(p, label, ATTR_VOLUME, 0, 0);
	} else {
		/* The root is told as cluster 0. */
		uint32_t up =
		    node->parent ? fs->nodes[node->parent].cluster : 0;

		p = put_entry(p, ".          ", ATTR_DIR, node->cluster, 0);
		p = put_entry(p, "..         ", ATTR_DIR, up, 0);
	}
	for (size_t i = 1; i < fs->n; i++) {
		const struct node *child = &fs->nodes[i];

		if (child->parent != self)
			continue;
		p = put_entry(p, child->name,
		    child->file ? ATTR_FILE : ATTR_DIR, child->cluster,
		    child->file ? (uint32_t)child->file->len : 0);
	}
}

static void
put_all(struct disk *d, const struct fs *fs, uint64_t at, uint32_t serial)
{
	uint64_t data =
	    at + (RESERVED + 2 * (uint64_t)fs->fat_sectors) * DISK_SECTOR;
	size_t fat_len = 4 * ((size_t)fs->used + ROOT_CLUSTER);
	uint64_t cluster_len = (uint64_t)fs->per_cluster * DISK_SECTOR;
	uint8_t *p = disk_room(d, at, RESERVED * DISK_SECTOR);

	for (int i = 0; i <= BACKUP_BOOT; i += BACKUP_BOOT) {
		fill_boot(p + i * DISK_SECTOR, fs, at, serial);
		fill_info(p + (i + 1) * DISK_SECTOR, fs);
	}
	for (uint64_t i = 0; i < 2; i++)
		fill_fat(
		    disk_room(d,
			at + (RESERVED + i * fs->fat_sectors) * DISK_SECTOR,
			fat_len),
		    fs);
	for (size_t i = 0; i < fs->n; i++) {
		const struct node *node = &fs->nodes[i];
		uint64_t to = data + (uint64_t)(node->cluster - ROOT_CLUSTER) *
					 cluster_len;

		if (node->file == NULL)
			fill_folder(disk_room(d, to, (size_t)cluster_len), fs,
			    (int)i);
		else if (node->n_clusters > 0)
			disk_add(d, to, node->file->p, node->file->len);
	}
}

int
fat32_put(struct disk *d, uint64_t at, uint64_t size, uint32_t serial,
    const struct fat32_file *files, size_t n, struct err *e)
{
	struct fs fs = { .n = 1, .nodes = { { .parent = -1 } } };

	assert(n <= FAT32_FILES && size % DISK_SECTOR == 0);
	if (size / DISK_SECTOR > UINT32_MAX || size < DISK_SECTOR * 1024)
		return err_set(e, ERR_LIMIT,
		    "%llu bytes are not the size of a FAT32",
		    (unsigned long long)size);
	fs.sectors = (uint32_t)(size / DISK_SECTOR);
	fs.per_cluster = cluster_sectors(size);
	fs.fat_sectors = fat_sectors(fs.sectors, fs.per_cluster);
	fs.clusters =
	    (fs.sectors - RESERVED - 2 * fs.fat_sectors) / fs.per_cluster;
	for (size_t i = 0; i < n; i++)
		if (add_path(&fs, &files[i], e) < 0)
			return -1;
	if (lay_out(&fs, size, e) < 0)
		return -1;
	put_all(d, &fs, at, serial);
	return 0;
}
