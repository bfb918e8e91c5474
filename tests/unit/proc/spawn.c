#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/str.h"
#include "proc/spawn.h"
#include "tests/lib/tap.h"

static struct err e;

/*
 * The program as a role: exit status 0 when what the test arranged holds.
 */
static int
as_role(int argc, char **argv)
{
	const char *role = argv[1];

	if (str_eq(role, "args"))
		return !(argc == 4 && str_eq(argv[0], "husk-args") &&
			 str_eq(argv[2], "one") && str_eq(argv[3], "two"));
	if (str_eq(role, "env"))
		return environ[0] != NULL;
	if (str_eq(role, "fds")) {
		char c;

		if (read(3, &c, 1) != 1 || c != 'x' || write(4, "y", 1) != 1)
			return 1;
		for (int fd = 5; fd < 256; fd++) {
			if (fcntl(fd, F_GETFD) >= 0)
				return fd;
		}
		return 0;
	}
	if (str_eq(role, "signals")) {
		struct sigaction sa;
		sigset_t set;

		sigprocmask(SIG_SETMASK, NULL, &set);
		sigaction(SIGPIPE, NULL, &sa);
		return sigismember(&set, SIGCHLD) || sa.sa_handler != SIG_DFL;
	}
	if (str_eq(role, "pid1"))
		return getpid() != 1;
	if (str_eq(role, "sleep"))
		pause();
	return 50;
}

static void
request(struct spawn_request *r, const char *role)
{
	memset(r, 0, sizeof(*r));
	r->role = role;
	r->cgroup_fd = -1;
	r->pidns_fd = -1;
	r->binary_fd = spawn_open_binary(NULL, &e);
	OK(r->binary_fd >= FD_PARK);
}

static int
exit_of(const struct spawn_request *r)
{
	struct spawn_child c;
	siginfo_t si;

	if (spawn_role(r, &c, &e) < 0) {
		printf("# %s\n", e.msg);
		return -1;
	}
	EQ_INT(fcntl(c.pidfd, F_GETFD), FD_CLOEXEC);
	EQ_INT(waitid(P_PIDFD, (id_t)c.pidfd, &si, WEXITED), 0);
	EQ_INT(si.si_pid, c.pid);
	EQ_INT(si.si_code, CLD_EXITED);
	return si.si_status;
}

TEST(gives_the_role_its_name_and_arguments)
{
	struct spawn_request r;

	request(&r, "args");
	r.args[0] = "one";
	r.args[1] = "two";
	EQ_INT(exit_of(&r), 0);
}

TEST(gives_an_empty_environment)
{
	struct spawn_request r;

	setenv("HUSK_TEST", "1", 1);
	request(&r, "env");
	EQ_INT(exit_of(&r), 0);
}

TEST(places_descriptors_that_stand_in_each_others_way)
{
	struct spawn_request r;
	int a[2], b[2];
	char c;

	/* The read end of a is 4 and has to be 3; the write end of b is 3. */
	EQ_INT(pipe(a), 0);
	EQ_INT(pipe(b), 0);
	EQ_INT(dup2(a[0], 200), 200);
	EQ_INT(dup2(a[1], 201), 201);
	EQ_INT(dup2(b[0], 202), 202);
	EQ_INT(dup2(b[1], 203), 203);
	EQ_INT(dup2(200, 4), 4);
	EQ_INT(dup2(203, 3), 3);
	request(&r, "fds");
	r.fds[0] = (struct spawn_fd){ 4, 3 };
	r.fds[1] = (struct spawn_fd){ 3, 4 };
	r.n_fds = 2;
	EQ_INT(write(201, "x", 1), 1);
	EQ_INT(exit_of(&r), 0);
	EQ_INT(read(202, &c, 1), 1);
	EQ_INT(c, 'y');
}

