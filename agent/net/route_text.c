#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "net/route.h"

enum {
	PREFIX_4 = 32,
	PREFIX_6 = 128
};

int
route_parse_ip(const char *s, struct route_ip *ret, struct err *e)
{
	char text[ROUTE_TEXT_MAX];
	struct route_ip ip = { .family = 0 };
	uint64_t prefix;
	unsigned max;
	char *slash;

	if (*s == '\0') {
		*ret = ip;
		return 0;
	}
	if (str_copy(text, sizeof(text), s) < 0)
		return err_set(e, ERR_SYNTAX, "address %s", STR_QUOTED(s));
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash++ = '\0';
	if (inet_pton(AF_INET, text, ip.addr) == 1)
		ip.family = AF_INET;
	else if (inet_pton(AF_INET6, text, ip.addr) == 1)
		ip.family = AF_INET6;
	else
		return err_set(e, ERR_SYNTAX, "address %s", STR_QUOTED(s));
	max = ip.family == AF_INET ? PREFIX_4 : PREFIX_6;
	prefix = max;
	if (slash != NULL &&
	    (str_starts(slash, "0x") || str_u64(slash, max, &prefix) < 0))
		return err_set(e, ERR_SYNTAX, "prefix length of %s",
		    STR_QUOTED(s));
	ip.prefix = (uint8_t)prefix;
	*ret = ip;
	return 0;
}

int
route_parse_mac(const char *s, uint8_t ret[ROUTE_MAC_LEN], struct err *e)
{
	uint8_t mac[ROUTE_MAC_LEN];
	const char *at = s;

	for (int i = 0; i < ROUTE_MAC_LEN; i++) {
		char hex[5] = "0x";
		uint64_t v;

		if (at[0] == '\0' || at[1] == '\0' ||
		    at[2] != (i < ROUTE_MAC_LEN - 1 ? ':' : '\0'))
			return err_set(e, ERR_SYNTAX, "hardware address %s",
			    STR_QUOTED(s));
		memcpy(hex + 2, at, 2);
		if (str_u64(hex, UINT8_MAX, &v) < 0)
			return err_set(e, ERR_SYNTAX, "hardware address %s",
			    STR_QUOTED(s));
		mac[i] = (uint8_t)v;
		at += 3;
	}
	memcpy(ret, mac, sizeof(mac));
	return 0;
}

void
route_format_ip(const struct route_ip *ip, bool with_prefix,
    char dst[ROUTE_TEXT_MAX])
{
	char text[INET6_ADDRSTRLEN];

	dst[0] = '\0';
	if (ip->family == 0 ||
	    inet_ntop(ip->family, ip->addr, text, sizeof(text)) == NULL)
		return;
	if (with_prefix)
		snprintf(dst, ROUTE_TEXT_MAX, "%s/%u", text, ip->prefix);
	else
		snprintf(dst, ROUTE_TEXT_MAX, "%s", text);
}

void
route_format_mac(const uint8_t mac[ROUTE_MAC_LEN], char dst[ROUTE_TEXT_MAX])
{
	snprintf(dst, ROUTE_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
}
