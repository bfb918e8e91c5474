/*
 * mkerofs [-t SECONDS] [-u UUID] [-s NAME=PATH]... OUTPUT SPEC...
 *
 * Writes the files of all SPECs (image/spec.h) as an EROFS file system (Linux,
 * fs/erofs/erofs_fs.h), uncompressed, every inode with the time SECONDS since
 * 1970 (0 by default). The bytes depend on the specs and the options alone, and
 * no privilege is needed, for device nodes neither.
 *
 * Layout: the superblock in block 0, the inodes from block 1 on, each followed
 * by the last part of its data that does not fill a block, then whole blocks
 * of data in the order of the inodes. An inode's number is its place in units
 * of 32 bytes; the root's must be below 65536, so it comes first.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/spec.h"

enum {
	BLOCK = 4096,
	BLOCK_BITS = 12,
	SUPER_OFFSET = 1024,
	SUPER_LEN = 128,
	HAS_CHECKSUM = 1,
	META_BLOCK = 1,
	INODE_LEN = 64, /* the extended form: 32-bit owners, a time */
	NID_UNIT = 32,
	DIRENT_LEN = 12,
	EXTENDED = 1,
	FLAT_PLAIN = 0 << 1,
	FLAT_INLINE = 2 << 1,
	ROOT_MODE = 0755,
	UUID_LEN = 16,
};

#define SUPER_MAGIC UINT32_C(0xE0F5E1E2)

/* Type bits of st_mode, and the type in a directory entry. */
static const struct {
	unsigned mode;
	unsigned char dirent;
} kinds[] = {
	[SPEC_DIR] = { 0040000, 2 },
	[SPEC_FILE] = { 0100000, 1 },
	[SPEC_SLINK] = { 0120000, 7 },
	[SPEC_CHAR] = { 0020000, 3 },
	[SPEC_BLOCK] = { 0060000, 4 },
};

struct inode {
	const struct spec_entry *e;
	const char *name; /* the last component */
	struct inode *parent;
	struct inode **children; /* of a directory, by name */
	size_t n_children;
	size_t n_dirs;
	unsigned char *data;
	size_t size;
	size_t offset; /* of the inode, in the file */
	size_t block;  /* the first whole block of data */
};

struct image {
	struct inode *inodes; /* [0] is the root */
	size_t n;
	uint32_t mtime;
	unsigned char uuid[UUID_LEN];
	unsigned char *bytes;
	size_t blocks;
};

static void *
must_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (p == NULL) {
		perror("mkerofs");
		exit(1);
	}
	return p;
}

static void
put_le(unsigned char *p, uint64_t v, int len)
{
	for (int i = 0; i < len; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/* CRC-32C, reflected, as the superblock has it: without the final inversion. */
static uint32_t
crc32c(uint32_t crc, const unsigned char *p, size_t len)
{
	while (len-- > 0) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78 : 0);
	}
	return crc;
}

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* The length of path without its last component: 0 below the root. */
static size_t
parent_len(const char *path)
{
	return (size_t)(strrchr(path, '/') - path);
}

static struct inode *
find_parent(struct image *im, const char *path, size_t before)
{
	size_t len = parent_len(path);

	for (size_t i = before; i-- > 1;) {
		const char *p = im->inodes[i].e->path;

		if (strlen(p) == len && memcmp(p, path, len) == 0)
			return &im->inodes[i];
	}
	return &im->inodes[0];
}

