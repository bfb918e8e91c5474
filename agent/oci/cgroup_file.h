/*
 * oci/cgroup_file -- interface files of a cgroup: small texts
 *
 * Kernel Documentation/admin-guide/cgroup-v2.rst, "Format": a file is one
 * value, or lines "KEY VALUE", or lines "KEY NAME=VALUE ...".
 */
#ifndef OCI_CGROUP_FILE_H
#define OCI_CGROUP_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* The "max" of a limit. */
#define CGROUP_MAX UINT64_MAX

/* True when the cgroup has the file. */
bool cgroup_file_exists(int dirfd, const char *name);

/* Replace b's contents by the file's. */
int cgroup_file_read(int dirfd, const char *name, struct buf *b, struct err *e);

/* A file of one number or "max"; absent when it can't be read. */
uint64_t cgroup_file_u64(int dirfd, const char *name, uint64_t absent);

/* The value of a flat-keyed text's key; absent when it has none. */
uint64_t cgroup_file_key(struct span text, const char *key, uint64_t absent);

/* The next line of text without its end; an empty span at the end. */
struct span cgroup_file_line(struct span *text);

/* The next word of a line; an empty span at the end. */
struct span cgroup_file_word(struct span *line);

/* The number that the word is, or "max"; -1 when it is neither. */
int cgroup_file_number(struct span word, uint64_t *ret);

#endif
