#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/fd.h"
#include "base/str.h"
#include "proc/confine.h"
#include "tests/lib/tap.h"

/* linux/prctl.h, since Linux 6.3 */
#ifndef PR_GET_MDWE
#define PR_GET_MDWE 66
#endif

/* What the body of a confined child may use below. */
static const struct confine_syscall few[] = {
	{ SYS_exit_group, "the test" },
	{ SYS_getppid, "the test" },
	{ SYS_write, "the test" },
};

static const struct role filtered = {
	.name = "filtered",
	.syscalls = few,
	.n_syscalls = 3,
};

static const struct role locked = {
	.name = "locked",
	.uid = 101,
	.gid = 102,
	.no_files = true,
	.rlimits = { { RLIMIT_NOFILE, 20 }, { RLIMIT_CORE, 0 },
	    { RLIMIT_NPROC, 0 }, { RLIMIT_FSIZE, 4096 } },
};

/* The wait status of body run in a child that confined itself as r. */
static int
status_of(const struct role *r, int (*body)(void))
{
	struct err e;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (confine_role(r, &e) < 0) {
			dprintf(1, "# %s\n", e.msg);
			_exit(99);
		}
		/* Not _exit(): the sanitizer's makes calls of its own. */
		syscall(SYS_exit_group, body());
	}
	EQ_INT(waitpid(pid, &status, 0), pid);
	return status;
}

static int
exit_of(const struct role *r, int (*body)(void))
{
	int status = status_of(r, body);

	OK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
listed(void)
{
	return getppid() > 0 ? 3 : 4;
}

static int
unlisted(void)
{
	syscall(SYS_getuid);
	return 0;
}

static int
forks(void)
{
	syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	return 0;
}

TEST(lets_listed_calls_through)
{
	EQ_INT(exit_of(&filtered, listed), 3);
}

TEST(kills_the_process_at_an_unlisted_call)
{
	int status = status_of(&filtered, unlisted);

	OK(WIFSIGNALED(status));
	EQ_INT(WTERMSIG(status), SIGSYS);
	status = status_of(&filtered, forks);
	OK(WIFSIGNALED(status));
	EQ_INT(WTERMSIG(status), SIGSYS);
}

#if defined(__x86_64__)
/* The same calls by their numbers of the other two ABIs of the machine. */
static int
x32_getppid(void)
{
	syscall(SYS_getppid | 0x40000000);
	return 0;
}

static int
i386_write(void)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(1L), "b"(5L));
	return 0;
}

TEST(kills_the_process_at_a_call_of_another_architecture)
{
	EQ_INT(WTERMSIG(status_of(&filtered, x32_getppid)), SIGSYS);
	EQ_INT(WTERMSIG(status_of(&filtered, i386_write)), SIGSYS);
}
#endif

