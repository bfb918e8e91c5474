/*
 * UpdateInterface and ListInterfaces.
 *
 * As in Kata 4.1: the link is found by its hardware address, or by name when
 * none has it (then the address is set); it goes down, its addresses are
 * replaced, it is renamed (whoever holds the name gets a temporary one and
 * then the old one), gets its MTU and NOARP flag, and goes up.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/die.h"
#include "base/str.h"
#include "net/route.h"
#include "sandbox/device.h"
#include "sandbox/handlers.h"
#include "sandbox/netconv.h"

enum {
	MTU_MAX = 65536,
	SCOPE_LINK = 253
};

/* A hot-plugged interface that is waited for; NULL request: cancelled. */
struct plug {
	struct request *rq;
	struct device_wait wait;
};

/* Everything that one update needs to know about the network. */
struct network {
	struct netlink nl;
	struct route_link links[SANDBOX_INTERFACES_MAX];
	size_t n_links;
	struct route_addr addrs[SANDBOX_ADDRESSES_MAX];
	size_t n_addrs;
};

static struct network *
network_new(struct err *e)
{
	struct network *n = must_alloc(1, sizeof(*n));

	n->nl.fd = -1;
	if (netlink_open(&n->nl, e) == 0 &&
	    route_links(&n->nl, n->links, SANDBOX_INTERFACES_MAX, &n->n_links,
		e) == 0 &&
	    route_addrs(&n->nl, n->addrs, SANDBOX_ADDRESSES_MAX, &n->n_addrs,
		e) == 0)
		return n;
	netlink_close(&n->nl);
	free(n);
	return NULL;
}

static void
network_free(struct network *n)
{
	netlink_close(&n->nl);
	free(n);
}

static struct route_link *
find_name(struct network *n, const char *name)
{
	for (size_t i = 0; i < n->n_links; i++) {
		if (str_eq(n->links[i].name, name))
			return &n->links[i];
	}
	return NULL;
}

static struct route_link *
find_mac(struct network *n, const uint8_t *mac)
{
	for (size_t i = 0; i < n->n_links; i++) {
		if (n->links[i].has_mac &&
		    memcmp(n->links[i].mac, mac, ROUTE_MAC_LEN) == 0)
			return &n->links[i];
	}
	return NULL;
}

static int
set_flags(struct network *n, int index, uint32_t flags, uint32_t mask,
    struct err *e)
{
	struct route_link_change c = { .flags = flags, .flags_mask = mask };

	return route_link_set(&n->nl, index, &c, e);
}

static int
set_name(struct network *n, int index, const char *name, struct err *e)
{
	struct route_link_change c = { .name = name };

	if (route_link_set(&n->nl, index, &c, e) < 0)
		return err_wrap(e, "rename to %s", STR_QUOTED(name));
	return 0;
}

/* Give l the name, and whoever has it l's old one. */
static int
rename_link(struct network *n, struct route_link *l, const char *name,
    struct err *e)
{
	struct route_link *holder = find_name(n, name);
	char temporary[IF_NAMESIZE];

	if (holder == l)
		return 0;
	if (holder == NULL)
		return set_name(n, l->index, name, e);
	if (str_format(temporary, sizeof(temporary), "husk%d_temp",
		holder->index) < 0)
		return err_set(e, ERR_LIMIT, "interface %d", holder->index);
	if (set_flags(n, holder->index, 0, IFF_UP, e) < 0 ||
	    set_name(n, holder->index, temporary, e) < 0 ||
	    set_name(n, l->index, name, e) < 0 ||
	    set_name(n, holder->index, l->name, e) < 0)
		return -1;
	if ((holder->flags & IFF_UP) == 0)
		return 0;
	return set_flags(n, holder->index, IFF_UP, IFF_UP, e);
}

/* Every address but the kernel's own link-local one is replaced. */
static int
replace_addresses(struct network *n, const struct route_link *l,
    const Types__Interface *m, struct err *e)
{
	for (size_t i = 0; i < n->n_addrs; i++) {
		const struct route_addr *a = &n->addrs[i];

		if (a->index != l->index ||
		    (a->ip.family == AF_INET6 && a->scope == SCOPE_LINK))
			continue;
		if (route_addr_set(&n->nl, false, a, e) < 0)
			return err_wrap(e, "remove an address");
	}
	for (size_t i = 0; i < m->n_ipaddresses; i++) {
		struct route_addr a = { .index = l->index };

		if (netconv_address(m->ipaddresses[i], &a.ip, e) < 0)
			return -1;
		if (route_addr_set(&n->nl, true, &a, e) < 0)
			return err_wrap(e, "address %s",
			    STR_QUOTED(m->ipaddresses[i]->address));
	}
	return 0;
}

static int
configure(struct network *n, struct route_link *l, const Types__Interface *m,
    struct err *e)
{
	struct route_link_change last = {
		.mtu = (uint32_t)m->mtu,
		.flags = IFF_UP | (m->raw_flags & IFF_NOARP),
		.flags_mask = IFF_UP | IFF_NOARP,
	};

	if (set_flags(n, l->index, 0, IFF_UP, e) < 0 ||
	    replace_addresses(n, l, m, e) < 0 ||
	    rename_link(n, l, m->name, e) < 0)
		return -1;
	return route_link_set(&n->nl, l->index, &last, e);
}

