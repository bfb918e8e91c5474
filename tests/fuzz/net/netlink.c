#include <stddef.h>
#include <stdint.h>

#include "net/netlink.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Whatever is read lies within the input, and reading it ends. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span s = span_of(p, len);
	struct netlink_message m;
	struct netlink_attr a;

	while (netlink_next(&s, &m) == 1) {
		struct span body = m.body;

		if (body.p < p || body.end > p + len)
			__builtin_trap();
		(void)netlink_error(&m);
		while (netlink_next_attr(&body, &a) == 1) {
			if (a.value.p < m.body.p || a.value.end > m.body.end)
				__builtin_trap();
		}
	}
	return 0;
}
