#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "init/roles.h"
#include "oci/container.h"
#include "proc/confine.h"
#include "rpc/rpc.h"
#include "sandbox/sandbox.h"
#include "sandbox/scsiscan.h"

#define MIB (UINT64_C(1024) * 1024)

/* clang-format off */
static const struct confine_syscall rpc_syscalls[] = {
	/* the loop; musl's epoll_wait is epoll_pwait on newer kernels' ABIs */
	{ SYS_epoll_wait, "proc/loop" },
	{ SYS_epoll_pwait, "proc/loop" },
	{ SYS_epoll_ctl, "proc/loop" },
	{ SYS_epoll_create1, "proc/loop" },
	{ SYS_clock_gettime, "base/clock, without a vdso" },
	{ SYS_rt_sigaction, "rpc: ignore SIGPIPE" },
	/* ttrpc connections */
	{ SYS_accept4, "rpc server" },
	{ SYS_read, "rpc server, streams, base/fd" },
	{ SYS_write, "rpc server, streams, base/log" },
	{ SYS_close, "every descriptor" },
	{ SYS_fcntl, "base/fd, seals of a memfd, size of a pipe" },
	/* the channel to sandbox */
	{ SYS_sendmsg, "proc/channel" },
	{ SYS_recvmsg, "proc/channel" },
	{ SYS_memfd_create, "proto/call: payloads over the inline limit" },
	{ SYS_lseek, "base/fd: fd_memfd" },
	{ SYS_fstat, "proto/call: size of a received memfd" },
	/* streams */
	{ SYS_poll, "rpc streams" },
	/* malloc */
	{ SYS_brk, "malloc" },
	{ SYS_mmap, "malloc" },
	{ SYS_munmap, "malloc" },
	{ SYS_mremap, "realloc" },
	{ SYS_mprotect, "malloc: the guard page of its own tables" },
	{ SYS_madvise, "free" },
	/* the end */
	{ SYS_exit_group, "exit" },
	{ SYS_exit, "exit" },
	{ SYS_restart_syscall, "the kernel, after a stop signal" },
};
/* clang-format on */

/* A shell on the console, for people who debug; the debug rootfs has it. */
static int
console_main(int argc, char **argv)
{
	char *const shell[] = { (char *)"sh", (char *)"-i", NULL };
	char *const env[] = { (char *)"PATH=/bin:/sbin:/usr/bin:/usr/sbin",
		(char *)"TERM=linux", (char *)"HOME=/", NULL };
	int fd;

	(void)argc;
	(void)argv;
	/* Opening the console makes it nobody's terminal, asking does. */
	setsid();
	fd = open("/dev/console", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 1;
	ioctl(fd, TIOCSCTTY, 0);
	for (int to = 0; to <= 2; to++)
		dup2(fd, to);
	execve("/bin/sh", shell, env);
	log_error("no shell: /bin/sh cannot be executed");
	return 1;
}

static const struct role roles[] = {
	{
	    .name = "sandbox",
	    .main = sandbox_main,
	},
	{
	    .name = "rpc",
	    .main = rpc_main,
	    .uid = ROLES_RPC_UID,
	    .gid = ROLES_RPC_UID,
	    .no_files = true,
	    .rlimits = {
		{ RLIMIT_NOFILE, 1024 },
		{ RLIMIT_AS, 256 * MIB },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_FSIZE, 8 * MIB },
	    },
	    .syscalls = rpc_syscalls,
	    .n_syscalls = sizeof(rpc_syscalls) / sizeof(rpc_syscalls[0]),
	},
	{
	    .name = "container",
	    .main = container_main,
	},
	{
	    .name = "scan",
	    .main = scsiscan_main,
	},
	{
	    .name = "console",
	    .main = console_main,
	},
};

static const char *const log_args[] = {
	[LOG_ERROR] = "log=error",
	[LOG_WARN] = "log=warn",
	[LOG_INFO] = "log=info",
	[LOG_DEBUG] = "log=debug",
};

const struct role *
roles_find(const char *name)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (str_eq(roles[i].name, name))
			return &roles[i];
	}
	return NULL;
}

const char *
roles_arg(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
			return argv[i] + len + 1;
	}
	return NULL;
}

const char *
roles_log_arg(enum log_level level)
{
	return log_args[level];
}

static enum log_level
level_of(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
			if (str_eq(argv[i], log_args[level]))
				return (enum log_level)level;
		}
	}
	return LOG_INFO;
}

int
roles_main(int argc, char **argv)
{
	const struct role *r = argc < 2 ? NULL : roles_find(argv[1]);
	struct err e;

	if (r == NULL) {
		log_error("no such role");
		return ROLES_EXIT_CONFINE;
	}
	log_init(r->name, level_of(argc, argv));
	if (confine_role(r, &e) < 0) {
		log_error("%s", e.msg);
		return ROLES_EXIT_CONFINE;
	}
	return r->main(argc, argv);
}
