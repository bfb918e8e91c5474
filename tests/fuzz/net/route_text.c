#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "net/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Addresses as text: what is read prints to something that reads the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char s[ROUTE_TEXT_MAX], back[ROUTE_TEXT_MAX];
	struct route_ip a, b;
	uint8_t mac[ROUTE_MAC_LEN];
	struct err e;

	if (len >= sizeof(s))
		return 0;
	if (len > 0)
		memcpy(s, p, len);
	s[len] = '\0';
	(void)route_parse_mac(s, mac, &e);
	if (route_parse_ip(s, &a, &e) < 0)
		return 0;
	route_format_ip(&a, true, back);
	if (route_parse_ip(back, &b, &e) < 0 || a.family != b.family ||
	    a.prefix != b.prefix || memcmp(a.addr, b.addr, sizeof(a.addr)) != 0)
		__builtin_trap();
	return 0;
}
