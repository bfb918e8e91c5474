#include <stddef.h>
#include <stdint.h>

#include "net/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* No claim but that nothing is read beyond the message. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span s = span_of(p, len);
	struct netlink_message m;
	struct route_link link;
	struct route_addr addr;
	struct route_entry entry;

	while (netlink_next(&s, &m) == 1) {
		(void)route_parse_link(&m, &link);
		(void)route_parse_addr(&m, &addr);
		(void)route_parse_entry(&m, &entry);
	}
	return 0;
}
