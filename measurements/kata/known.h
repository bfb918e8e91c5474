/*
 * measurements/kata_known -- the options that Kata 4.1 knows
 *
 * An option that a runtime does not know is refused by runtime-rs in the
 * tables [agent.*] and [hypervisor.*.factory], and by nobody else: it has no
 * effect, and nobody says so. Here each is one finding.
 *
 * The lists are what the two runtimes decode, taken from Kata 4.1.0's
 * src/runtime/pkg/katautils/config.go and src/libs/kata-types/src/config. Both
 * decode one set of options for all hypervisors, and one for all agents; the
 * hypervisors are those that have a configuration in 4.1.0.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_KATA_KNOWN_H
#define MEASUREMENTS_KATA_KNOWN_H

#include "measurements/kata/config.h"

enum {
	KATA_FINDING_MAX = 320
};

/* Told of one finding: a line of text that says file, line and option. */
typedef void kata_known_say(void *ctx, const char *text);

/*
 * Look at every option of a document. KATA_GUESS takes what either runtime
 * knows. Returns the number of findings.
 */
size_t kata_known_check(const struct kata_doc *doc, enum kata_runtime r,
    kata_known_say *say, void *ctx);

#endif
