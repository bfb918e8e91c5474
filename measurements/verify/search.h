/*
 * measurements/search -- which other guest an SNP launch digest is of
 *
 * SNP reports one digest and no events. With the files that the reference
 * values name, the digest is computed again for the mistakes that are commonly
 * met: other numbers of vCPUs (with nr_cpus to fit, too), processors, features,
 * QEMU on a host of another age, and a launch without kernel hashes.
 *
 * Memory: heap inside the call.
 */
#ifndef MEASUREMENTS_SEARCH_H
#define MEASUREMENTS_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "measurements/out/refset.h"

enum {
	SEARCH_VCPUS = 64,
	SEARCH_TEXT = 300
};

/*
 * True with what is different in a sentence; false when it is none of those, or
 * the files are not there as they were.
 */
bool search_snp(const struct refset *r, const uint8_t measurement[static 48],
    char ret_text[static SEARCH_TEXT]);

#endif
