/*
 * measurements/manifest -- what a build made: path, size, SHA-256 of each file
 *
 * Text with one form for one content, so that equal builds have equal bytes
 * and a signature over them means something:
 *
 *	husk-manifest 1
 *	tree PATH
 *	file SHA256 SIZE PATH
 *
 * Every line ends in a line feed. The trees come first; files and trees are
 * sorted by the bytes of their paths and each stands once. A tree is a folder
 * of which the manifest lists every file, so that one too many shows. Paths
 * are relative, of printable ASCII, without empty, "." or ".." components; a
 * tree may be "." alone. manifest_parse() takes nothing else.
 *
 * Memory: lists on the heap, paths in an arena, both bounded by the limits
 * below and released by manifest_release().
 */
#ifndef MEASUREMENTS_MANIFEST_H
#define MEASUREMENTS_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"

enum {
	MANIFEST_FILES = 64 * 1024,
	MANIFEST_TREES = 64,
	MANIFEST_PATH = 1024, /* bytes, with the NUL */
	MANIFEST_SIZE = 16 * 1024 * 1024
};

struct manifest_file {
	const char *path;
	uint64_t size;
	uint8_t sha256[SHA2_256_LEN];
	bool regular; /* false: found, but not a file that can be hashed */
};

struct manifest {
	struct manifest_file *files;
	size_t n_files, room;
	const char *trees[MANIFEST_TREES];
	size_t n_trees;
	struct arena names;
};

/* What manifest_compare() tells of a path. */
enum manifest_change {
	MANIFEST_DIFFERS,
	MANIFEST_MISSING,
	MANIFEST_EXTRA
};

typedef void manifest_report(void *ctx, enum manifest_change what,
    const struct manifest_file *wanted, const struct manifest_file *found);

/* An empty manifest. Allocates nothing. */
void manifest_init(struct manifest *m);

void manifest_release(struct manifest *m);

/* True when path may stand in a manifest. */
bool manifest_path_ok(const char *path);

/* Add a file, whose path is copied. ERR_ARGUMENT for its path, ERR_LIMIT. */
int manifest_add(struct manifest *m, const struct manifest_file *f,
    struct err *e);

/* Add a folder, whose path is copied. ERR_ARGUMENT, ERR_LIMIT. */
int manifest_add_tree(struct manifest *m, const char *path, struct err *e);

/* True when path lies below one of the trees. */
bool manifest_in_tree(const struct manifest *m, const char *path);

/* Sort, for those below. ERR_EXISTS naming a path that is there twice. */
int manifest_sort(struct manifest *m, struct err *e);

/* Append the text of a sorted manifest. */
void manifest_write(const struct manifest *m, struct buf *out);

/*
 * Read the text s into the empty manifest m. ERR_SYNTAX with the line's number
 * for anything that manifest_write() would not have written, ERR_LIMIT.
 */
int manifest_parse(struct span s, struct manifest *m, struct err *e);

/*
 * Call report for each path in which two sorted manifests are not the same, in
 * the order of the paths. Returns how many there are.
 */
size_t manifest_compare(const struct manifest *wanted,
    const struct manifest *found, manifest_report *report, void *ctx);

#endif
