#include "oci/exec.h"
#include "tests/unit/oci/bundle.h"

/* A container that lives until its cgroup is killed. */
PROBE(waits)
{
	if (write(1, "up\n", 3) != 3)
		_exit(1);
	for (;;)
		pause();
}

static int
namespace_of(pid_t pid, const char *name)
{
	char path[64];
	int fd;

	OK(str_format(path, sizeof(path), "/proc/%d/ns/%s", pid, name) == 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	OK(fd >= 0);
	return fd;
}

static void
start_first(struct bundle *b)
{
	char up[3];

	bundle_start(b);
	bundle_args(b, "probe", "waits");
	b->spec.hostname = "first";
	bundle_ready(b);
	bundle_go(b);
	OK(fd_read_all(b->out, up, 3) == 0);
}

/* A second bundle whose process runs in the namespaces of the first's. */
static void
exec_in(struct bundle *x, const struct bundle *b)
{
	static const struct {
		int flag;
		const char *name;
	} kinds[] = { { CLONE_NEWPID, "pid" }, { CLONE_NEWNS, "mnt" },
		{ CLONE_NEWIPC, "ipc" }, { CLONE_NEWUTS, "uts" },
		{ CLONE_NEWCGROUP, "cgroup" }, { CLONE_NEWNET, "net" } };

	bundle_init(x);
	x->request.spec = NULL;
	x->request.process = &x->process;
	x->request.cgroup_fd = b->cgroup.fd;
	x->request.binary_fd = b->request.binary_fd;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		x->request.ns[i].flag = kinds[i].flag;
		x->request.ns[i].fd = namespace_of(b->child.pid, kinds[i].name);
		x->request.n_ns++;
	}
}

static void
stop_first(struct bundle *b)
{
	int status;

	OK(cgroup_kill(&b->cgroup, &b->e) == 0);
	OK(waitpid(b->child.pid, &status, 0) == b->child.pid);
	EQ_INT(WTERMSIG(status), SIGKILL);
	bundle_end(b);
}

PROBE(is_inside)
{
	char name[64], text[4096];
	int fd = open("/proc/1/cmdline", O_RDONLY);
	char cwd[PATH_MAX];

	OK(fd >= 0);
	OK(read(fd, text, sizeof(text)) > 0);
	EQ_STR(text, "probe");
	EQ_STR(text + 6, "waits");
	close(fd);
	OK(getpid() > 1);
	EQ_INT(getsid(0), getpid());
	EQ_INT(gethostname(name, sizeof(name)), 0);
	EQ_STR(name, "first");
	EQ_STR(getcwd(cwd, sizeof(cwd)), "/etc");
	fd = open("/proc/self/cgroup", O_RDONLY);
	OK(fd >= 0);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	OK(n > 0);
	text[n] = '\0';
	OK(str_ends(text, "0::/\n"));
	close(fd);
	for (fd = 3; fd < 128; fd++)
		EQ_INT(fcntl(fd, F_GETFD), -1);
}

TEST(an_exec_is_inside_the_container)
{
	struct bundle b, x;

	start_first(&b);
	exec_in(&x, &b);
	x.process.cwd = "/etc";
	bundle_probe(&x, "is_inside");
	/* again, and a refusal between does no harm */
	bundle_args(&x, "nothing", NULL);
	bundle_refused(&x, ERR_NOT_FOUND, "exec 'nothing': not found in PATH");
	x.process.cwd = "/not/there";
	bundle_refused(&x, ERR_NOT_FOUND, "cwd '/not/there'");
	x.process.cwd = "/etc";
	bundle_probe(&x, "is_inside");
	stop_first(&b);
}

PROBE(has_a_second_terminal)
{
	EQ_STR(ttyname(0), "/dev/pts/0");
	OK(open("/dev/tty", O_RDWR) >= 0);
}

TEST(an_exec_can_have_a_terminal)
{
	struct bundle b, x;

	start_first(&b);
	exec_in(&x, &b);
	x.process.terminal = 1;
	bundle_probe(&x, "has_a_second_terminal");
	stop_first(&b);
}

TEST(a_cwd_that_leads_out_is_refused)
{
	struct bundle b, x;

	start_first(&b);
	exec_in(&x, &b);
	bundle_args(&x, "probe", "is_inside");
	/* whatever descriptors the child has, none is a way out */
	for (int fd = 0; fd < 24; fd++) {
		char cwd[64];
		int rc;

		OK(str_format(cwd, sizeof(cwd), "/proc/self/fd/%d", fd) == 0);
		x.process.cwd = cwd;
		rc = bundle_spawn(&x);
		OK(rc == 0);
		EQ_INT(bundle_event(&x), CONTAINER_FAILED);
		OK(waitpid(x.child.pid, NULL, 0) == x.child.pid);
		close(x.child.pidfd);
		close(x.child.channel);
	}
	stop_first(&b);
}

TEST(an_exec_in_a_dead_container_is_refused)
{
	struct bundle b, x;

	start_first(&b);
	exec_in(&x, &b);
	OK(cgroup_kill(&b.cgroup, &b.e) == 0);
	OK(waitpid(b.child.pid, NULL, 0) == b.child.pid);
	bundle_args(&x, "probe", "is_inside");
	bundle_refused(&x, ERR_STATE, "pid namespace has ended");
	bundle_end(&b);
}

PROBE(shares_pids_and_uts)
{
	char name[64];

	OK(getpid() > 1);
	EQ_INT(kill(1, 0), 0);
	EQ_INT(gethostname(name, sizeof(name)), 0);
	EQ_STR(name, "first");
	EQ_INT(access("/proc/1", F_OK), 0);
}

