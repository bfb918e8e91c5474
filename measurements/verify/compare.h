/*
 * measurements/compare -- evidence against reference values
 *
 * Each value that is known on both sides becomes a finding; what is known on
 * one side only is said to be not checked. Of husk's sets, which stand for
 * shapes of the guest, one must agree in everything; when none does, the one
 * that agrees in most is reported, with the culprits.
 *
 * Trustee's values are compared as its policy does: "in" a list, or with a
 * single value, and a value of the other kind never matches.
 *
 * Memory: nothing is allocated.
 */
#ifndef MEASUREMENTS_COMPARE_H
#define MEASUREMENTS_COMPARE_H

#include "measurements/verify/evidence.h"
#include "measurements/verify/findings.h"
#include "measurements/verify/logview.h"
#include "measurements/verify/refs.h"

/*
 * Add the findings; log is the evidence's, or NULL. *ret_set is the set that
 * was reported, or NULL. -1 with ERR_ARGUMENT when there is nothing to compare:
 * another TEE, or no name in common.
 */
int compare_evidence(const struct evidence *ev, const struct refs *refs,
    const struct logview *log, struct findings *fs,
    const struct refset **ret_set, struct err *e);

/* The log leads to the registers of the evidence: a finding for each. */
void compare_log(const struct evidence *ev, const struct logview *log,
    struct findings *fs);

#endif
