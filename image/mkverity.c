/*
 * mkverity [-s SALT] [-a MIB] OUTPUT DATA
 *
 * Writes Kata's two-partition image: DATA, a file system, in partition 1 at
 * 1 MiB, and the dm-verity hash tree over it in partition 2, without a
 * superblock (Linux, Documentation/admin-guide/device-mapper/verity.rst:
 * version 1, SHA-256, blocks of 4096 bytes). Prints the words that Kata's
 * kernel_verity_params takes:
 *
 *	root_hash=H,salt=S,data_blocks=N,data_block_size=4096,\
 *	hash_block_size=4096
 *
 * SALT is 2 to 512 hexadecimal digits; by default it is the SHA-256 of DATA, so
 * that nothing but DATA decides about the bytes. The image's size is a multiple
 * of MIB MiB (1 by default; what backs an NVDIMM needs 128).
 */
#include <bearssl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BLOCK = 4096,
	SECTOR = 512,
	DIGEST = br_sha256_SIZE,
	PER_BLOCK = BLOCK / DIGEST,
	SALT_MAX = 256,
	LEVELS_MAX = 8,
	ALIGN = 1 << 20,
	MBR_ID = 440,
	MBR_TABLE = 446,
	MBR_ENTRY = 16,
	MBR_LINUX = 0x83,
};

#define DATA_MAX (UINT64_C(1) << 36)

struct image {
	const unsigned char *data;
	size_t size;
	size_t blocks;
	unsigned char salt[SALT_MAX];
	size_t salt_len;
	unsigned char *tree; /* the highest level first */
	size_t tree_size;
	unsigned char root[DIGEST];
};

static int
fail(const char *what, const char *name)
{
	fprintf(stderr, "mkverity: %s '%s': %s\n", what, name, strerror(errno));
	return -1;
}

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* The digest of one block: salted, and filled up with zeros. */
static void
hash_block(const struct image *im, const unsigned char *p, size_t len,
    unsigned char ret[DIGEST])
{
	static const unsigned char zero[BLOCK];
	br_sha256_context ctx;

	br_sha256_init(&ctx);
	br_sha256_update(&ctx, im->salt, im->salt_len);
	br_sha256_update(&ctx, p, len);
	br_sha256_update(&ctx, zero, BLOCK - len);
	br_sha256_out(&ctx, ret);
}

/* The digests of n bytes' blocks, one after the other, at to. */
static void
hash_level(const struct image *im, const unsigned char *p, size_t n,
    unsigned char *to)
{
	for (size_t at = 0; at < n; at += BLOCK, to += DIGEST)
		hash_block(im, p + at, n - at < BLOCK ? n - at : BLOCK, to);
}

static int
build_tree(struct image *im)
{
	size_t blocks[LEVELS_MAX]; /* of each level, the lowest first */
	size_t levels = 0;
	const unsigned char *below = im->data;
	size_t below_size = im->size;
	size_t at;

	for (size_t n = im->blocks; n > 1; n = blocks[levels - 1]) {
		blocks[levels] = (n + PER_BLOCK - 1) / PER_BLOCK;
		im->tree_size += blocks[levels++] * BLOCK;
	}
	im->tree = calloc(im->tree_size ? im->tree_size : 1, 1);
	if (im->tree == NULL)
		return fail("hold", "the hash tree");
	at = im->tree_size;
	for (size_t i = 0; i < levels; i++) {
		at -= blocks[i] * BLOCK;
		hash_level(im, below, below_size, im->tree + at);
		below = im->tree + at;
		below_size = blocks[i] * BLOCK;
	}
	hash_block(im, below, below_size, im->root);
	return 0;
}

