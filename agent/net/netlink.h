/*
 * net/netlink -- build, send and read rtnetlink messages
 *
 * RFC 3549 and the kernel's linux/netlink.h: a header, a body that the type
 * determines, and attributes, all padded to four bytes. Building and parsing
 * do no I/O. Lengths in received messages are checked against what is there;
 * anything shorter than it claims is ERR_SYNTAX.
 *
 * Memory: a struct netlink_request is a fixed buffer; parsed messages and
 * attributes point into the received bytes.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum {
	NETLINK_REQUEST_MAX = 1024,
	NETLINK_REPLY_MAX = 32 * 1024 /* of one datagram; the kernel's own */
};

struct netlink_request {
	uint8_t p[NETLINK_REQUEST_MAX];
	size_t len;
	bool bad; /* something did not fit */
};

struct netlink_message {
	uint16_t type;
	uint16_t flags;
	uint32_t seq;
	struct span body;
};

struct netlink_attr {
	uint16_t type; /* without the flag bits */
	struct span value;
};

/* Begin a request of that type, NLM_F_REQUEST added, with a body. */
void netlink_begin(struct netlink_request *r, uint16_t type, uint16_t flags,
    const void *body, size_t len);

/* Append an attribute. */
void netlink_add(struct netlink_request *r, uint16_t type, const void *value,
    size_t len);
void netlink_add_u32(struct netlink_request *r, uint16_t type, uint32_t v);

/* Open a nested attribute; what follows is in it until netlink_end_nest(). */
size_t netlink_begin_nest(struct netlink_request *r, uint16_t type);
void netlink_end_nest(struct netlink_request *r, size_t nest);

/*
 * Take the next message or attribute off the front of s. Returns 1, 0 at the
 * end, or -1 for one that is cut or malformed (s is bad then).
 */
int netlink_next(struct span *s, struct netlink_message *ret);
int netlink_next_attr(struct span *s, struct netlink_attr *ret);

/*
 * The number in NLMSG_ERROR or NLMSG_DONE: 0, or a negative errno.
 * -EBADMSG when the body is too short.
 */
int netlink_error(const struct netlink_message *m);

/* A socket to rtnetlink; each conversation is bounded by a few seconds. */
struct netlink {
	int fd;
	uint32_t seq;
	uint8_t reply[NETLINK_REPLY_MAX];
};

int netlink_open(struct netlink *n, struct err *e);
void netlink_close(struct netlink *n);

/* Called with each message of an answer. -1 with *e ends it as a failure. */
typedef int netlink_fn(const struct netlink_message *m, void *arg,
    struct err *e);

/*
 * Send r and read its whole answer. fn may be NULL when only an
 * acknowledgement is expected. A refusal of the kernel is *e with errno set
 * to its reason, so that callers can tell EEXIST.
 */
int netlink_ask(struct netlink *n, struct netlink_request *r, netlink_fn *fn,
    void *arg, struct err *e);

#endif
