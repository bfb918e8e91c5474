#include "oci/cgroup_file.h"
#include "oci/cgroup_limit.h"
#include "oci/limits.h"
#include "tests/unit/oci/bundle.h"

static struct err e;

TEST(reads_cgroups_path_in_all_its_forms)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "", "husk/id" },
		{ "/a/b", "a/b" },
		{ "a", "a" },
		{ "kubepods.slice:cri-containerd:abc",
		    "kubepods.slice/cri-containerd/abc" },
		{ "/kubepods/pod1/c1", "kubepods/pod1/c1" },
		{ ":cri:abc", "cri/abc" },
		{ "/", NULL },
		{ "//a", NULL },
		{ "a//b", NULL },
		{ "a/", NULL },
		{ "a::b", NULL },
		{ "../a", NULL },
		{ "a/../../b", NULL },
		{ "a/./b", NULL },
		{ "a\nb", NULL },
		{ "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
		    "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16" },
		{ "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", NULL },
	};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = cgroup_path(rows[i].from, "id", path, &e);

		if (rc != (rows[i].to != NULL ? 0 : -1))
			printf("# %s\n", rows[i].from);
		EQ_INT(rc, rows[i].to != NULL ? 0 : -1);
		if (rc == 0)
			EQ_STR(path, rows[i].to);
	}
}

TEST(converts_weights)
{
	EQ_INT(cgroup_limit_weight(2), 1);
	EQ_INT(cgroup_limit_weight(1024), 39);
	EQ_INT(cgroup_limit_weight(262144), 10000);
	EQ_INT(cgroup_limit_weight(1), 1);
	EQ_INT(cgroup_limit_weight(UINT64_MAX), 10000);
	EQ_INT(cgroup_limit_io_weight(10), 1);
	EQ_INT(cgroup_limit_io_weight(1000), 10000);
	EQ_INT(cgroup_limit_io_weight(500), 4950);
}

/* A directory with plain files in place of a cgroup. */
static int
fake(const char *const *files)
{
	char dir[] = "/tmp/husk-cgroup-XX"
		     "XX"
		     "XX";
	int fd;

	if (unshare(CLONE_NEWNS) < 0)
		SKIP("needs root");
	OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	OK(mkdtemp(dir) != NULL);
	OK(mount("none", dir, "tmpfs", 0, NULL) == 0);
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	OK(fd >= 0);
	OK(umount2(dir, MNT_DETACH) == 0);
	OK(rmdir(dir) == 0);
	for (; *files != NULL; files++)
		close(openat(fd, *files, O_CREAT | O_WRONLY, 0644));
	return fd;
}

static void
expect_file(int fd, const char *name, const char *value)
{
	struct buf b;

	buf_init(&b, 4096);
	OK(fd_read_file(fd, name, &b, &e) == 0);
	EQ_STR(buf_str(&b), value);
	buf_release(&b);
}

