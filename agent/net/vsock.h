/*
 * net/vsock -- stream addresses of the ttrpc server, vsock or unix
 *
 * The form of agent.server_addr and of the host tool's addresses (kata fact
 * sheet 2.2):
 *	vsock://CID:PORT	CID -1 is any
 *	unix://PATH		a path in the file system
 * Depends on base only.
 */
#ifndef NET_VSOCK_H
#define NET_VSOCK_H

#include <stdint.h>

#include "base/err.h"

enum {
	VSOCK_PATH_MAX = 108,    /* sun_path, with its NUL */
	VSOCK_AGENT_PORT = 1024, /* where the runtimes look for the agent */
	VSOCK_BACKLOG = 128
};

enum vsock_family {
	VSOCK_FAMILY_VSOCK,
	VSOCK_FAMILY_UNIX
};

struct vsock_address {
	enum vsock_family family;
	uint32_t cid; /* UINT32_MAX: any */
	uint32_t port;
	char path[VSOCK_PATH_MAX];
};

/* Read s. Returns 0, or -1 with ERR_SYNTAX and *ret untouched. */
int vsock_parse(const char *s, struct vsock_address *ret, struct err *e);

/*
 * A listening, nonblocking, close-on-exec stream socket. A unix socket that
 * is left at the path is removed first; anything else there is an error.
 */
int vsock_listen(const struct vsock_address *a, struct err *e);

/* A connected, blocking, close-on-exec stream socket. */
int vsock_connect(const struct vsock_address *a, struct err *e);

#endif