static void
put_le32(unsigned char *p, uint64_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/* Addresses by cylinder, head and sector are marked as out of range. */
static void
put_partition(unsigned char *p, size_t offset, size_t size)
{
	static const unsigned char nowhere[] = { 0xfe, 0xff, 0xff };

	memcpy(p + 1, nowhere, sizeof(nowhere));
	p[4] = MBR_LINUX;
	memcpy(p + 5, nowhere, sizeof(nowhere));
	put_le32(p + 8, offset / SECTOR);
	put_le32(p + 12, size / SECTOR);
}

static int
write_at(int fd, const void *p, size_t len, size_t offset)
{
	const unsigned char *s = p;

	while (len > 0) {
		ssize_t n = pwrite(fd, s, len, (off_t)offset);

		if (n < 0)
			return -1;
		s += n;
		len -= (size_t)n;
		offset += (size_t)n;
	}
	return 0;
}

static int
save(const struct image *im, const char *path, size_t align)
{
	size_t data_size = im->blocks * BLOCK;
	size_t tree_at = round_up(ALIGN + data_size, ALIGN);
	size_t tree_size = im->tree_size ? im->tree_size : BLOCK;
	size_t size = round_up(tree_at + tree_size, align);
	unsigned char mbr[SECTOR] = { [SECTOR - 2] = 0x55, 0xaa };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int bad;

	if (fd < 0)
		return fail("create", path);
	memcpy(mbr + MBR_ID, im->root, 4);
	put_partition(mbr + MBR_TABLE, ALIGN, data_size);
	put_partition(mbr + MBR_TABLE + MBR_ENTRY, tree_at, tree_size);
	bad = ftruncate(fd, (off_t)size) < 0 ||
	      write_at(fd, mbr, sizeof(mbr), 0) < 0 ||
	      write_at(fd, im->data, im->size, ALIGN) < 0 ||
	      write_at(fd, im->tree, im->tree_size, tree_at) < 0;
	bad = close(fd) < 0 || bad;
	if (!bad)
		return 0;
	fail("write", path);
	unlink(path);
	return -1;
}

static int
load(struct image *im, const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail("open", path);
	if (st.st_size <= 0 || (uint64_t)st.st_size > DATA_MAX) {
		fprintf(stderr,
		    "mkverity: '%s': %lld bytes; 1 to %llu can be "
		    "protected\n",
		    path, (long long)st.st_size, (unsigned long long)DATA_MAX);
		return -1;
	}
	im->size = (size_t)st.st_size;
	im->blocks = (im->size + BLOCK - 1) / BLOCK;
	p = mmap(NULL, im->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return fail("map", path);
	im->data = p;
	return 0;
}

static int
parse_salt(const char *s, struct image *im)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = strlen(s);

	if (n == 0 || n % 2 != 0 || n > 2 * SALT_MAX ||
	    strspn(s, digits) != n) {
		fprintf(stderr,
		    "mkverity: a salt is 2 to %d lower-case hexadecimal "
		    "digits, an even number of them, not '%s'\n",
		    2 * SALT_MAX, s);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		im->salt[i / 2] =
		    (unsigned char)(im->salt[i / 2] << 4 |
				    (strchr(digits, s[i]) - digits));
	im->salt_len = n / 2;
	return 0;
}

static void
default_salt(struct image *im)
{
	br_sha256_context ctx;

	br_sha256_init(&ctx);
	br_sha256_update(&ctx, im->data, im->size);
	br_sha256_out(&ctx, im->salt);
	im->salt_len = DIGEST;
}

static void
print_hex(const char *name, const unsigned char *p, size_t len)
{
	printf("%s=", name);
	while (len-- > 0)
		printf("%02x", *p++);
	putchar(',');
}

static int
usage(void)
{
	fputs("usage: mkverity [-s SALT] [-a MIB] OUTPUT DATA\n", stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct image im = { .size = 0 };
	unsigned long mib = 1;
	int rc;
	int c;

	while ((c = getopt(argc, argv, "s:a:")) != -1) {
		if (c == 's' && parse_salt(optarg, &im) < 0)
			return 2;
		if (c == 'a')
			mib = strtoul(optarg, NULL, 10);
		if (c == '?')
			return usage();
	}
	if (argc - optind != 2 || mib == 0 || mib > 1024)
		return usage();
	rc = load(&im, argv[optind + 1]);
	if (rc == 0 && im.salt_len == 0)
		default_salt(&im);
	if (rc == 0)
		rc = build_tree(&im);
	if (rc == 0)
		rc = save(&im, argv[optind], mib * ALIGN);
	free(im.tree);
	if (rc < 0)
		return 1;
	print_hex("root_hash", im.root, DIGEST);
	print_hex("salt", im.salt, im.salt_len);
	printf("data_blocks=%zu,data_block_size=%d,hash_block_size=%d\n",
	    im.blocks, BLOCK, BLOCK);
	return fflush(stdout) == 0 ? 0 : 1;
}
