#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "net/route.h"
#include "tests/unit/sandbox/request.h"

static const char mac0[] = "02:00:00:00:00:01", mac1[] = "02:00:00:00:00:02";

static int
add_link(const char *kind, const char *name, const uint8_t *mac, struct err *e)
{
	static struct netlink n;
	struct netlink_request r;
	struct ifinfomsg h = { .ifi_family = 0 };
	size_t nest;
	int rc;

	OK(netlink_open(&n, e) == 0);
	netlink_begin(&r, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	    &h, sizeof(h));
	netlink_add(&r, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_add(&r, IFLA_ADDRESS, mac, ROUTE_MAC_LEN);
	nest = netlink_begin_nest(&r, IFLA_LINKINFO);
	netlink_add(&r, IFLA_INFO_KIND, kind, strlen(kind) + 1);
	netlink_end_nest(&r, nest);
	rc = netlink_ask(&n, &r, NULL, NULL, e);
	netlink_close(&n);
	return rc;
}

/* Some link with a hardware address, whichever kind this kernel has. */
static void
add_some_link(const char *name, const char *mac)
{
	uint8_t bytes[ROUTE_MAC_LEN];
	struct err e;

	OK(route_parse_mac(mac, bytes, &e) == 0);
	if (add_link("dummy", name, bytes, &e) < 0 &&
	    add_link("bridge", name, bytes, &e) < 0) {
		printf("# %s\n", e.msg);
		SKIP("no kind of link that could be made");
	}
}

struct sample_if {
	Grpc__UpdateInterfaceRequest m;
	Types__Interface i;
	Types__IPAddress ip[2], *ips[2];
};

static void
sample_if_init(struct sample_if *s, const char *name, const char *mac,
    const char *v4, const char *v6)
{
	grpc__update_interface_request__init(&s->m);
	types__interface__init(&s->i);
	s->m.interface = &s->i;
	s->i.name = s->i.device = (char *)name;
	s->i.hwaddr = (char *)mac;
	s->i.mtu = 1400;
	s->i.n_ipaddresses = v6 != NULL ? 2 : 1;
	s->i.ipaddresses = s->ips;
	for (int i = 0; i < 2; i++) {
		types__ipaddress__init(&s->ip[i]);
		s->ips[i] = &s->ip[i];
	}
	s->ip[0].address = (char *)v4;
	s->ip[0].mask = (char *)"24";
	s->ip[1].family = TYPES__IPFAMILY__v6;
	s->ip[1].address = (char *)v6;
	s->ip[1].mask = (char *)"64";
}

static Types__Interface *
find_if(Grpc__Interfaces *list, const char *mac)
{
	for (size_t i = 0; i < list->n_interfaces; i++) {
		if (str_eq(list->interfaces[i]->hwaddr, mac))
			return list->interfaces[i];
	}
	return NULL;
}

static bool
has_address(const Types__Interface *i, const char *address)
{
	for (size_t k = 0; k < i->n_ipaddresses; k++) {
		if (str_eq(i->ipaddresses[k]->address, address))
			return true;
	}
	return false;
}

static Grpc__Interfaces *
list_interfaces(struct fixture *f)
{
	Grpc__ListInterfacesRequest m = GRPC__LIST_INTERFACES_REQUEST__INIT;

	return fixture_get(f, fixture_send(f, METHOD_LIST_INTERFACES, &m),
	    METHOD_LIST_INTERFACES);
}

static void
body_interfaces(struct fixture *f)
{
	struct sample_if s;
	Types__Interface *i, *reply;
	char text[256];

	add_some_link("eth0", mac0);
	add_some_link("eth1", mac1);
	sample_if_init(&s, "eth0", mac0, "192.0.2.7", "2001:db8::7");
	reply = fixture_get(f, fixture_send(f, METHOD_UPDATE_INTERFACE, &s.m),
	    METHOD_UPDATE_INTERFACE);
	EQ_STR(reply->name, "eth0");
	i = find_if(list_interfaces(f), mac0);
	OK(i != NULL && has_address(i, "192.0.2.7"));
	OK(has_address(i, "2001:db8::7"));
	EQ_INT(i->mtu, 1400);
	OK((i->raw_flags & IFF_UP) != 0);

	/* Addresses are replaced, not added to. */
	sample_if_init(&s, "eth0", mac0, "192.0.2.8", NULL);
	fixture_ok(f, METHOD_UPDATE_INTERFACE, &s.m);
	i = find_if(list_interfaces(f), mac0);
	OK(!has_address(i, "192.0.2.7") && has_address(i, "192.0.2.8"));

	/* Taking a name that is in use swaps the two. */
	sample_if_init(&s, "eth0", mac1, "198.51.100.1", NULL);
	s.i.raw_flags = IFF_NOARP;
	fixture_ok(f, METHOD_UPDATE_INTERFACE, &s.m);
	EQ_STR(find_if(list_interfaces(f), mac1)->name, "eth0");
	EQ_STR(find_if(list_interfaces(f), mac0)->name, "eth1");
	OK((find_if(list_interfaces(f), mac1)->raw_flags & IFF_NOARP) != 0);

	s.i.hwaddr = (char *)"02:00:00:00:00:09";
	s.i.name = (char *)"eth9";
	EQ_INT(fixture_call(f, METHOD_UPDATE_INTERFACE, &s.m, text),
	    ERR_NOT_FOUND);
	s.i.devicepath = (char *)"1f/00";
	EQ_INT(fixture_call(f, METHOD_UPDATE_INTERFACE, &s.m, text),
	    ERR_TIMEOUT);
	EQ_STR(text, "device '1f/00' did not appear within 1 s");
	s.i.hwaddr = (char *)"02:00:00:00:00";
	EQ_INT(fixture_call(f, METHOD_UPDATE_INTERFACE, &s.m, text),
	    ERR_SYNTAX);
	s.i.hwaddr = (char *)mac1;
	s.i.name = (char *)"../x";
	EQ_INT(fixture_call(f, METHOD_UPDATE_INTERFACE, &s.m, text),
	    ERR_ARGUMENT);
}

TEST(an_interface_gets_name_addresses_and_mtu)
{
	fixture_run(body_interfaces);
}

static void
route_init(Types__Route *r, const char *dest, const char *gateway)
{
	types__route__init(r);
	r->dest = (char *)dest;
	r->gateway = (char *)gateway;
	r->device = (char *)"eth0";
}

static void
body_routes(struct fixture *f)
{
	Grpc__UpdateRoutesRequest m = GRPC__UPDATE_ROUTES_REQUEST__INIT;
	Grpc__Routes routes = GRPC__ROUTES__INIT, *reply;
	Types__Route r[3], *list[3] = { &r[0], &r[1], &r[2] };
	Grpc__AddARPNeighborsRequest an = GRPC__ADD_ARPNEIGHBORS_REQUEST__INIT;
	Grpc__ARPNeighbors ns = GRPC__ARPNEIGHBORS__INIT;
	Types__ARPNeighbor nb = TYPES__ARPNEIGHBOR__INIT, *nbs[] = { &nb };
	Types__IPAddress ip = TYPES__IPADDRESS__INIT;
	struct sample_if s;
	bool dflt = false, link = false;

	add_some_link("eth0", mac0);
	sample_if_init(&s, "eth0", mac0, "192.0.2.7", NULL);
	fixture_ok(f, METHOD_UPDATE_INTERFACE, &s.m);
	/* The gateway is reachable through the second route only. */
	route_init(&r[0], "", "203.0.113.1");
	route_init(&r[1], "203.0.113.1/32", "");
	r[1].scope = RT_SCOPE_LINK;
	route_init(&r[2], "10.0.0.0/8", "203.0.113.1");
	r[2].mtu = 1300;
	routes.n_routes = 3;
	routes.routes = list;
	m.routes = &routes;
	fixture_ok(f, METHOD_UPDATE_ROUTES, &m);
	/* Once more: existing routes are no error. */
	reply = fixture_get(f, fixture_send(f, METHOD_UPDATE_ROUTES, &m),
	    METHOD_UPDATE_ROUTES);
	for (size_t i = 0; i < reply->n_routes; i++) {
		Types__Route *x = reply->routes[i];

		dflt = dflt ||
		       (*x->dest == '\0' && str_eq(x->gateway, "203.0.113.1"));
		link = link || str_eq(x->dest, "203.0.113.1/32");
		if (str_eq(x->dest, "10.0.0.0/8"))
			EQ_INT(x->mtu, 1300);
	}
	OK(dflt && link);
	r[0].device = (char *)"eth7";
	EQ_INT(fixture_call(f, METHOD_UPDATE_ROUTES, &m, NULL), ERR_NOT_FOUND);
	r[0].device = (char *)"eth0";
	r[0].dest = (char *)"10.0.0.0/33";
	EQ_INT(fixture_call(f, METHOD_UPDATE_ROUTES, &m, NULL), ERR_SYNTAX);
	r[0].dest = (char *)"::/0";
	EQ_INT(fixture_call(f, METHOD_UPDATE_ROUTES, &m, NULL), ERR_ARGUMENT);

	ip.address = (char *)"192.0.2.1";
	nb.toipaddress = &ip;
	nb.device = (char *)"eth0";
	nb.lladdr = (char *)"02:00:00:00:00:77";
	ns.n_arpneighbors = 1;
	ns.arpneighbors = nbs;
	an.neighbors = &ns;
	fixture_ok(f, METHOD_ADD_ARP_NEIGHBORS, &an);
}

TEST(routes_without_gateway_come_first_and_may_exist)
{
	fixture_run(body_routes);
}

TAP_MAIN
