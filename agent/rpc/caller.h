/*
 * rpc/caller -- who may connect
 *
 * On vsock that is the host, by the address that the transport gives it
 * (vsock(7), VMADDR_CID_HOST). Where a kernel has the loopback transport, as
 * those of stock Kata guests may, every container could connect as well: vsock
 * belongs to no network namespace. Who may reach a unix or TCP socket was
 * decided by whoever placed it.
 *
 * Memory: nothing is allocated.
 */
#ifndef RPC_CALLER_H
#define RPC_CALLER_H

#include <stdbool.h>
#include <stddef.h>

/* False for a vsock address, the len bytes at address, of another. */
bool caller_allowed(const void *address, size_t len);

#endif
