/*
 * measurements/diffset -- how two refsets differ, and why
 *
 * A register differs when its value does, or is known in one set only. The
 * reason is looked for in what the register depends on: files by their
 * SHA-256, parameters, the shape, and the command line word by word.
 *
 * Memory: text goes to the caller's buffers.
 */
#ifndef MEASUREMENTS_DIFFSET_H
#define MEASUREMENTS_DIFFSET_H

#include "base/buf.h"
#include "measurements/out/refset.h"

enum diff_result {
	DIFF_SAME,
	DIFF_UNKNOWN, /* in both */
	DIFF_DIFFERS,
	DIFF_ONLY_A, /* not there, or not known, in the other */
	DIFF_ONLY_B
};

/* How the register of that name compares. */
enum diff_result diffset_register(const struct refset *a,
    const struct refset *b, const char *name);

/*
 * Append why the register differs: "kernel command line: `nr_cpus=1` →
 * `nr_cpus=2`; initrd unchanged". It is in both sets.
 */
void diffset_why(const struct refset *a, const struct refset *b,
    const char *name, struct buf *out);

/*
 * Append how a file, a parameter, the command line or the shape differs, by its
 * name in depends. Returns false, appending nothing, when it is the same.
 */
bool diffset_input(const struct refset *a, const struct refset *b,
    const char *name, struct buf *out);

/* True when some register differs. */
bool diffset_differs(const struct refset *a, const struct refset *b);

#endif
