/* Any text compiles or is refused, in both dialects, with a reason. */
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct policy_diags diags;
	struct policy_module m = { "f.rego", (const char *)p, len };
	enum policy_dialect dialect;

	if (len == 0)
		m.text = "";
	for (dialect = POLICY_AUTO; dialect <= POLICY_V1; dialect++) {
		struct policy_options o = { .dialect = dialect };
		struct policy *policy;
		struct err e;

		if (policy_new(&m, 1, &o, &policy, &diags, &e) == 0)
			policy_free(policy);
		else if (diags.n_errors == 0 || e.msg[0] == 0)
			abort();
	}
	return 0;
}