TEST(writes_limits_as_v2_wants_them)
{
	int fd = fake((const char *const[]){ "memory.max", "memory.low",
	    "memory.swap.max", "cpu.weight", "cpu.max", "cpuset.cpus",
	    "cpuset.mems", "pids.max", "io.max", "io.weight", "hugetlb.2MB.max",
	    NULL });
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxMemory m = GRPC__LINUX_MEMORY__INIT;
	Grpc__LinuxCPU c = GRPC__LINUX_CPU__INIT;
	Grpc__LinuxPids p = GRPC__LINUX_PIDS__INIT;
	Grpc__LinuxBlockIO b = GRPC__LINUX_BLOCK_IO__INIT;
	Grpc__LinuxThrottleDevice t = GRPC__LINUX_THROTTLE_DEVICE__INIT;
	Grpc__LinuxThrottleDevice *ts[] = { &t };
	Grpc__LinuxHugepageLimit h = GRPC__LINUX_HUGEPAGE_LIMIT__INIT;
	Grpc__LinuxHugepageLimit *hs[] = { &h };

	EQ_INT(cgroup_limit_apply(fd, NULL, &e), 0);
	EQ_INT(cgroup_limit_apply(fd, &r, &e), 0);
	m.limit = 1 << 20;
	m.swap = 3 << 20;
	m.reservation = 4096;
	c.shares = 1024;
	c.quota = 50000;
	c.period = 200000;
	c.cpus = "0-1,3";
	c.mems = "0";
	p.limit = 100;
	b.weight = 500;
	b.throttlereadbpsdevice = ts;
	b.n_throttlereadbpsdevice = 1;
	t.major = 8;
	t.minor = 16;
	t.rate = 1000;
	h.pagesize = "2MB";
	h.limit = 4 << 20;
	r.memory = &m;
	r.cpu = &c;
	r.pids = &p;
	r.blockio = &b;
	r.hugepagelimits = hs;
	r.n_hugepagelimits = 1;
	EQ_INT(cgroup_limit_apply(fd, &r, &e), 0);
	expect_file(fd, "memory.max", "1048576");
	expect_file(fd, "memory.swap.max", "2097152");
	expect_file(fd, "memory.low", "4096");
	expect_file(fd, "cpu.weight", "39");
	expect_file(fd, "cpu.max", "50000 200000");
	expect_file(fd, "cpuset.cpus", "0-1,3");
	expect_file(fd, "cpuset.mems", "0");
	expect_file(fd, "pids.max", "100");
	expect_file(fd, "io.weight", "default 4950");
	expect_file(fd, "io.max", "8:16 rbps=1000");
	expect_file(fd, "hugetlb.2MB.max", "4194304");
}

TEST(a_negative_limit_is_none)
{
	int fd = fake((const char *const[]){ "memory.max", "memory.swap.max",
	    "cpu.max", "pids.max", NULL });
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxMemory m = GRPC__LINUX_MEMORY__INIT;
	Grpc__LinuxCPU c = GRPC__LINUX_CPU__INIT;
	Grpc__LinuxPids p = GRPC__LINUX_PIDS__INIT;

	m.limit = m.swap = c.quota = p.limit = -1;
	r.memory = &m;
	r.cpu = &c;
	r.pids = &p;
	EQ_INT(cgroup_limit_apply(fd, &r, &e), 0);
	expect_file(fd, "memory.max", "max");
	expect_file(fd, "memory.swap.max", "max");
	expect_file(fd, "cpu.max", "max 100000");
	expect_file(fd, "pids.max", "max");
}

static void
refused(int fd, const Grpc__LinuxResources *r, enum err_code code,
    const char *text)
{
	EQ_INT(cgroup_limit_apply(fd, r, &e), -1);
	if (strstr(e.msg, text) == NULL)
		printf("# %s\n", e.msg);
	EQ_INT(e.code, code);
	OK(strstr(e.msg, text) != NULL);
}

