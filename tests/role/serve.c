/*
 * serve ADDRESS [test=WORD] -- the roles of the guest without the guest
 *
 * Does what PID 1 does after its mounts: listens on ADDRESS, starts sandbox
 * and rpc as processes of this program with their real confinement, and
 * supervises them. No mounts, no reaping of the machine, no power off, so the
 * role tests need no virtual machine. Built with the guest's compiler and
 * libc: filters are tested with the calls that the real program makes.
 *
 * Lines on standard output: "serving", then at the end the reason. Exit 0
 * after a shutdown, 1 after a failure.
 *
 * test=refused makes rpc do, once confined, a system call that its filter
 * does not list.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/roles.h"
#include "init/supervise.h"
#include "net/vsock.h"
#include "proc/confine.h"

static int
test_role(const char *what)
{
	const struct role *r = roles_find("rpc");
	struct err e;

	log_init("rpc", LOG_INFO);
	if (confine_role(r, &e) < 0) {
		log_error("%s", e.msg);
		return ROLES_EXIT_CONFINE;
	}
	if (str_eq(what, "refused"))
		syscall(SYS_getppid);
	return 1;
}

static int
serving(void *arg, int64_t at_us, struct err *se)
{
	(void)arg;
	(void)at_us;
	(void)se;
	puts("serving");
	fflush(stdout);
	return 0;
}

static int
serve(const char *address, const char *test)
{
	struct vsock_address a;
	struct supervise s = {
		.sandbox_args = { "log=info", "target=coco-dev",
		    "policy=/run/policy.rego" },
		.rpc_args = { "log=info", test },
		.serving = serving,
	};
	char reason[SUPERVISE_REASON_MAX];
	enum supervise_end end;
	struct err e;

	log_init("pid1", LOG_INFO);
	s.null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	s.binary_fd = spawn_open_binary(NULL, &e);
	if (s.null_fd < 0 || s.binary_fd < 0 ||
	    vsock_parse(address, &a, &e) < 0) {
		log_error("cannot start");
		return 2;
	}
	s.listen_fd = vsock_listen(&a, &e);
	if (s.listen_fd < 0) {
		log_error("%s", e.msg);
		return 2;
	}
	supervise_block_signals();
	end = supervise_run(&s, reason);
	puts(reason);
	return end == SUPERVISE_SHUTDOWN ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc >= 2 && str_starts(argv[0], "husk-")) {
		const char *test = roles_arg(argc, argv, "test");

		return test != NULL ? test_role(test) : roles_main(argc, argv);
	}
	if (argc < 2 || argc > 3) {
		fputs("usage: serve ADDRESS [test=WORD]\n", stderr);
		return 64;
	}
	return serve(argv[1], argc == 3 ? argv[2] : NULL);
}
