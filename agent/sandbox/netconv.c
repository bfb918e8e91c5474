#include "sandbox/netconv.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"

bool
netconv_name_ok(const char *name)
{
	if (*name == '\0' || strlen(name) >= IF_NAMESIZE || str_eq(name, ".") ||
	    str_eq(name, ".."))
		return false;
	for (; *name != '\0'; name++) {
		if (*name <= ' ' || *name > '~' || *name == '/' ||
		    *name == ':' || *name == '%')
			return false;
	}
	return true;
}

static int
family_of(Types__IPFamily f)
{
	if (f == TYPES__IPFAMILY__v4)
		return AF_INET;
	return f == TYPES__IPFAMILY__v6 ? AF_INET6 : -1;
}

int
netconv_address(const Types__IPAddress *m, struct route_ip *ret, struct err *e)
{
	char text[ROUTE_TEXT_MAX];
	struct route_ip ip;

	if (str_format(text, sizeof(text), "%s%s%s", m->address,
		*m->mask != '\0' ? "/" : "", m->mask) < 0)
		return err_set(e, ERR_SYNTAX, "address %s",
		    STR_QUOTED(m->address));
	if (route_parse_ip(text, &ip, e) < 0)
		return -1;
	if (ip.family != family_of(m->family))
		return err_set(e, ERR_ARGUMENT, "address %s: wrong family",
		    STR_QUOTED(text));
	*ret = ip;
	return 0;
}

static char *
copy(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

static Types__IPFamily
family_name(int family)
{
	return family == AF_INET ? TYPES__IPFAMILY__v4 : TYPES__IPFAMILY__v6;
}

Types__IPAddress *
netconv_describe(const struct route_ip *ip, struct arena *a)
{
	Types__IPAddress *m = arena_alloc(a, sizeof(*m));
	char text[ROUTE_TEXT_MAX];

	if (m == NULL)
		return NULL;
	types__ipaddress__init(m);
	route_format_ip(ip, false, text);
	m->family = family_name(ip->family);
	m->address = copy(a, text);
	m->mask = arena_printf(a, "%u", ip->prefix);
	return m->address == NULL || m->mask == NULL ? NULL : m;
}

/* An address of the route's family, or none. */
static int
part(const char *text, int family, const char *what, struct route_ip *ret,
    struct err *e)
{
	if (route_parse_ip(text, ret, e) < 0)
		return err_wrap(e, "%s", what);
	if (ret->family != 0 && ret->family != family)
		return err_set(e, ERR_ARGUMENT, "%s %s: wrong family", what,
		    STR_QUOTED(text));
	return 0;
}

int
netconv_route(const Types__Route *m, int index, struct route_entry *ret,
    struct err *e)
{
	struct route_entry r = {
		.family = family_of(m->family),
		.index = index,
		.protocol = RTPROT_BOOT,
		.scope = (uint8_t)m->scope,
		.flags = m->flags,
		.mtu = m->mtu,
	};

	if (r.family < 0)
		return err_set(e, ERR_ARGUMENT, "family of a route");
	if (m->scope > UINT8_MAX)
		return err_set(e, ERR_ARGUMENT, "scope %u", m->scope);
	if (part(m->dest, r.family, "destination", &r.dest, e) < 0 ||
	    part(m->gateway, r.family, "gateway", &r.gateway, e) < 0 ||
	    part(m->source, r.family, "source", &r.source, e) < 0)
		return -1;
	*ret = r;
	return 0;
}

Types__Route *
netconv_describe_route(const struct route_entry *r, const char *device,
    struct arena *a)
{
	Types__Route *m = arena_alloc(a, sizeof(*m));
	char dest[ROUTE_TEXT_MAX], gateway[ROUTE_TEXT_MAX];
	char source[ROUTE_TEXT_MAX];

	if (m == NULL)
		return NULL;
	types__route__init(m);
	route_format_ip(&r->dest, true, dest);
	route_format_ip(&r->gateway, false, gateway);
	route_format_ip(&r->source, false, source);
	m->dest = copy(a, dest);
	m->gateway = copy(a, gateway);
	m->source = copy(a, source);
	m->device = copy(a, device);
	m->scope = r->scope;
	m->family = family_name(r->family);
	m->flags = r->flags;
	m->mtu = r->mtu;
	if (m->dest == NULL || m->gateway == NULL || m->source == NULL ||
	    m->device == NULL)
		return NULL;
	return m;
}
