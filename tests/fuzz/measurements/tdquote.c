/* A foreign TD quote or TDREPORT. */
#include <stdlib.h>

#include "measurements/tdx/tdquote.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct tdquote q;
	struct err e;

	if (tdquote_parse(p, len, &q, &e) == 0 && len < 632)
		abort();
	return 0;
}
