#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "net/route.h"

/* The caller's array, and how to read a message into its next element. */
struct listing {
	uint8_t *at;
	size_t size, n, max;
	int (*parse)(const struct netlink_message *m, void *ret);
};

static size_t
addr_len(int family)
{
	return family == AF_INET ? 4 : ROUTE_ADDR_LEN;
}

static bool
family_known(int family)
{
	return family == AF_INET || family == AF_INET6;
}

/* An address attribute of the given family; -1 for another length. */
static int
get_ip(const struct netlink_attr *a, int family, unsigned prefix,
    struct route_ip *ret)
{
	struct span s = a->value;

	if (span_len(&s) != addr_len(family) || prefix > 8 * addr_len(family))
		return -1;
	ret->family = family;
	ret->prefix = (uint8_t)prefix;
	span_copy(&s, ret->addr, addr_len(family));
	return 0;
}

static int
get_u32(const struct netlink_attr *a, uint32_t *ret)
{
	struct span s = a->value;

	span_copy(&s, ret, sizeof(*ret));
	return span_bad(&s) ? -1 : 0;
}

static int
link_attr(const struct netlink_attr *a, struct route_link *l)
{
	struct span s = a->value;
	size_t len = span_len(&s);

	switch (a->type) {
	case IFLA_IFNAME:
		if (len == 0 || len > sizeof(l->name) || s.p[len - 1] != '\0')
			return -1;
		memcpy(l->name, s.p, len);
		return 0;
	case IFLA_ADDRESS:
		if (len != ROUTE_MAC_LEN)
			return 0;
		l->has_mac = true;
		memcpy(l->mac, s.p, ROUTE_MAC_LEN);
		return 0;
	case IFLA_MTU:
		return get_u32(a, &l->mtu);
	default:
		return 0;
	}
}

int
route_parse_link(const struct netlink_message *m, struct route_link *ret)
{
	struct route_link l = { .index = 0 };
	struct span s = m->body;
	struct netlink_attr a;
	struct ifinfomsg h;
	int rc;

	if (m->type != RTM_NEWLINK)
		return 0;
	span_copy(&s, &h, sizeof(h));
	l.index = h.ifi_index;
	l.flags = h.ifi_flags;
	while ((rc = netlink_next_attr(&s, &a)) == 1) {
		if (link_attr(&a, &l) < 0)
			return -1;
	}
	if (rc < 0 || span_bad(&s) || l.index <= 0 || l.name[0] == '\0')
		return -1;
	*ret = l;
	return 1;
}

int
route_parse_addr(const struct netlink_message *m, struct route_addr *ret)
{
	struct route_addr r = { .index = 0 };
	struct span s = m->body;
	struct netlink_attr a;
	struct ifaddrmsg h;
	bool local = false;
	int rc;

	if (m->type != RTM_NEWADDR)
		return 0;
	span_copy(&s, &h, sizeof(h));
	if (span_bad(&s))
		return -1;
	if (!family_known(h.ifa_family))
		return 0;
	r.index = (int)h.ifa_index;
	r.scope = h.ifa_scope;
	/* On a point-to-point link IFA_ADDRESS is the peer's. */
	while ((rc = netlink_next_attr(&s, &a)) == 1) {
		if (a.type != IFA_LOCAL && (a.type != IFA_ADDRESS || local))
			continue;
		if (get_ip(&a, h.ifa_family, h.ifa_prefixlen, &r.ip) < 0)
			return -1;
		local = local || a.type == IFA_LOCAL;
	}
	if (rc < 0 || r.ip.family == 0)
		return -1;
	*ret = r;
	return 1;
}

static int
metrics(struct span s, struct route_entry *r)
{
	struct netlink_attr a;
	int rc;

	while ((rc = netlink_next_attr(&s, &a)) == 1) {
		if (a.type == RTAX_MTU && get_u32(&a, &r->mtu) < 0)
			return -1;
	}
	return rc;
}

static int
entry_attr(const struct netlink_attr *a, const struct rtmsg *h,
    struct route_entry *r)
{
	unsigned host = 8 * (unsigned)addr_len(h->rtm_family);
	uint32_t v;

