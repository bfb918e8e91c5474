/*
 * UpdateRoutes, ListRoutes and AddARPNeighbors.
 *
 * As in Kata 4.1: nothing is removed; routes without a gateway come first,
 * because the others need them; a route that exists is replaced.
 */
#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "net/route.h"
#include "sandbox/handlers.h"
#include "sandbox/netconv.h"

struct routing {
	struct netlink nl;
	struct route_link links[SANDBOX_INTERFACES_MAX];
	size_t n_links;
	struct route_entry entries[SANDBOX_ROUTES_MAX];
	size_t n_entries;
};

static struct routing *
routing_new(struct err *e)
{
	struct routing *r = must_alloc(1, sizeof(*r));

	r->nl.fd = -1;
	if (netlink_open(&r->nl, e) == 0 &&
	    route_links(&r->nl, r->links, SANDBOX_INTERFACES_MAX, &r->n_links,
		e) == 0)
		return r;
	netlink_close(&r->nl);
	free(r);
	return NULL;
}

static void
routing_free(struct routing *r)
{
	netlink_close(&r->nl);
	free(r);
}

static int
link_index(const struct routing *r, const char *name, int *ret, struct err *e)
{
	for (size_t i = 0; i < r->n_links; i++) {
		if (str_eq(r->links[i].name, name)) {
			*ret = r->links[i].index;
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "no interface %s", STR_QUOTED(name));
}

static const char *
link_name(const struct routing *r, int index)
{
	for (size_t i = 0; i < r->n_links; i++) {
		if (r->links[i].index == index)
			return r->links[i].name;
	}
	return "";
}

static int
set_route(struct routing *r, const Types__Route *m, struct err *e)
{
	struct route_entry entry;
	int index;

	if (link_index(r, m->device, &index, e) < 0 ||
	    netconv_route(m, index, &entry, e) < 0 ||
	    route_entry_set(&r->nl, &entry, e) < 0)
		return err_wrap(e, "route to %s via %s", STR_QUOTED(m->dest),
		    STR_QUOTED(m->gateway));
	return 0;
}

/* All routes whose having a gateway is as given. */
static int
set_routes(struct routing *r, const Grpc__Routes *m, bool gateway,
    struct err *e)
{
	for (size_t i = 0; i < m->n_routes; i++) {
		if ((*m->routes[i]->gateway != '\0') == gateway &&
		    set_route(r, m->routes[i], e) < 0)
			return -1;
	}
	return 0;
}

/* End rq with the list of routes, or return -1. */
static int
answer(struct request *rq, struct routing *r, struct err *e)
{
	Grpc__Routes m = GRPC__ROUTES__INIT;

	if (route_entries(&r->nl, r->entries, SANDBOX_ROUTES_MAX, &r->n_entries,
		e) < 0)
		return -1;
	m.n_routes = r->n_entries;
	m.routes = arena_array(&rq->arena, r->n_entries + 1, sizeof(*m.routes));
	for (size_t i = 0; m.routes != NULL && i < r->n_entries; i++) {
		m.routes[i] = netconv_describe_route(&r->entries[i],
		    link_name(r, r->entries[i].index), &rq->arena);
		if (m.routes[i] == NULL)
			m.routes = NULL;
	}
	if (m.routes == NULL)
		return err_set(e, ERR_LIMIT, "routes");
	request_ok(rq, &m.base);
	return 0;
}

int
handle_update_routes(struct request *rq, struct err *e)
{
	Grpc__UpdateRoutesRequest *m = (Grpc__UpdateRoutesRequest *)rq->msg;
	struct routing *r;
	int rc;

	if (m->routes == NULL)
		return err_set(e, ERR_ARGUMENT, "no routes");
	if (m->routes->n_routes > SANDBOX_ROUTES_MAX)
		return err_set(e, ERR_LIMIT, "%zu routes, at most %d",
		    m->routes->n_routes, SANDBOX_ROUTES_MAX);
	r = routing_new(e);
	if (r == NULL)
		return -1;
	rc = set_routes(r, m->routes, false, e);
	if (rc == 0)
		rc = set_routes(r, m->routes, true, e);
	if (rc == 0)
		rc = answer(rq, r, e);
	routing_free(r);
	return rc;
}

int
handle_list_routes(struct request *rq, struct err *e)
{
	struct routing *r = routing_new(e);
	int rc;

	if (r == NULL)
		return -1;
	rc = answer(rq, r, e);
	routing_free(r);
	return rc;
}

static int
set_neighbor(struct routing *r, const Types__ARPNeighbor *m, struct err *e)
{
	struct route_neighbor n = { .state = NUD_PERMANENT };

	if (m->toipaddress == NULL)
		return err_set(e, ERR_ARGUMENT, "neighbor without an address");
	if (m->state < 0 || m->state > UINT16_MAX || m->flags < 0 ||
	    m->flags > UINT8_MAX)
		return err_set(e, ERR_ARGUMENT, "state %d or flags %d",
		    m->state, m->flags);
	if (m->state != 0)
		n.state = (uint16_t)m->state;
	n.flags = (uint8_t)m->flags;
	if (netconv_address(m->toipaddress, &n.ip, e) < 0 ||
	    route_parse_mac(m->lladdr, n.mac, e) < 0 ||
	    link_index(r, m->device, &n.index, e) < 0)
		return -1;
	return route_neighbor_set(&r->nl, &n, e);
}

int
handle_add_arp_neighbors(struct request *rq, struct err *e)
{
	Grpc__AddARPNeighborsRequest *m =
	    (Grpc__AddARPNeighborsRequest *)rq->msg;
	struct routing *r;
	int rc = 0;

	if (m->neighbors == NULL ||
	    m->neighbors->n_arpneighbors > SANDBOX_NEIGHBORS_MAX)
		return err_set(e, ERR_ARGUMENT, "none or too many neighbors");
	r = routing_new(e);
	if (r == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < m->neighbors->n_arpneighbors; i++)
		rc = set_neighbor(r, m->neighbors->arpneighbors[i], e);
	routing_free(r);
	if (rc == 0)
		request_ok(rq, NULL);
	return rc;
}