TEST(a_second_container_can_share_namespaces)
{
	static Grpc__LinuxNamespace pid = GRPC__LINUX_NAMESPACE__INIT;
	static Grpc__LinuxNamespace *list[] = { &pid };
	struct bundle b, x;

	start_first(&b);
	bundle_init(&x);
	bundle_self(x.self);
	bundle_mounts(&x);
	x.request.binary_fd = b.request.binary_fd;
	x.root.path = BUNDLE_DIR "/second";
	OK(mkdir(x.root.path, 0755) == 0);
	OK(cgroup_create("husk-test:second", "x", NULL, &x.cgroup, &x.e) == 0);
	x.request.cgroup_fd = x.cgroup.fd;
	pid.type = "pid";
	pid.path = "/proc/somewhere/ns/pid";
	x.linux.namespaces = list;
	x.linux.n_namespaces = 1;
	bundle_args(&x, "probe", "shares_pids_and_uts");
	bundle_refused(&x, ERR_ARGUMENT, "was not opened");
	x.request.ns[0].flag = CLONE_NEWPID;
	x.request.ns[0].fd = namespace_of(b.child.pid, "pid");
	x.request.ns[1].flag = CLONE_NEWUTS;
	x.request.ns[1].fd = namespace_of(b.child.pid, "uts");
	x.request.n_ns = 2;
	x.spec.hostname = "not-mine-to-set";
	bundle_probe(&x, "shares_pids_and_uts");
	bundle_end(&x);
	stop_first(&b);
}

PROBE(is_in_the_inner_cgroup)
{
	char text[4096];
	int fd = open("/proc/self/cgroup", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	OK(n > 0);
	text[n] = '\0';
	OK(str_ends(text, "0::/init\n"));
}

TEST(an_exec_starts_where_the_container_moved_its_processes)
{
	struct bundle b, x;

	start_first(&b);
	OK(mkdirat(b.cgroup.fd, "init", 0755) == 0);
	exec_in(&x, &b);
	bundle_probe(&x, "is_in_the_inner_cgroup");
	stop_first(&b);
}

static void
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	char part[65536];
	ssize_t n;

	OK(in >= 0 && out >= 0);
	while ((n = fd_read(in, part, sizeof(part))) > 0)
		OK(fd_write_all(out, part, (size_t)n) == 0);
	close(in);
	close(out);
}

TEST(the_program_can_not_be_replaced_through_proc_exe)
{
	struct bundle b;
	char path[64], link[64];
	int exe;

	bundle_start(&b);
	copy_file(b.self, BUNDLE_DIR "/program");
	b.request.binary_fd = open(BUNDLE_DIR "/program", O_PATH | O_CLOEXEC);
	bundle_args(&b, "probe", "waits");
	bundle_ready(&b);
	OK(str_format(path, sizeof(path), "/proc/%d/exe", b.child.pid) == 0);
	exe = open(path, O_RDONLY | O_CLOEXEC);
	OK(exe >= 0);
	close(b.child.channel);
	EQ_INT(bundle_finish(&b), 0);
	/* it runs no more, so it could be written to but for its mount */
	OK(str_format(link, sizeof(link), "/proc/self/fd/%d", exe) == 0);
	EQ_INT(open(link, O_WRONLY), -1);
	EQ_INT(errno, EROFS);
	OK(open(BUNDLE_DIR "/program", O_WRONLY) >= 0);
	bundle_end(&b);
}

TEST(path_is_searched_in_order)
{
	char dir[] = "/tmp/husk-exec-XX"
		     "XX"
		     "XX",
	     path[PATH_MAX], got[PATH_MAX];
	char want[PATH_MAX];
	struct err e;

	OK(mkdtemp(dir) != NULL);
	OK(chdir(dir) == 0);
	OK(mkdir("a", 0755) == 0 && mkdir("b", 0755) == 0);
	bundle_file("a/x", "");
	bundle_file("b/x", "");
	OK(chmod("b/x", 0755) == 0);
	OK(mkdir("a/d", 0755) == 0);
	OK(str_format(path, sizeof(path), "/not/there:%s/a:%s/b", dir, dir) ==
	    0);
	OK(str_format(want, sizeof(want), "%s/b/x", dir) == 0);
	EQ_INT(exec_find("x", path, got, &e), 0);
	EQ_STR(got, want);
	EQ_INT(exec_find("./b/x", path, got, &e), 0);
	EQ_STR(got, "./b/x");
	EQ_INT(exec_find("d", path, got, &e), -1);
	EQ_INT(e.code, ERR_DENIED);
	EQ_INT(exec_find("y", path, got, &e), -1);
	EQ_STR(e.msg, "exec 'y': not found in PATH");
	EQ_INT(exec_find("", path, got, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(exec_find("x/", path, got, &e), -1);
	/* an empty entry is the working directory */
	OK(chdir("b") == 0);
	EQ_INT(exec_find("x", "", got, &e), 0);
	EQ_STR(got, "./x");
	EQ_INT(exec_find("x", "/not::/there", got, &e), 0);
	EQ_STR(got, "./x");
	EQ_INT(exec_find("sh", NULL, got, &e), access("/bin/sh", X_OK));
	OK(chdir(dir) == 0);
	unlink("a/x");
	unlink("b/x");
	rmdir("a/d");
	rmdir("a");
	rmdir("b");
	rmdir(dir);
}

TEST(a_variable_is_found_by_its_whole_name)
{
	static char *env[] = { "PATHX=1", "XPATH=2", "PATH", "PATH=3", "PATH=4",
		"EMPTY=" };

	EQ_STR(exec_getenv(env, 6, "PATH"), "3");
	EQ_STR(exec_getenv(env, 6, "EMPTY"), "");
	OK(exec_getenv(env, 6, "HOME") == NULL);
	OK(exec_getenv(env, 0, "PATH") == NULL);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
