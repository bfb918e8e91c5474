/* A foreign signature database, and a signature that it may let pass. */
#include "measurements/format/efisig.h"
#include "measurements/format/authcode.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span s = span_of(p, len);
	bool is_signed;
	struct efisig_iter it;
	struct authcode a;
	struct efisig sig;
	struct err e;

	is_signed = authcode_parse(&s, &a, &e) == 0;
	efisig_init(&it, &s);
	while (efisig_next(&it, &sig, &e) > 0)
		if (is_signed)
			authcode_leads_to(&a, &sig.data);
	if (is_signed)
		for (size_t i = 0; i < a.n; i++)
			authcode_leads_to(&a, &a.certs[i].der);
	return 0;
}
