/*
 * sandbox/policy_source -- where the first policy comes from
 *
 * From the guest's initdata, if that holds one, else from the root file
 * system. Both happen before the role says that it is ready, so before a
 * request can be asked about. Initdata that cannot be used, or a policy that
 * cannot be compiled, ends the guest.
 *
 * The digests that a verifier may have been given at launch are logged, in
 * one line each: that of initdata, which the hardware's launch field holds
 * (initdata/initdata.h), and SHA-256 of the policy's text, which is what AKS
 * puts into SNP's HOST_DATA. Comparing them with what the hardware reports
 * needs the hardware's report: the guest does not claim to have done it.
 */
#ifndef SANDBOX_POLICY_SOURCE_H
#define SANDBOX_POLICY_SOURCE_H

#include "base/err.h"
#include "sandbox/gate.h"

/*
 * Put the first policy in force in g; path is the one of the root file
 * system.
 */
int policy_source_load(struct gate *g, const char *path, struct err *e);

/* Tell which policy is in force: digest, and where it came from. */
void policy_source_log(const struct gate *g, const char *source);

#endif
