/*
 * measurements/opt -- the command line options of a verb, from a table
 *
 * Options are "--name value" or "--name=value"; flags are "--name". There are
 * no short ones but -h, no abbreviations and no positional arguments, and
 * giving an option twice is refused: what a digest was computed from must not
 * be a guess.
 *
 * Memory: none of these functions allocates; values point into argv.
 */
#ifndef MEASUREMENTS_OPT_H
#define MEASUREMENTS_OPT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct opt {
	const char *name; /* without the dashes */
	const char *meta; /* what the value is called; NULL for a flag */
	const char *help; /* one line */
	/* Heading in the help of this option and those after it; or NULL. */
	const char *group;
	/* For a verb with targets: those that know the option, as bits. */
	unsigned targets;
	/* An option that names a file: what the file is to the guest, how many
	 * of its bytes may be held, by which targets; others hash it only. */
	const char *role;
	size_t limit;
	unsigned held_by;
};

/*
 * Read argv (NULL at its end) by the n options at opts. values has n places:
 * each becomes the option's value, "" for a flag, or NULL when it is absent.
 * -h is read as --help. Returns 0, or -1 with ERR_ARGUMENT.
 */
int opt_parse(const struct opt *opts, size_t n, char **argv,
    const char **ret_values, struct err *e);

/* The table as lines of help. */
void opt_help(const struct opt *opts, size_t n, struct buf *out);

#endif