static int
check(const Types__Interface *m, uint8_t *mac, struct err *e)
{
	if (m == NULL)
		return err_set(e, ERR_ARGUMENT, "no interface");
	if (!netconv_name_ok(m->name))
		return err_set(e, ERR_ARGUMENT, "interface name %s",
		    STR_QUOTED(m->name));
	if (m->mtu > MTU_MAX)
		return err_set(e, ERR_ARGUMENT, "mtu %llu",
		    (unsigned long long)m->mtu);
	if (m->n_ipaddresses > SANDBOX_ADDRESSES_MAX)
		return err_set(e, ERR_LIMIT, "%zu addresses", m->n_ipaddresses);
	for (size_t i = 0; i < m->n_ipaddresses; i++) {
		struct route_ip ip;

		if (netconv_address(m->ipaddresses[i], &ip, e) < 0)
			return -1;
	}
	return route_parse_mac(m->hwaddr, mac, e);
}

static int
update(const Types__Interface *m, struct err *e)
{
	uint8_t mac[ROUTE_MAC_LEN];
	struct route_link_change set_mac = { .mac = mac };
	struct network *n;
	struct route_link *l;
	int rc = 0;

	if (check(m, mac, e) < 0)
		return -1;
	n = network_new(e);
	if (n == NULL)
		return -1;
	l = find_mac(n, mac);
	if (l == NULL && (l = find_name(n, m->name)) != NULL)
		rc = route_link_set(&n->nl, l->index, &set_mac, e);
	if (l == NULL)
		rc = err_set(e, ERR_NOT_FOUND, "no interface %s or %s",
		    STR_QUOTED(m->hwaddr), STR_QUOTED(m->name));
	if (rc == 0)
		rc = configure(n, l, m, e);
	network_free(n);
	return rc < 0 ? err_wrap(e, "interface %s", STR_QUOTED(m->name)) : 0;
}

static int
update_and_answer(struct request *rq, struct err *e)
{
	Grpc__UpdateInterfaceRequest *m =
	    (Grpc__UpdateInterfaceRequest *)rq->msg;

	if (update(m->interface, e) < 0)
		return -1;
	request_ok(rq, &m->interface->base);
	return 0;
}

static void
on_device(struct device_wait *w, const struct device *d, const struct err *e)
{
	struct plug *p = w->arg;
	struct request *rq = p->rq;
	struct err why;

	free(p);
	if (d == NULL)
		request_fail(rq, e);
	else if (update_and_answer(rq, &why) < 0)
		request_fail(rq, &why);
}

static void
cancel(struct request *rq)
{
	struct plug *p = rq->arg;

	device_cancel(&p->wait);
	free(p);
}

int
handle_update_interface(struct request *rq, struct err *e)
{
	Grpc__UpdateInterfaceRequest *m =
	    (Grpc__UpdateInterfaceRequest *)rq->msg;
	uint8_t mac[ROUTE_MAC_LEN];
	struct plug *p;

	if (check(m->interface, mac, e) < 0)
		return -1;
	if (*m->interface->devicepath == '\0')
		return update_and_answer(rq, e);
	p = must_alloc(1, sizeof(*p));
	p->rq = rq;
	rq->arg = p;
	rq->on_cancel = cancel;
	if (device_find(rq->sb, &p->wait, DEVICE_NET, m->interface->devicepath,
		on_device, p, e) < 0) {
		rq->on_cancel = NULL;
		free(p);
		return -1;
	}
	return 0;
}

static Types__Interface *
describe(const struct network *n, const struct route_link *l, struct arena *a)
{
	Types__Interface *m = arena_alloc(a, sizeof(*m));
	char mac[ROUTE_TEXT_MAX] = "";

	if (m == NULL)
		return NULL;
	types__interface__init(m);
	if (l->has_mac)
		route_format_mac(l->mac, mac);
	m->name = m->device = arena_strndup(a, l->name, strlen(l->name));
	m->hwaddr = arena_strndup(a, mac, strlen(mac));
	m->mtu = l->mtu;
	m->raw_flags = l->flags;
	m->ipaddresses = arena_array(a, n->n_addrs, sizeof(*m->ipaddresses));
	if (m->name == NULL || m->hwaddr == NULL || m->ipaddresses == NULL)
		return NULL;
	for (size_t i = 0; i < n->n_addrs; i++) {
		Types__IPAddress *ip;

		if (n->addrs[i].index != l->index)
			continue;
		ip = netconv_describe(&n->addrs[i].ip, a);
		if (ip == NULL)
			return NULL;
		m->ipaddresses[m->n_ipaddresses++] = ip;
	}
	return m;
}

int
handle_list_interfaces(struct request *rq, struct err *e)
{
	Grpc__Interfaces r = GRPC__INTERFACES__INIT;
	struct network *n = network_new(e);
	bool ok;

	if (n == NULL)
		return -1;
	r.interfaces =
	    arena_array(&rq->arena, n->n_links, sizeof(*r.interfaces));
	ok = r.interfaces != NULL;
	for (size_t i = 0; ok && i < n->n_links; i++) {
		r.interfaces[i] = describe(n, &n->links[i], &rq->arena);
		ok = r.interfaces[i] != NULL;
	}
	r.n_interfaces = n->n_links;
	network_free(n);
	if (!ok)
		return err_set(e, ERR_LIMIT, "interfaces");
	request_ok(rq, &r.base);
	return 0;
}
