/* A foreign UKI: its sections, and what its stub makes of them. */
#include <stdlib.h>

#include "measurements/format/authcode.h"
#include "measurements/format/limits.h"
#include "measurements/format/uki.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct authcode a;
	struct span certs;
	struct uki u;
	struct err e;
	struct buf b;

	if (pe_certificates(p, len, &certs, &e) == 0 && span_len(&certs) > 0)
		authcode_parse(&certs, &a, &e);
	if (uki_parse(p, len, &u, &e) < 0)
		return 0;
	if (u.n > UKI_MEASURED_MAX)
		abort();
	buf_init(&b, 1 << 20);
	uki_options(&u, &b, &e);
	buf_clear(&b);
	uki_initrd(&u, &b, &e);
	buf_release(&b);
	return 0;
}
