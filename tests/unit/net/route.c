#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "net/route.h"
#include "tests/lib/tap.h"

static struct netlink_message
first(const struct netlink_request *r)
{
	struct span s = span_of(r->p, r->len);
	struct netlink_message m;

	EQ_INT(netlink_next(&s, &m), 1);
	return m;
}

TEST(a_link_is_read_as_it_was_built)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };
	struct route_link_change c = { "eth0", mac, 1400, IFF_UP, IFF_UP };
	struct netlink_request r;
	struct netlink_message m;
	struct route_link l;

	route_build_link(&r, 7, &c);
	m = first(&r);
	EQ_INT(route_parse_link(&m, &l), 1);
	EQ_INT(l.index, 7);
	EQ_STR(l.name, "eth0");
	OK(l.has_mac);
	EQ_MEM(l.mac, mac, 6);
	EQ_INT(l.mtu, 1400);
	EQ_INT(l.flags, IFF_UP);
	m.type = RTM_DELLINK;
	EQ_INT(route_parse_link(&m, &l), 0);
}

TEST(a_link_without_index_or_with_a_bad_name_is_malformed)
{
	static const char long_name[] = "a-name-of-16-char";
	struct ifinfomsg h = { .ifi_index = 1 };
	struct netlink_request r;
	struct netlink_message m;
	struct route_link l;

	netlink_begin(&r, RTM_NEWLINK, 0, &h, sizeof(h));
	m = first(&r);
	EQ_INT(route_parse_link(&m, &l), -1);
	netlink_add(&r, IFLA_IFNAME, long_name, sizeof(long_name));
	m = first(&r);
	EQ_INT(route_parse_link(&m, &l), -1);
	netlink_begin(&r, RTM_NEWLINK, 0, &h, sizeof(h));
	netlink_add(&r, IFLA_IFNAME, "eth0", 4); /* no terminator */
	m = first(&r);
	EQ_INT(route_parse_link(&m, &l), -1);
	netlink_begin(&r, RTM_NEWLINK, 0, &h, sizeof(h));
	netlink_add(&r, IFLA_IFNAME, "eth0", 5);
	netlink_add(&r, IFLA_MTU, "abc", 3);
	m = first(&r);
	EQ_INT(route_parse_link(&m, &l), -1);
}

TEST(an_address_is_read_as_it_was_built)
{
	struct route_addr a = { .index = 3 }, b;
	struct netlink_request r;
	struct netlink_message m;
	struct err e;

	EQ_INT(route_parse_ip("2001:db8::1/64", &a.ip, &e), 0);
	route_build_addr(&r, true, &a);
	m = first(&r);
	EQ_INT(route_parse_addr(&m, &b), 1);
	EQ_INT(b.index, 3);
	EQ_INT(b.ip.prefix, 64);
	EQ_MEM(b.ip.addr, a.ip.addr, 16);
	route_build_addr(&r, false, &a);
	m = first(&r);
	EQ_INT(m.type, RTM_DELADDR);
	EQ_INT(route_parse_addr(&m, &b), 0);
}

TEST(a_route_is_read_as_it_was_built)
{
	struct route_entry a = { .family = AF_INET,
		.index = 2,
		.mtu = 1300,
		.protocol = RTPROT_BOOT,
		.scope = RT_SCOPE_LINK };
	struct route_entry b;
	struct netlink_request r;
	struct netlink_message m;
	char text[ROUTE_TEXT_MAX];
	struct err e;

	EQ_INT(route_parse_ip("10.0.0.0/8", &a.dest, &e), 0);
	EQ_INT(route_parse_ip("192.0.2.1", &a.gateway, &e), 0);
	EQ_INT(route_parse_ip("192.0.2.7", &a.source, &e), 0);
	route_build_entry(&r, &a);
	m = first(&r);
	EQ_INT(route_parse_entry(&m, &b), 1);
	route_format_ip(&b.dest, true, text);
	EQ_STR(text, "10.0.0.0/8");
	route_format_ip(&b.gateway, false, text);
	EQ_STR(text, "192.0.2.1");
	route_format_ip(&b.source, false, text);
	EQ_STR(text, "192.0.2.7");
	EQ_INT(b.index, 2);
	EQ_INT(b.mtu, 1300);
	EQ_INT(b.scope, RT_SCOPE_LINK);
}

/* Whatever is cut off, nothing is read beyond it; shortest prefix first. */
TEST(refuses_truncated_routes)
{
	struct route_entry a = { .family = AF_INET, .index = 2, .mtu = 1 };
	struct route_entry b;
	struct netlink_request r;
	struct netlink_message m;
	struct err e;
	size_t whole;

	EQ_INT(route_parse_ip("10.0.0.0/8", &a.dest, &e), 0);
	route_build_entry(&r, &a);
	m = first(&r);
	whole = span_len(&m.body);
	for (size_t n = 0; n < whole; n++) {
		struct netlink_message cut = m;
		int rc;

		cut.body = span_of(m.body.p, n);
		rc = route_parse_entry(&cut, &b);
		/* A cut between attributes is a shorter message. */
		OK(rc == -1 || n == 12 || (n - 12) % 4 == 0);
	}
}

TAP_MAIN
