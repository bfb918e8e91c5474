/*
 * init/verity -- block devices whose contents dm-verity checks
 *
 * The words that describe one are those of Kata's kernel_verity_params and of
 * its guest extensions (kata fact sheet 7.2 and 8.4), and what image/mkverity
 * prints:
 *	root_hash=HEX,salt=HEX,data_blocks=N,data_block_size=N,
 *	hash_block_size=N
 * in any order, each once, none missing; a name besides these is refused. The
 * hash is SHA-256, the tree has no superblock (kernel: admin-guide/
 * device-mapper/verity.rst, version 1).
 *
 * Memory: none of these functions allocates.
 */
#ifndef INIT_VERITY_H
#define INIT_VERITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	VERITY_HASH = 32,
	VERITY_SALT_MAX = 256, /* the kernel's own limit */
	VERITY_BLOCK_MIN = 512,
	VERITY_BLOCK_MAX = 4096, /* a page */
	VERITY_TABLE_MAX = 1024, /* text of a table, with its NUL */
	VERITY_DEV_MAX = 24,     /* "MAJOR:MINOR" and a NUL */
	VERITY_NODE_MAX = 24     /* "/dev/dm-N" and a NUL */
};

struct verity {
	char root_hash[2 * VERITY_HASH + 1]; /* lower case */
	char salt[2 * VERITY_SALT_MAX + 1];
	uint64_t data_blocks;
	uint32_t data_block_size;
	uint32_t hash_block_size;
};

/*
 * Read such words. Returns 0, or -1 with *ret untouched: ERR_SYNTAX for a word
 * that is missing, there twice, not known or of a value it cannot have.
 */
int verity_parse(const char *words, struct verity *ret, struct err *e);

/* Sectors of 512 bytes that the device has. */
uint64_t verity_sectors(const struct verity *v);

/* The mapper's table for the devices "MAJOR:MINOR" of data and hash tree. */
void verity_table(const struct verity *v, const char *data, const char *hash,
    char ret[VERITY_TABLE_MAX]);

/*
 * Make the read-only device called name, which the mapper must not have yet.
 * Returns 0 and the path of its node, or -1. Nothing of the data is read here:
 * a block that does not match is an error of whoever reads it.
 */
int verity_open(const char *name, const struct verity *v, const char *data,
    const char *hash, char ret_node[VERITY_NODE_MAX], struct err *e);

#endif