TEST(refuses_a_list_beyond_the_limit)
{
	static struct confine_syscall many[CONFINE_SYSCALLS_MAX + 1];
	struct err e;

	EQ_INT(confine_syscalls(many, CONFINE_SYSCALLS_MAX + 1, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(takes_a_list_of_the_limit)
{
	static struct confine_syscall many[CONFINE_SYSCALLS_MAX];
	static struct role r = {
		.name = "long",
		.syscalls = many,
		.n_syscalls = CONFINE_SYSCALLS_MAX,
	};

	for (size_t i = 0; i < CONFINE_SYSCALLS_MAX; i++)
		many[i].number = 5000;
	many[CONFINE_SYSCALLS_MAX - 1].number = SYS_exit_group;
	EQ_INT(WTERMSIG(status_of(&r, unlisted)), SIGSYS);
	many[CONFINE_SYSCALLS_MAX - 2].number = SYS_getppid;
	EQ_INT(exit_of(&r, listed), 3);
}

/* Raw calls: the sanitizer's own would make others. */
static int
makes_code(void)
{
	enum {
		RW = PROT_READ | PROT_WRITE,
		ANON = MAP_PRIVATE | MAP_ANONYMOUS
	};
	long p = syscall(SYS_mmap, 0, 4096, RW | PROT_EXEC, ANON, -1, 0);
	int n = p != -1 ? 1 : 0;

	p = syscall(SYS_mmap, 0, 4096, RW, ANON, -1, 0);
	if (p == -1)
		return 9;
	if (syscall(SYS_mprotect, p, 4096, PROT_READ | PROT_EXEC) == 0)
		n += 2;
	return n;
}

TEST(a_filtered_role_makes_no_code_and_others_may_start_programs_that_do)
{
	static const struct confine_syscall calls[] = {
		{ SYS_exit_group, "the test" },
		{ SYS_mmap, "the test" },
		{ SYS_mprotect, "the test" },
	};
	struct role r = { .name = "r", .syscalls = calls, .n_syscalls = 3 };
	struct role plain = { .name = "plain" };

	if (prctl(PR_GET_MDWE, 0L, 0L, 0L, 0L) < 0)
		SKIP("Linux before 6.3");
	EQ_INT(exit_of(&r, makes_code), 0);
	EQ_INT(exit_of(&plain, makes_code), 3);
}

static int
is_locked(void)
{
	struct rlimit l;
	uid_t ids[3];
	gid_t gids[3];
	int fds[2];

	getresuid(&ids[0], &ids[1], &ids[2]);
	getresgid(&gids[0], &gids[1], &gids[2]);
	for (int i = 0; i < 3; i++) {
		if (ids[i] != 101 || gids[i] != 102)
			return 1;
	}
	if (getgroups(0, NULL) != 0)
		return 2;
	if (setuid(0) == 0)
		return 3;
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 4;
	if (open("/", O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES)
		return 5;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1 ||
	    prctl(PR_GET_DUMPABLE) != 0)
		return 6;
	if (getrlimit(RLIMIT_NPROC, &l) < 0 || l.rlim_max != 0)
		return 7;
	if (getrlimit(RLIMIT_CORE, &l) < 0 || l.rlim_max != 0)
		return 8;
	if (fork() >= 0 || errno != EAGAIN)
		return 9;
	/* Pipes and memfds are not files of a hierarchy: still usable. */
	if (pipe(fds) < 0 || write(fds[1], "x", 1) != 1)
		return 10;
	if (fcntl(0, F_DUPFD, ROLE_FD_END) > 20)
		return 11;
	return 0;
}

TEST(takes_away_ids_groups_files_and_limits)
{
	if (geteuid() != 0)
		SKIP("needs root");
	EQ_INT(exit_of(&locked, is_locked), 0);
}

static int
no_caps(void)
{
	char text[4096], *p;
	ssize_t n;
	int fd = open("/proc/self/status", O_RDONLY);

	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 1;
	text[n] = '\0';
	p = strstr(text, "CapPrm:");
	return p == NULL || !str_starts(p, "CapPrm:\t0000000000000000") ||
	       strstr(text, "CapEff:\t0000000000000000") == NULL ||
	       strstr(text, "CapInh:\t0000000000000000") == NULL;
}

TEST(leaves_no_capability)
{
	struct role r = { .name = "capless", .uid = 101, .gid = 101 };

	if (geteuid() != 0)
		SKIP("needs root");
	EQ_INT(exit_of(&r, no_caps), 0);
}

static int
count_fds(void)
{
	int n = 0;

	for (int fd = ROLE_FD_END; fd < 100; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(closes_what_the_role_was_not_given)
{
	struct role r = { .name = "plain" };

	OK(fcntl(0, F_DUPFD, ROLE_FD_END) >= 0);
	OK(fcntl(0, F_DUPFD, 90) >= 0);
	EQ_INT(exit_of(&r, count_fds), 0);
}

TEST(names_the_step_that_fails)
{
	struct role r = { .name = "odd", .rlimits = { { 999, 1 } } };
	struct err e;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (confine_role(&r, &e) == 0)
			_exit(1);
		_exit(
		    !str_eq(e.msg, "confine role 'odd': limit of resource 999: "
				   "Invalid argument"));
	}
	EQ_INT(waitpid(pid, &status, 0), pid);
	EQ_INT(status, 0);
}

TAP_MAIN
