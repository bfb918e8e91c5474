#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/vm_sockets.h>

#include "rpc/caller.h"
#include "tests/lib/tap.h"

TEST(of_vsock_only_the_host_may_call)
{
	static const struct {
		unsigned cid;
		bool allowed;
	} rows[] = { { VMADDR_CID_HYPERVISOR, false },
		{ VMADDR_CID_LOCAL, false }, { VMADDR_CID_HOST, true },
		{ 3, false }, { VMADDR_CID_ANY, false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sockaddr_vm vm = { .svm_family = AF_VSOCK,
			.svm_cid = rows[i].cid,
			.svm_port = 1024 };

		EQ_INT(caller_allowed(&vm, sizeof(vm)), rows[i].allowed);
		OK(!caller_allowed(&vm, sizeof(vm) - 1));
	}
}

TEST(other_families_are_their_sockets_matter)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };

	OK(caller_allowed(&un, sizeof(sa_family_t)));
	OK(caller_allowed(&un, sizeof(un)));
	OK(caller_allowed(&in, sizeof(in)));
	OK(!caller_allowed(&un, 0));
	OK(!caller_allowed(&un, 1));
}

TAP_MAIN