TEST(refuses_limits_that_it_can_not_keep)
{
	int fd = fake((const char *const[]){ "memory.max", NULL });
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxMemory m = GRPC__LINUX_MEMORY__INIT, m0 = m;
	Grpc__LinuxCPU c = GRPC__LINUX_CPU__INIT, c0 = c;
	Grpc__LinuxPids p = GRPC__LINUX_PIDS__INIT;
	Grpc__LinuxBlockIO b = GRPC__LINUX_BLOCK_IO__INIT;
	Grpc__LinuxHugepageLimit h = GRPC__LINUX_HUGEPAGE_LIMIT__INIT;
	Grpc__LinuxHugepageLimit *hs[] = { &h };

	r.memory = &m;
	m.kernel = 1;
	refused(fd, &r, ERR_UNSUPPORTED, "kernel memory limit");
	m = m0;
	m.swappiness = 60;
	refused(fd, &r, ERR_UNSUPPORTED, "swappiness");
	m = m0;
	m.disableoomkiller = 1;
	refused(fd, &r, ERR_UNSUPPORTED, "OOM killer");
	m = m0;
	m.swap = 1;
	refused(fd, &r, ERR_ARGUMENT, "without a memory limit");
	m.limit = 2;
	refused(fd, &r, ERR_ARGUMENT, "below the memory limit");
	/* no swap in the kernel: nothing to limit */
	m.swap = 3;
	EQ_INT(cgroup_limit_apply(fd, &r, &e), 0);
	r.memory = NULL;
	r.cpu = &c;
	c.shares = 2;
	refused(fd, &r, ERR_UNSUPPORTED, "kernel's 'cpu' controller");
	c = c0;
	c.realtimeperiod = 1;
	refused(fd, &r, ERR_UNSUPPORTED, "realtime");
	c = c0;
	c.cpus = "0\n1";
	refused(fd, &r, ERR_ARGUMENT, "cpuset.cpus");
	c.cpus = "0";
	refused(fd, &r, ERR_UNSUPPORTED, "kernel's 'cpuset' controller");
	r.cpu = NULL;
	r.pids = &p;
	p.limit = 1;
	refused(fd, &r, ERR_UNSUPPORTED, "kernel's 'pids' controller");
	r.pids = NULL;
	r.blockio = &b;
	b.leafweight = 1;
	refused(fd, &r, ERR_UNSUPPORTED, "leaf weight");
	r.blockio = NULL;
	r.hugepagelimits = hs;
	r.n_hugepagelimits = 1;
	h.pagesize = "../x";
	refused(fd, &r, ERR_ARGUMENT, "huge page size");
	h.pagesize = "3MB"; /* no machine has these */
	EQ_INT(cgroup_limit_apply(fd, &r, &e), 0);
}

static void
make(struct cgroup *cg, const char *name)
{
	char path[64];
	int rc;

	OK(str_format(path, sizeof(path), "husk-test:%d:%s", getpid(), name) ==
	    0);
	rc = cgroup_create(path, "id", NULL, cg, &e);
	if (rc < 0)
		printf("# %s\n", e.msg);
	EQ_INT(rc, 0);
}

static void
enter(struct cgroup *cg, const char *below)
{
	char path[PATH_MAX];

	OK(str_format(path, sizeof(path), "%s/cgroup.procs", below) == 0);
	OK(fd_write_file(cg->fd, path, "0", &e) == 0);
}