TEST(works_when_the_binary_descriptor_sits_on_a_target)
{
	struct spawn_request r;
	int a[2];

	EQ_INT(pipe(a), 0);
	EQ_INT(dup2(a[0], 200), 200);
	EQ_INT(dup2(a[1], 201), 201);
	request(&r, "fds");
	EQ_INT(dup2(r.binary_fd, 3), 3);
	r.binary_fd = 3;
	r.fds[0] = (struct spawn_fd){ 200, 3 };
	r.fds[1] = (struct spawn_fd){ 201, 4 };
	r.n_fds = 2;
	EQ_INT(write(201, "x", 1), 1);
	EQ_INT(exit_of(&r), 0);
}

TEST(resets_signals)
{
	struct spawn_request r;
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	request(&r, "signals");
	EQ_INT(exit_of(&r), 0);
}

TEST(starts_the_child_in_new_namespaces)
{
	struct spawn_request r;

	if (geteuid() != 0)
		SKIP("needs root");
	request(&r, "pid1");
	r.clone_flags = CLONE_NEWPID;
	EQ_INT(exit_of(&r), 0);
}

/* The namespace that "pid" of /proc/<which>/ns names; as text. */
static void
pidns_of(const char *which, char *ret, size_t size)
{
	char path[64];
	ssize_t n;

	OK(str_format(path, sizeof(path), "/proc/%s/ns/pid_for_children",
	       which) == 0);
	n = readlink(path, ret, size - 1);
	OK(n > 0);
	ret[n] = '\0';
}

TEST(joins_a_pid_namespace_for_one_child_only)
{
	struct spawn_request r;
	struct spawn_child first, second;
	char before[64], after[64], in_first[64], in_second[64], pid[32];

	if (geteuid() != 0)
		SKIP("needs root");
	request(&r, "sleep");
	r.clone_flags = CLONE_NEWPID;
	EQ_INT(spawn_role(&r, &first, &e), 0);
	pidns_of("self", before, sizeof(before));
	r.clone_flags = 0;
	r.pidns_fd = first.pidfd;
	EQ_INT(spawn_role(&r, &second, &e), 0);
	pidns_of("self", after, sizeof(after));
	EQ_STR(before, after);
	snprintf(pid, sizeof(pid), "%d", first.pid);
	pidns_of(pid, in_first, sizeof(in_first));
	snprintf(pid, sizeof(pid), "%d", second.pid);
	pidns_of(pid, in_second, sizeof(in_second));
	EQ_STR(in_first, in_second);
	kill(second.pid, SIGKILL);
	kill(first.pid, SIGKILL);
	/* The namespace's init ends only after all others were reaped. */
	EQ_INT(waitpid(second.pid, NULL, 0), second.pid);
	EQ_INT(waitpid(first.pid, NULL, 0), first.pid);
}

TEST(shows_a_failed_exec_as_its_own_status)
{
	struct spawn_request r;

	request(&r, "args");
	r.binary_fd = open("/", O_PATH | O_CLOEXEC);
	EQ_INT(exit_of(&r), SPAWN_EXIT_EXEC);
	r.binary_fd = -1;
	EQ_INT(exit_of(&r), SPAWN_EXIT_EXEC);
}

TEST(refuses_impossible_requests)
{
	struct spawn_request r;
	struct spawn_child c;

	request(&r, "args");
	r.fds[0] = (struct spawn_fd){ 0, 10 };
	r.n_fds = 1;
	EQ_INT(spawn_role(&r, &c, &e), -1);
	EQ_INT(e.code, ERR_INTERNAL);
	r.n_fds = SPAWN_FDS_MAX + 1;
	EQ_INT(spawn_role(&r, &c, &e), -1);
	request(&r, "args");
	r.pidns_fd = 0;
	EQ_INT(spawn_role(&r, &c, &e), -1);
	EQ_INT(e.code, ERR_SYSTEM);
}

int
main(int argc, char **argv)
{
	if (str_starts(argv[0], "husk-"))
		return as_role(argc, argv);
	return tap_main(argc, argv);
}