	switch (a->type) {
	case RTA_DST:
		return get_ip(a, h->rtm_family, h->rtm_dst_len, &r->dest);
	case RTA_GATEWAY:
		return get_ip(a, h->rtm_family, host, &r->gateway);
	case RTA_PREFSRC:
		return get_ip(a, h->rtm_family, host, &r->source);
	case RTA_OIF:
		if (get_u32(a, &v) < 0)
			return -1;
		r->index = (int)v;
		return 0;
	case RTA_METRICS:
		return metrics(a->value, r);
	default:
		return 0;
	}
}

int
route_parse_entry(const struct netlink_message *m, struct route_entry *ret)
{
	struct route_entry r = { .family = 0 };
	struct span s = m->body;
	struct netlink_attr a;
	struct rtmsg h;
	int rc;

	if (m->type != RTM_NEWROUTE)
		return 0;
	span_copy(&s, &h, sizeof(h));
	if (span_bad(&s))
		return -1;
	if (!family_known(h.rtm_family) || h.rtm_table != RT_TABLE_MAIN ||
	    h.rtm_type != RTN_UNICAST || (h.rtm_flags & RTM_F_CLONED) != 0)
		return 0;
	r.family = h.rtm_family;
	r.scope = h.rtm_scope;
	r.protocol = h.rtm_protocol;
	r.flags = h.rtm_flags;
	while ((rc = netlink_next_attr(&s, &a)) == 1) {
		if (entry_attr(&a, &h, &r) < 0)
			return -1;
	}
	if (rc < 0)
		return -1;
	*ret = r;
	return 1;
}

void
route_build_link(struct netlink_request *r, int index,
    const struct route_link_change *c)
{
	struct ifinfomsg h = {
		.ifi_index = index,
		.ifi_flags = c->flags,
		.ifi_change = c->flags_mask,
	};

	netlink_begin(r, RTM_NEWLINK, NLM_F_ACK, &h, sizeof(h));
	if (c->name != NULL)
		netlink_add(r, IFLA_IFNAME, c->name, strlen(c->name) + 1);
	if (c->mac != NULL)
		netlink_add(r, IFLA_ADDRESS, c->mac, ROUTE_MAC_LEN);
	if (c->mtu != 0)
		netlink_add_u32(r, IFLA_MTU, c->mtu);
}

static void
add_ip(struct netlink_request *r, uint16_t type, const struct route_ip *ip)
{
	if (ip->family != 0)
		netlink_add(r, type, ip->addr, addr_len(ip->family));
}

void
route_build_addr(struct netlink_request *r, bool add,
    const struct route_addr *a)
{
	struct ifaddrmsg h = {
		.ifa_family = (uint8_t)a->ip.family,
		.ifa_prefixlen = a->ip.prefix,
		.ifa_scope = a->scope,
		.ifa_index = (uint32_t)a->index,
	};

	/* Nobody else is on this network yet: no duplicate detection. */
	if (add && a->ip.family == AF_INET6)
		h.ifa_flags = IFA_F_NODAD;
	netlink_begin(r, add ? RTM_NEWADDR : RTM_DELADDR,
	    add ? NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE : NLM_F_ACK, &h,
	    sizeof(h));
	add_ip(r, IFA_LOCAL, &a->ip);
	add_ip(r, IFA_ADDRESS, &a->ip);
}

void
route_build_entry(struct netlink_request *r, const struct route_entry *entry)
{
	struct rtmsg h = {
		.rtm_family = (uint8_t)entry->family,
		.rtm_dst_len = entry->dest.prefix,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = entry->protocol,
		.rtm_scope = entry->scope,
		.rtm_type = RTN_UNICAST,
		.rtm_flags = entry->flags,
	};
	size_t nest;

	netlink_begin(r, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
	    &h, sizeof(h));
	add_ip(r, RTA_DST, &entry->dest);
	add_ip(r, RTA_GATEWAY, &entry->gateway);
	add_ip(r, RTA_PREFSRC, &entry->source);
	if (entry->index > 0)
		netlink_add_u32(r, RTA_OIF, (uint32_t)entry->index);
	if (entry->mtu == 0)
		return;
	nest = netlink_begin_nest(r, RTA_METRICS);
	netlink_add_u32(r, RTAX_MTU, entry->mtu);
	netlink_end_nest(r, nest);
}

