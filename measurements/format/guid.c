#include <stdio.h>

#include "measurements/format/guid.h"

void
guid_format(const struct guid *g, char dst[static GUID_TEXT_SIZE])
{
	const uint8_t *b = g->b;

	snprintf(dst, GUID_TEXT_SIZE,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x",
	    b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
}
