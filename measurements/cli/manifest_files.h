/*
 * measurements/cli/manifest_files -- the files that a manifest speaks of
 *
 * All are reached from one folder, and no symbolic link is followed on the way
 * (openat2, RESOLVE_NO_SYMLINKS), so that what is hashed is what lies there.
 *
 * Memory: what is found goes to the caller's struct manifest.
 */
#ifndef MEASUREMENTS_MANIFEST_FILES_H
#define MEASUREMENTS_MANIFEST_FILES_H

#include <sys/stat.h>

#include "measurements/format/manifest.h"

enum {
	MANIFEST_FILES_SKIPPED = 2
};

/*
 * Files that are not part of a tree that they lie in: the manifest itself and
 * its signature, by what they are, not by name.
 */
struct manifest_skip {
	struct stat st[MANIFEST_FILES_SKIPPED];
	size_t n;
};

/* Add the file at path, if there is one. */
void manifest_files_skip(struct manifest_skip *s, const char *path);

/*
 * Hash, below the folder base, every file of wanted's trees and each of its
 * other files, into the empty manifest ret_m, sorted. One that is not there is
 * left out; one that is no regular file is added as such. Only paths are read
 * from wanted.
 */
int manifest_files_find(int base, const struct manifest *wanted,
    const struct manifest_skip *skip, struct manifest *ret_m, struct err *e);

/*
 * Add path to m: as a tree when it is a folder below base, else as a file
 * without size and digest. ERR_NOT_FOUND when there is nothing.
 */
int manifest_files_name(int base, const char *path, struct manifest *m,
    struct err *e);

#endif
