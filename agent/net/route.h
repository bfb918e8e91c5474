/*
 * net/route -- links, addresses, routes and neighbours of this network
 * namespace, by rtnetlink
 *
 * Functions that list fill an array of the caller's and fail with ERR_LIMIT
 * when it is too small; those that parse one message do no I/O. Addresses are
 * in network order; a family other than AF_INET and AF_INET6 is not listed.
 */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/netlink.h"

enum {
	ROUTE_MAC_LEN = 6,
	ROUTE_ADDR_LEN = 16,
	ROUTE_TEXT_MAX = 64
};

struct route_link {
	int index;
	char name[IF_NAMESIZE];
	bool has_mac;
	uint8_t mac[ROUTE_MAC_LEN];
	uint32_t mtu;
	uint32_t flags; /* IFF_* */
};

struct route_ip {
	int family; /* AF_INET, AF_INET6; 0: none */
	uint8_t addr[ROUTE_ADDR_LEN];
	uint8_t prefix;
};

struct route_addr {
	int index; /* of the link */
	uint8_t scope;
	struct route_ip ip;
};

struct route_entry {
	int family;
	struct route_ip dest; /* family 0: the default route */
	struct route_ip gateway;
	struct route_ip source;
	int index; /* of the link; 0: none */
	uint8_t scope;
	uint8_t protocol;
	uint32_t flags; /* RTNH_F_* */
	uint32_t mtu;   /* 0: the link's */
};

struct route_neighbor {
	struct route_ip ip;
	int index;
	uint8_t mac[ROUTE_MAC_LEN];
	uint16_t state; /* NUD_* */
	uint8_t flags;  /* NTF_* */
};

/* Which of a link's properties route_link_set() changes. */
struct route_link_change {
	const char *name;           /* NULL: keep */
	const uint8_t *mac;         /* NULL: keep */
	uint32_t mtu;               /* 0: keep */
	uint32_t flags, flags_mask; /* IFF_*: those in mask */
};

/*
 * Text to binary. ERR_SYNTAX. A prefix length that is missing is that of one
 * host; "" is no address (family 0).
 */
int route_parse_ip(const char *s, struct route_ip *ret, struct err *e);
int route_parse_mac(const char *s, uint8_t ret[ROUTE_MAC_LEN], struct err *e);

/* Binary to text; "" for family 0. */
void route_format_ip(const struct route_ip *ip, bool with_prefix,
    char dst[ROUTE_TEXT_MAX]);
void route_format_mac(const uint8_t mac[ROUTE_MAC_LEN],
    char dst[ROUTE_TEXT_MAX]);

/*
 * Read one message. Returns 1; 0 for one that is not of this kind (another
 * type, family or routing table); -1 for one that is malformed.
 */
int route_parse_link(const struct netlink_message *m, struct route_link *ret);
int route_parse_addr(const struct netlink_message *m, struct route_addr *ret);
int route_parse_entry(const struct netlink_message *m, struct route_entry *ret);

/* Build one message: what the functions below send. */
void route_build_link(struct netlink_request *r, int index,
    const struct route_link_change *c);
void route_build_addr(struct netlink_request *r, bool add,
    const struct route_addr *a);
void route_build_entry(struct netlink_request *r,
    const struct route_entry *entry);
void route_build_neighbor(struct netlink_request *r,
    const struct route_neighbor *n);

int route_links(struct netlink *n, struct route_link *list, size_t max,
    size_t *ret_n, struct err *e);
int route_addrs(struct netlink *n, struct route_addr *list, size_t max,
    size_t *ret_n, struct err *e);
int route_entries(struct netlink *n, struct route_entry *list, size_t max,
    size_t *ret_n, struct err *e);

int route_link_set(struct netlink *n, int index,
    const struct route_link_change *c, struct err *e);

/* Add or remove an address; success when that is so already. */
int route_addr_set(struct netlink *n, bool add, const struct route_addr *a,
    struct err *e);

/* Add or replace a route in the main table; an equal one is success. */
int route_entry_set(struct netlink *n, const struct route_entry *entry,
    struct err *e);
int route_neighbor_set(struct netlink *n, const struct route_neighbor *neighbor,
    struct err *e);

#endif