static int
by_name(const void *a, const void *b)
{
	const struct inode *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Tie the entries to a tree. A spec has a parent before its children. */
static void
build_tree(struct image *im, const struct spec *s)
{
	static const struct spec_entry root = { .kind = SPEC_DIR,
		.path = (char *)"",
		.mode = ROOT_MODE };

	im->n = s->n + 1;
	im->inodes = must_calloc(im->n, sizeof(im->inodes[0]));
	im->inodes[0].e = &root;
	im->inodes[0].parent = &im->inodes[0];
	for (size_t i = 1; i < im->n; i++) {
		struct inode *in = &im->inodes[i];

		in->e = &s->entries[i - 1];
		in->name = strrchr(in->e->path, '/') + 1;
		in->parent = find_parent(im, in->e->path, i);
		in->parent->n_children++;
		in->parent->n_dirs += in->e->kind == SPEC_DIR;
	}
	for (size_t i = 0; i < im->n; i++) {
		struct inode *in = &im->inodes[i];

		in->children =
		    must_calloc(in->n_children, sizeof(in->children[0]));
		in->n_children = 0;
	}
	for (size_t i = 1; i < im->n; i++) {
		struct inode *to = im->inodes[i].parent;

		to->children[to->n_children++] = &im->inodes[i];
	}
	for (size_t i = 0; i < im->n; i++)
		qsort(im->inodes[i].children, im->inodes[i].n_children,
		    sizeof(im->inodes[i].children[0]), by_name);
}

/* One entry of a directory as it is written. */
struct dirent {
	const char *name;
	const struct inode *in;
};

/* All entries of a directory in byte order, "." and ".." among them. */
static size_t
list_dirents(const struct inode *dir, struct dirent *list)
{
	static const char *const dots[] = { ".", ".." };
	size_t n = 0;
	size_t dot = 0;

	for (size_t i = 0; i <= dir->n_children; i++) {
		const struct inode *c =
		    i < dir->n_children ? dir->children[i] : NULL;

		while (dot < 2 && (!c || strcmp(dots[dot], c->name) < 0)) {
			list[n++] = (struct dirent){ dots[dot],
				dot == 0 ? dir : dir->parent };
			dot++;
		}
		if (c != NULL)
			list[n++] = (struct dirent){ c->name, c };
	}
	return n;
}

/* How many of list[0 .. n) fit into a block, and the bytes that they take. */
static size_t
fill_block(const struct dirent *list, size_t n, size_t *ret_len)
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		size_t more = DIRENT_LEN + strlen(list[i].name);

		if (len + more > BLOCK)
			break;
		len += more;
	}
	*ret_len = len;
	return i;
}

static uint64_t
nid(const struct inode *in)
{
	return (in->offset - META_BLOCK * BLOCK) / NID_UNIT;
}

/* One block of a directory: the entries, then their names. */
static void
write_dirents(unsigned char *p, const struct dirent *list, size_t n)
{
	size_t at = n * DIRENT_LEN;

	for (size_t i = 0; i < n; i++, p += DIRENT_LEN) {
		size_t len = strlen(list[i].name);

		put_le(p, nid(list[i].in), 8);
		put_le(p + 8, at, 2);
		p[10] = kinds[list[i].in->e->kind].dirent;
		memcpy(p - i * DIRENT_LEN + at, list[i].name, len);
		at += len;
	}
}

/*
 * A directory's data; with no data allocated yet, its size only, for it does
 * not depend on the numbers of inodes, which depend on it.
 */
static void
fill_directory(struct inode *dir)
{
	struct dirent *list = must_calloc(dir->n_children + 2, sizeof(*list));
	size_t n = list_dirents(dir, list);
	size_t done = 0;
	size_t at = 0;

	while (done < n) {
		size_t len;
		size_t fit = fill_block(list + done, n - done, &len);

		if (dir->data != NULL)
			write_dirents(dir->data + at, list + done, fit);
		done += fit;
		at += done < n ? BLOCK : len;
	}
	dir->size = at;
	free(list);
}

static void
set_sizes(struct image *im)
{
	for (size_t i = 0; i < im->n; i++) {
		struct inode *in = &im->inodes[i];

		if (in->e->kind == SPEC_DIR) {
			fill_directory(in);
		} else if (in->e->kind == SPEC_SLINK) {
			in->data = (unsigned char *)in->e->target;
			in->size = strlen(in->e->target);
		} else {
			in->data = in->e->data;
			in->size = in->e->size;
		}
	}
}

/* The part of the data that lies behind the inode; it may not cross a block. */
static size_t
tail_len(const struct inode *in)
{
	size_t tail = in->size % BLOCK;

	return tail <= BLOCK - INODE_LEN ? tail : 0;
}

static void
place(struct image *im)
{
	size_t at = META_BLOCK * BLOCK;
	size_t block;

	for (size_t i = 0; i < im->n; i++) {
		struct inode *in = &im->inodes[i];
		size_t len = INODE_LEN + tail_len(in);

		if (at / BLOCK != (at + len - 1) / BLOCK)
			at = round_up(at, BLOCK);
		in->offset = at;
		at = round_up(at + len, NID_UNIT);
	}
	block = round_up(at, BLOCK) / BLOCK;
	for (size_t i = 0; i < im->n; i++) {
		struct inode *in = &im->inodes[i];

		in->block = block;
		block += (in->size - tail_len(in) + BLOCK - 1) / BLOCK;
	}
	im->blocks = block;
	im->bytes = must_calloc(block, BLOCK);
}

