/*
 * policy/cidr -- IP addresses and networks as text (RFC 4291, 4632)
 *
 * Read and written as Go's net package does: IPv4 without leading zeros, IPv6
 * with an IPv4 tail if one likes, no zones. An IPv4-mapped IPv6 address is the
 * IPv4 address. Written in the form of RFC 5952.
 *
 * Memory: none of these functions allocates.
 */
#ifndef POLICY_CIDR_H
#define POLICY_CIDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cidr_ip {
	uint8_t b[16]; /* IPv4: in the last four, behind ::ffff */
	bool v4;
};

struct cidr {
	struct cidr_ip ip;   /* as written */
	unsigned int prefix; /* of 32 or of 128 */
};

enum {
	CIDR_SIZE = 64 /* room for the text of a network and a NUL */
};

bool cidr_parse_ip(const char *s, size_t len, struct cidr_ip *ret);
bool cidr_parse(const char *s, size_t len, struct cidr *ret);

/* Bits of an address of that kind. */
unsigned int cidr_bits(const struct cidr_ip *ip);

/* The first and the last address of a network. */
struct cidr_ip cidr_first(const struct cidr *net);
struct cidr_ip cidr_last(const struct cidr *net);

bool cidr_contains(const struct cidr *net, const struct cidr_ip *ip);

/* Addresses of one kind in order: <0, 0, >0; IPv4 before IPv6. */
int cidr_compare(const struct cidr_ip *a, const struct cidr_ip *b);

/* The next address; false when there is none. */
bool cidr_next(struct cidr_ip *ip);

/* Text; return its length. */
size_t cidr_write_ip(const struct cidr_ip *ip, char dst[CIDR_SIZE]);
size_t cidr_write(const struct cidr *net, char dst[CIDR_SIZE]);

#endif
