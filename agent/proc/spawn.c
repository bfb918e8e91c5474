#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "proc/spawn.h"

/* struct clone_args of linux/sched.h, as of Linux 5.7 (88 bytes). */
struct clone_request {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

#define SPAWN_CLONE_INTO_CGROUP UINT64_C(0x200000000)

enum {
	ARGV0_MAX = 40,
	CHILD_STACK = 8192,
	SIGNALS = 64,
	KERNEL_SIGACTION_MAX = 64
};

int
spawn_open_binary(const char *path, struct err *e)
{
	AUTO_FD int fd = -1;
	int parked;

	if (path != NULL)
		fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open the program's own binary");
	parked = fd_park(fd);
	if (parked < 0)
		return err_sys(e, "duplicate the binary's descriptor");
	return parked;
}

/*
 * From here to execveat() the child may only make system calls: the libc's
 * idea of its own thread is the parent's, and where it shares the parent's
 * memory (start_sharing()) all that it writes is its stack and errno.
 * AddressSanitizer would leave marks on that stack.
 */
#define IN_CHILD __attribute__((no_sanitize("address")))

IN_CHILD static void
reset_signals(void)
{
	/* All zeros is SIG_DFL in every architecture's struct. */
	static const unsigned char dfl[KERNEL_SIGACTION_MAX];
	sigset_t none;

	/*
	 * Handlers do not survive execve, but ignored signals do. The raw call:
	 * a libc keeps some real-time signals from its users, and they may be
	 * inherited as ignored all the same.
	 */
	for (int sig = 1; sig <= SIGNALS; sig++)
		syscall(SYS_rt_sigaction, sig, dfl, NULL, SIGNALS / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Put every descriptor at its number. The sources move out of the way first:
 * one of them may sit where another one has to go. dup2() clears the
 * close-on-exec flag that close_range() sets on everything else.
 */
IN_CHILD static int
place_fds(const struct spawn_request *r, int *ret_binary)
{
	int parked[SPAWN_FDS_MAX];
	int binary = fd_park(r->binary_fd);

	if (binary < 0)
		return -1;
	for (size_t i = 0; i < r->n_fds; i++) {
		parked[i] = fd_park(r->fds[i].from);
		if (parked[i] < 0)
			return -1;
	}
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -1;
	for (size_t i = 0; i < r->n_fds; i++) {
		if (dup2(parked[i], r->fds[i].to) < 0)
			return -1;
	}
	*ret_binary = binary;
	return 0;
}

IN_CHILD static void
run_child(const struct spawn_request *r, char *const *argv)
{
	char *const no_env[] = { NULL };
	int binary;

	reset_signals();
	if (place_fds(r, &binary) == 0)
		syscall(SYS_execveat, binary, "", argv, no_env, AT_EMPTY_PATH);
	_exit(SPAWN_EXIT_EXEC);
}

/* Direct all children that follow into the pid namespace. */
static int
enter_pidns(int pidns_fd, int *ret_home, struct err *e)
{
	AUTO_FD int home = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (home < 0)
		return err_sys(e, "pidfd_open");
	if (setns(pidns_fd, CLONE_NEWPID) < 0)
		return err_sys(e, "enter a pid namespace");
	*ret_home = take_fd(&home);
	return 0;
}

static void
leave_pidns(int home)
{
	if (setns(home, CLONE_NEWPID) < 0)
		die("cannot return to the own pid namespace: %s",
		    strerror(errno));
}

static int
check_request(const struct spawn_request *r, struct err *e)
{
	if (r->n_fds > SPAWN_FDS_MAX)
		return err_set(e, ERR_INTERNAL, "%zu descriptors", r->n_fds);
	for (size_t i = 0; i < r->n_fds; i++) {
		if (r->fds[i].to < 0 || r->fds[i].to >= FD_PARK)
			return err_set(e, ERR_INTERNAL,
			    "descriptor %d of the child", r->fds[i].to);
	}
	return 0;
}

struct start {
	const struct spawn_request *r;
	char *const *argv;
};

IN_CHILD static int
child_main(void *arg)
{
	const struct start *s = arg;

	run_child(s->r, s->argv);
	return SPAWN_EXIT_EXEC;
}

/*
 * As posix_spawn() does it: the child uses the parent's memory, and the parent
 * waits, until the child executes. That spares both a copy of all page tables.
 */
static long
start_sharing(const struct spawn_request *r, char *const *argv, int *ret_pidfd)
{
	__attribute__((aligned(16), uninitialized)) char stack[CHILD_STACK];
	struct start s = { r, argv };

	return clone(child_main, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | (r->no_pidfd ? 0 : CLONE_PIDFD) | SIGCHLD,
	    &s, ret_pidfd);
}

/* The child is a copy, which can start in namespaces and a cgroup. */
static long
start_copy(const struct spawn_request *r, char *const *argv, int *ret_pidfd)
{
	struct clone_request c = {
		.flags = r->clone_flags | (r->no_pidfd ? 0 : CLONE_PIDFD),
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
	};
	long pid;

	if (r->cgroup_fd >= 0) {
		c.flags |= SPAWN_CLONE_INTO_CGROUP;
		c.cgroup = (uint64_t)r->cgroup_fd;
	}
	pid = syscall(SYS_clone3, &c, sizeof(c));
	if (pid == 0)
		run_child(r, argv);
	return pid;
}

static int
clone_role(const struct spawn_request *r, char *const *argv,
    struct spawn_child *ret, struct err *e)
{
	bool plain = r->clone_flags == 0 && r->cgroup_fd < 0;
	int pidfd = -1;
	int home = -1;
	long pid;

	if (r->pidns_fd >= 0 && enter_pidns(r->pidns_fd, &home, e) < 0)
		return -1;
	pid = plain ? start_sharing(r, argv, &pidfd)
		    : start_copy(r, argv, &pidfd);
	if (pid < 0)
		err_sys(e, "clone");
	if (home >= 0)
		leave_pidns(home);
	fd_close(&home);
	if (pid < 0)
		return -1;
	ret->pid = (pid_t)pid;
	ret->pidfd = pidfd;
	return 0;
}

int
spawn_role(const struct spawn_request *r, struct spawn_child *ret,
    struct err *e)
{
	static const char prefix[] = "husk-";
	char argv0[ARGV0_MAX];
	char *argv[SPAWN_ARGS_MAX + 3];
	size_t n = 0;

	if (check_request(r, e) < 0)
		return err_wrap(e, "start role '%s'", r->role);
	memcpy(argv0, prefix, sizeof(prefix));
	if (str_copy(argv0 + sizeof(prefix) - 1,
		sizeof(argv0) - sizeof(prefix) + 1, r->role) < 0)
		return err_set(e, ERR_INTERNAL, "role name '%s'", r->role);
	argv[n++] = argv0;
	argv[n++] = (char *)r->role;
	for (size_t i = 0; i < SPAWN_ARGS_MAX && r->args[i] != NULL; i++)
		argv[n++] = (char *)r->args[i];
	argv[n] = NULL;
	if (clone_role(r, argv, ret, e) < 0)
		return err_wrap(e, "start role '%s'", r->role);
	return 0;
}
