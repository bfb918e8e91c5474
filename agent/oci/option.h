/*
 * oci/option -- the options of one OCI mount, sorted by who acts on them
 *
 * OCI runtime specification 1.1, config.md, "Linux mount options". A word is
 * either a known attribute of a mount, a known word that we refuse, or data
 * for the file system. Of words that contradict each other the last wins.
 */
#ifndef OCI_OPTION_H
#define OCI_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "oci/sys.h"

struct option_set {
	struct sys_mount_attr top; /* of this mount; propagation unused */
	struct sys_mount_attr all; /* of it and of all below it */
	uint64_t propagation;      /* MS_SHARED, ... or 0 */
	bool propagation_all;
	bool bind;
	bool bind_all; /* with the mounts below the source */
};

/*
 * Sort the n words. ERR_UNSUPPORTED for a known word that we do not act on,
 * ERR_ARGUMENT for data with a comma (it could smuggle further options).
 */
int option_parse(char *const *words, size_t n, struct option_set *ret,
    struct err *e);

/* True when the word is data for the file system. */
bool option_is_data(const char *word);

#endif