/* As the kernel's new_encode_dev(). */
static uint32_t
device_number(const struct spec_entry *e)
{
	return (e->minor & 0xff) | e->major << 8 | (e->minor & ~0xffU) << 12;
}

static void
write_inode(const struct image *im, const struct inode *in, size_t number)
{
	const struct spec_entry *e = in->e;
	size_t tail = tail_len(in);
	unsigned char *p = im->bytes + in->offset;
	bool device = e->kind == SPEC_CHAR || e->kind == SPEC_BLOCK;

	put_le(p, EXTENDED | (tail > 0 ? FLAT_INLINE : FLAT_PLAIN), 2);
	put_le(p + 4, kinds[e->kind].mode | e->mode, 2);
	put_le(p + 8, in->size, 8);
	put_le(p + 16, device ? device_number(e) : in->block, 4);
	put_le(p + 20, number + 1, 4);
	put_le(p + 24, e->uid, 4);
	put_le(p + 28, e->gid, 4);
	put_le(p + 32, im->mtime, 8);
	put_le(p + 44, e->kind == SPEC_DIR ? 2 + in->n_dirs : 1, 4);
	if (in->size == 0)
		return;
	memcpy(im->bytes + in->block * BLOCK, in->data, in->size - tail);
	memcpy(p + INODE_LEN, in->data + in->size - tail, tail);
}

static void
write_super(const struct image *im)
{
	unsigned char *p = im->bytes + SUPER_OFFSET;

	put_le(p, SUPER_MAGIC, 4);
	put_le(p + 8, HAS_CHECKSUM, 4);
	p[12] = BLOCK_BITS;
	put_le(p + 14, nid(&im->inodes[0]), 2);
	put_le(p + 16, im->n, 8);
	put_le(p + 24, im->mtime, 8);
	put_le(p + 36, im->blocks, 4);
	put_le(p + 40, META_BLOCK, 4);
	memcpy(p + 48, im->uuid, UUID_LEN);
	put_le(p + 4, crc32c(~0U, p, BLOCK - SUPER_OFFSET), 4);
}

static void
write_all(struct image *im)
{
	for (size_t i = 0; i < im->n; i++) {
		struct inode *in = &im->inodes[i];

		if (in->e->kind == SPEC_DIR) {
			in->data = must_calloc(in->size, 1);
			fill_directory(in);
		}
		write_inode(im, in, i);
		if (in->e->kind == SPEC_DIR)
			free(in->data);
		free(in->children);
	}
	write_super(im);
}

static int
save(const struct image *im, const char *path)
{
	FILE *f = fopen(path, "wb");
	size_t n = f ? fwrite(im->bytes, BLOCK, im->blocks, f) : 0;

	if (f == NULL || fclose(f) != 0 || n != im->blocks) {
		fprintf(stderr, "mkerofs: write '%s': %s\n", path,
		    strerror(errno));
		if (f != NULL)
			unlink(path);
		return -1;
	}
	return 0;
}

/* 8-4-4-4-12 hexadecimal digits. */
static int
parse_uuid(const char *s, unsigned char ret[UUID_LEN])
{
	size_t n = 0;

	for (size_t i = 0; s[i] != '\0'; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *d = strchr(digits, s[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return -1;
			continue;
		}
		if (d == NULL || n >= 2 * UUID_LEN)
			return -1;
		ret[n / 2] = (unsigned char)(ret[n / 2] << 4 | (d - digits));
		n++;
	}
	return n == 2 * UUID_LEN ? 0 : -1;
}

static int
usage(void)
{
	fputs("usage: mkerofs [-t SECONDS] [-u UUID] [-s NAME=PATH]... OUTPUT "
	      "SPEC...\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct spec_options o = { .n_bindings = 0 };
	struct spec s = { .n = 0 };
	struct image im = { .n = 0 };
	int rc = 0;
	int c;

	while ((c = getopt(argc, argv, "s:t:u:")) != -1) {
		if (c == 'u' ? parse_uuid(optarg, im.uuid) < 0
			     : spec_option(c, optarg, &o) < 0)
			return usage();
	}
	if (argc - optind < 2)
		return usage();
	for (int i = optind + 1; i < argc && rc == 0; i++)
		rc = spec_load(argv[i], &o, &s);
	if (rc == 0) {
		im.mtime = o.mtime;
		build_tree(&im, &s);
		set_sizes(&im);
		place(&im);
		write_all(&im);
		rc = save(&im, argv[optind]);
	}
	free(im.bytes);
	free(im.inodes);
	spec_release(&s);
	return rc == 0 ? 0 : 1;
}
