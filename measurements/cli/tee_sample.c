/*
 * The TEE that is none: what Trustee's verifier says of every sample guest,
 * whatever runs in it (Trustee, deps/verifier, sample).
 */
#include "measurements/cli/tee.h"

static int
nothing(struct measure *m, struct err *e)
{
	(void)m;
	(void)e;
	return 0;
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	(void)m;
	(void)s;
	(void)e;
	refset_add_string(ret_r, "launch_digest", "abcde");
	refset_add_string(ret_r, "svn", "1");
	refset_add_number(ret_r, "major_version", 1);
	refset_add_number(ret_r, "minimum_minor_version", 4);
	return 0;
}

const struct tee tee_sample = {
	.name = "sample",
	.title =
	    "Sample attester: nothing is measured, and every guest has these",
	.bit = TEE_SAMPLE,
	.check = nothing,
	.prepare = nothing,
	.measure = measure,
};