void
route_build_neighbor(struct netlink_request *r, const struct route_neighbor *n)
{
	struct ndmsg h = {
		.ndm_family = (uint8_t)n->ip.family,
		.ndm_ifindex = n->index,
		.ndm_state = n->state,
		.ndm_flags = n->flags,
	};

	netlink_begin(r, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
	    &h, sizeof(h));
	add_ip(r, NDA_DST, &n->ip);
	netlink_add(r, NDA_LLADDR, n->mac, ROUTE_MAC_LEN);
}

static int
list_one(const struct netlink_message *m, void *arg, struct err *e)
{
	struct listing *l = arg;
	/* One element of any of the kinds. */
	union {
		struct route_link link;
		struct route_addr addr;
		struct route_entry entry;
	} one;
	int rc = l->parse(m, &one);

	if (rc < 0)
		return err_set(e, ERR_SYNTAX, "answer of rtnetlink");
	if (rc == 0)
		return 0;
	if (l->n == l->max)
		return err_set(e, ERR_LIMIT,
		    "more than %zu answers of rtnetlink", l->max);
	memcpy(l->at + l->n++ * l->size, &one, l->size);
	return 0;
}

static int
list(struct netlink *n, uint16_t type, struct listing *l, size_t *ret_n,
    struct err *e)
{
	struct netlink_request r;
	/* A body that serves all three kinds: family AF_UNSPEC, all zero. */
	const struct rtmsg h = { .rtm_family = AF_UNSPEC };
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };

	if (type == RTM_GETLINK)
		netlink_begin(&r, type, NLM_F_DUMP, &link, sizeof(link));
	else
		netlink_begin(&r, type, NLM_F_DUMP, &h, sizeof(h));
	if (netlink_ask(n, &r, list_one, l, e) < 0)
		return -1;
	*ret_n = l->n;
	return 0;
}

static int
parse_link(const struct netlink_message *m, void *ret)
{
	return route_parse_link(m, ret);
}

static int
parse_addr(const struct netlink_message *m, void *ret)
{
	return route_parse_addr(m, ret);
}

static int
parse_entry(const struct netlink_message *m, void *ret)
{
	return route_parse_entry(m, ret);
}

int
route_links(struct netlink *n, struct route_link *links, size_t max,
    size_t *ret_n, struct err *e)
{
	struct listing l = { (uint8_t *)links, sizeof(*links), 0, max,
		parse_link };

	return list(n, RTM_GETLINK, &l, ret_n, e) < 0
		   ? err_wrap(e, "list interfaces")
		   : 0;
}

int
route_addrs(struct netlink *n, struct route_addr *addrs, size_t max,
    size_t *ret_n, struct err *e)
{
	struct listing l = { (uint8_t *)addrs, sizeof(*addrs), 0, max,
		parse_addr };

	return list(n, RTM_GETADDR, &l, ret_n, e) < 0
		   ? err_wrap(e, "list addresses")
		   : 0;
}

int
route_entries(struct netlink *n, struct route_entry *entries, size_t max,
    size_t *ret_n, struct err *e)
{
	struct listing l = { (uint8_t *)entries, sizeof(*entries), 0, max,
		parse_entry };

	return list(n, RTM_GETROUTE, &l, ret_n, e) < 0
		   ? err_wrap(e, "list routes")
		   : 0;
}

int
route_link_set(struct netlink *n, int index, const struct route_link_change *c,
    struct err *e)
{
	struct netlink_request r;

	route_build_link(&r, index, c);
	return netlink_ask(n, &r, NULL, NULL, e);
}

int
route_addr_set(struct netlink *n, bool add, const struct route_addr *a,
    struct err *e)
{
	struct netlink_request r;

	route_build_addr(&r, add, a);
	if (netlink_ask(n, &r, NULL, NULL, e) == 0)
		return 0;
	/* The kernel takes IPv6 addresses away when a link goes down. */
	return !add && errno == EADDRNOTAVAIL ? 0 : -1;
}

int
route_entry_set(struct netlink *n, const struct route_entry *entry,
    struct err *e)
{
	struct netlink_request r;

	route_build_entry(&r, entry);
	if (netlink_ask(n, &r, NULL, NULL, e) < 0 && errno != EEXIST)
		return -1;
	return 0;
}

int
route_neighbor_set(struct netlink *n, const struct route_neighbor *neighbor,
    struct err *e)
{
	struct netlink_request r;

	route_build_neighbor(&r, neighbor);
	return netlink_ask(n, &r, NULL, NULL, e);
}
