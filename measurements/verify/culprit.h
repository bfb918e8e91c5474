/*
 * measurements/culprit -- which component makes a register differ
 *
 * With an event log, the first event that is not the predicted one, and what
 * file, parameter or text it is the digest of; a kernel command line is tried
 * in the forms that are commonly taken for each other. Without a log, what the
 * register depends on, the likeliest first.
 *
 * Memory: the text goes to the caller.
 */
#ifndef MEASUREMENTS_CULPRIT_H
#define MEASUREMENTS_CULPRIT_H

#include "measurements/out/refset.h"
#include "measurements/verify/logview.h"

enum {
	CULPRIT_TEXT = 420
};

/* Why reg of r is not what the hardware said; log may be NULL. */
void culprit_name(const struct refset *r, const struct refset_register *reg,
    const struct logview *log, char ret_text[static CULPRIT_TEXT]);

/*
 * The form of the command line that has that digest of its UTF-16: a sentence,
 * or false when it is none that is commonly met.
 */
bool culprit_cmdline(const char *cmdline, const uint8_t *digest,
    enum sha2_algorithm alg, char ret_text[static CULPRIT_TEXT]);

/*
 * The command line with another number for nr_cpus in dst. False when it has no
 * such word, or dst is too small.
 */
bool culprit_with_cpus(const char *cmdline, int n, char *dst, size_t size);

#endif