static pid_t
sleeper(struct cgroup *cg, const char *below)
{
	int up[2];
	char c;
	pid_t pid;

	OK(pipe(up) == 0);
	pid = fork();
	OK(pid >= 0);
	if (pid == 0) {
		enter(cg, below);
		if (write(up[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	OK(read(up[0], &c, 1) == 1);
	close(up[0]);
	close(up[1]);
	return pid;
}

static int
signal_of(pid_t pid)
{
	int status;

	OK(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(creates_and_removes_with_all_below)
{
	struct cgroup a, b;
	struct stat st;
	pid_t pid, below;

	bundle_world();
	make(&a, "a");
	make(&b, "b");
	EQ_INT(cgroup_create(a.path, "id", NULL, &b, &e), -1);
	EQ_INT(e.code, ERR_EXISTS);
	OK(!cgroup_populated(&a));
	OK(mkdirat(a.fd, "x", 0755) == 0);
	OK(mkdirat(a.fd, "x/y", 0755) == 0);
	pid = sleeper(&a, ".");
	below = sleeper(&a, "x/y");
	OK(cgroup_populated(&a));
	EQ_INT(cgroup_remove(&a, &e), 0);
	EQ_INT(a.fd, -1);
	EQ_INT(cgroup_remove(&a, &e), 0);
	EQ_INT(signal_of(pid), SIGKILL);
	EQ_INT(signal_of(below), SIGKILL);
	/* the parent goes with its last child */
	OK(chdir("/sys/fs/cgroup/husk-test") == 0);
	EQ_INT(cgroup_remove(&b, &e), 0);
	EQ_INT(stat(b.path, &st), -1);
}

/* Deeper than the kernel lets it is deeper than the removal goes. */
TEST(removes_what_a_container_nested_as_deep_as_it_could)
{
	struct cgroup a;
	int fd, levels = 0;

	bundle_world();
	make(&a, "deep");
	fd = fcntl(a.fd, F_DUPFD_CLOEXEC, 0);
	while (
	    levels < 2 * OCI_CGROUP_NEST_MAX && mkdirat(fd, "x", 0755) == 0) {
		int below = openat(fd, "x", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		OK(below >= 0);
		close(fd);
		fd = below;
		levels++;
	}
	close(fd);
	EQ_INT(cgroup_remove(&a, &e), 0);
	EQ_INT(levels, OCI_CGROUP_NEST_MAX);
}

TEST(a_failed_creation_leaves_nothing)
{
	Grpc__Linux l = GRPC__LINUX__INIT;
	Grpc__LinuxResources r = GRPC__LINUX_RESOURCES__INIT;
	Grpc__LinuxMemory m = GRPC__LINUX_MEMORY__INIT;
	struct cgroup a;

	bundle_world();
	l.resources = &r;
	r.memory = &m;
	m.swappiness = 1;
	EQ_INT(cgroup_create("/husk-nothing/a", "id", &l, &a, &e), -1);
	EQ_STR(e.msg, "cgroup 'husk-nothing/a': swappiness");
	EQ_INT(access("/sys/fs/cgroup/husk-nothing", F_OK), -1);
}

TEST(signals_all_and_freezes)
{
	struct cgroup a;
	pid_t one, two;

	bundle_world();
	make(&a, "s");
	OK(mkdirat(a.fd, "x", 0755) == 0);
	one = sleeper(&a, ".");
	two = sleeper(&a, "x");
	EQ_INT(cgroup_freeze(&a, true, &e), 0);
	EQ_INT(cgroup_signal(&a, SIGTERM, &e), 0);
	/* paused before, so paused after */
	EQ_INT(cgroup_file_u64(a.fd, "cgroup.freeze", 9), 1);
	EQ_INT(cgroup_freeze(&a, false, &e), 0);
	EQ_INT(signal_of(one), SIGTERM);
	EQ_INT(signal_of(two), SIGTERM);
	one = sleeper(&a, ".");
	EQ_INT(cgroup_signal(&a, SIGINT, &e), 0);
	EQ_INT(signal_of(one), SIGINT);
	EQ_INT(cgroup_file_u64(a.fd, "cgroup.freeze", 9), 0);
	one = sleeper(&a, "x");
	EQ_INT(cgroup_kill(&a, &e), 0);
	EQ_INT(signal_of(one), SIGKILL);
	EQ_INT(cgroup_remove(&a, &e), 0);
}

/* As where a process can't be stopped: the kernel never says "frozen". */
TEST(what_does_not_freeze_in_time_is_not_left_to_freeze_later)
{
	static const char *const files[] = { "cgroup.freeze", "cgroup.events",
		NULL };
	struct cgroup cg = { .fd = fake(files) };

	OK(fd_write_file(cg.fd, "cgroup.events", "populated 1\nfrozen 0\n",
	       &e) == 0);
	EQ_INT(cgroup_freeze(&cg, true, &e), -1);
	EQ_INT(e.code, ERR_TIMEOUT);
	expect_file(cg.fd, "cgroup.freeze", "0");
}

TEST(counts_in_katas_units)
{
	struct cgroup a;
	struct arena arena;
	Grpc__CgroupStats *s;
	pid_t pid;

	bundle_world();
	make(&a, "c");
	pid = fork();
	if (pid == 0) {
		enter(&a, ".");
		for (volatile int i = 0; i < 20000000; i++)
			continue;
		_exit(0);
	}
	OK(waitpid(pid, NULL, 0) == pid);
	arena_init(&arena, 1 << 20);
	s = cgroup_stats(&a, &arena, &e);
	OK(s != NULL);
	OK(s->cpu_stats->cpu_usage->total_usage > 1000000);
	OK(grpc__cgroup_stats__get_packed_size(s) > 0);
	arena_release(&arena);
	arena_init(&arena, 16);
	OK(cgroup_stats(&a, &arena, &e) == NULL);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(cgroup_remove(&a, &e), 0);
}

static void
put(int fd, const char *name, const char *text)
{
	int f = openat(fd, name, O_WRONLY | O_CREAT, 0644);

	OK(f >= 0 && fd_write_all(f, text, strlen(text)) == 0);
	close(f);
}

TEST(reads_all_statistics)
{
	struct cgroup a = { .fd = fake((const char *const[]){ NULL }) };
	struct arena arena;
	Grpc__CgroupStats *s;

	put(a.fd, "cpu.stat",
	    "usage_usec 7\nuser_usec 4\nsystem_usec 3\n"
	    "nr_periods 2\nnr_throttled 1\n"
	    "throttled_usec 9\n");
	put(a.fd, "memory.current", "4096\n");
	put(a.fd, "memory.max", "max\n");
	put(a.fd, "memory.stat", "anon 1\nfile 2\nkernel 3\nbad x\n");
	put(a.fd, "memory.events", "low 0\nmax 5\n");
	put(a.fd, "pids.current", "3\n");
	put(a.fd, "pids.max", "max\n");
	put(a.fd, "io.stat",
	    "8:0 rbytes=1 wbytes=2 rios=3\n254:1 \n"
	    "garbage\n8:1 wbytes=4\n");
	put(a.fd, "hugetlb.2MB.current", "2097152\n");
	put(a.fd, "hugetlb.2MB.rsvd.current", "1\n");
	put(a.fd, "hugetlb.2MB.events", "max 4\n");
	arena_init(&arena, 1 << 20);
	s = cgroup_stats(&a, &arena, &e);
	OK(s != NULL);
	EQ_INT(s->cpu_stats->cpu_usage->total_usage, 7000);
	EQ_INT(s->cpu_stats->cpu_usage->usage_in_usermode, 4000);
	EQ_INT(s->cpu_stats->cpu_usage->usage_in_kernelmode, 3000);
	EQ_INT(s->cpu_stats->throttling_data->throttled_time, 9000);
	EQ_INT(s->memory_stats->usage->usage, 4096);
	OK(s->memory_stats->usage->limit == UINT64_MAX);
	EQ_INT(s->memory_stats->usage->failcnt, 5);
	EQ_INT(s->memory_stats->cache, 2);
	EQ_INT(s->memory_stats->n_stats, 3);
	EQ_STR(s->memory_stats->stats[2]->key, "kernel");
	EQ_INT(s->memory_stats->stats[2]->value, 3);
	EQ_INT(s->pids_stats->current, 3);
	EQ_INT(s->pids_stats->limit, 0);
	EQ_INT(s->blkio_stats->n_io_service_bytes_recursive, 4);
	EQ_STR(s->blkio_stats->io_service_bytes_recursive[1]->op, "write");
	EQ_STR(s->blkio_stats->io_service_bytes_recursive[2]->op, "rios");
	EQ_INT(s->blkio_stats->io_service_bytes_recursive[3]->minor, 1);
	EQ_INT(s->n_hugetlb_stats, 1);
	EQ_STR(s->hugetlb_stats[0]->key, "2MB");
	EQ_INT(s->hugetlb_stats[0]->value->usage, 2097152);
	EQ_INT(s->hugetlb_stats[0]->value->failcnt, 4);
	arena_release(&arena);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
