/*
 * sandbox/netconv -- network objects of the protocol, and those of net/route
 *
 * Kata's IPAddress has the prefix length in its own decimal string; its
 * family is checked against the address.
 */
#ifndef SANDBOX_NETCONV_H
#define SANDBOX_NETCONV_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "net/route.h"
#include "proto/types.pb-c.h"

/* What the kernel takes as an interface's name, printable ASCII only. */
bool netconv_name_ok(const char *name);

/* ERR_SYNTAX or ERR_ARGUMENT; an empty mask is that of one host. */
int netconv_address(const Types__IPAddress *m, struct route_ip *ret,
    struct err *e);

/* The other way, in a; NULL beyond its limit. */
Types__IPAddress *netconv_describe(const struct route_ip *ip, struct arena *a);

/* A route, but for its link: index is that of m->device. */
int netconv_route(const Types__Route *m, int index, struct route_entry *ret,
    struct err *e);

/* The other way; device is the link's name. */
Types__Route *netconv_describe_route(const struct route_entry *r,
    const char *device, struct arena *a);

#endif
