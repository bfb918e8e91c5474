#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h>

#include "rpc/caller.h"

bool
caller_allowed(const void *address, size_t len)
{
	struct sockaddr_vm vm;
	sa_family_t family;

	/* An unnamed unix socket has a family and nothing else. */
	if (len < sizeof(family))
		return false;
	memcpy(&family, address, sizeof(family));
	if (family != AF_VSOCK)
		return true;
	if (len < sizeof(vm))
		return false;
	memcpy(&vm, address, sizeof(vm));
	return vm.svm_cid == VMADDR_CID_HOST;
}
