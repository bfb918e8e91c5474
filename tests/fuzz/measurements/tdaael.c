/* A guest's log for RTMR3. */
#include "measurements/tdx/tdaael.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct tdevents events;
	struct err e;

	events.n = 0;
	tdaael_events(p, len, &events, &e);
	return 0;
}
