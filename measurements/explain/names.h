/*
 * measurements/names -- what the names in a refset mean, for people
 *
 * Memory: constant.
 */
#ifndef MEASUREMENTS_NAMES_H
#define MEASUREMENTS_NAMES_H

#include "base/buf.h"
#include "measurements/out/refset.h"

/* "kernel command line"; the name itself when it is not known. */
const char *names_title(const char *name);

/* What changes a value that depends on it: "any byte of the file". */
const char *names_change(const struct refset *r, const char *name);

/* What the register stands for, or NULL. */
const char *names_register(const char *name);

/* The value that a dependence has in r: a file's digest, a parameter, a text.
 * Appends nothing when the set has none. */
void names_value(const struct refset *r, const char *name, struct buf *b);

/* A foreign string on one line: what is not printable ASCII is escaped. */
void names_text(const char *s, struct buf *b);

/* "2 GiB", "768 MiB". */
void names_memory(uint64_t bytes, struct buf *b);

/* "tdx, 2 vCPUs, 2 GiB". */
void names_shape(const struct refset *r, struct buf *b);

#endif
