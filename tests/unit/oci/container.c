#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "tests/unit/oci/bundle.h"

static void
status_line(const char *key, char *ret, size_t size)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[512];

	OK(f != NULL);
	ret[0] = '\0';
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t n = strlen(key);

		if (strncmp(line, key, n) != 0 || line[n] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(ret, size, "%s", line + n + 2);
	}
	fclose(f);
}

static void
expect_status(const char *key, const char *value)
{
	char text[512];

	status_line(key, text, sizeof(text));
	if (strcmp(text, value) != 0)
		printf("# %s\n", key);
	EQ_STR(text, value);
}

static void
expect_file(const char *path, const char *value)
{
	char text[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	OK(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	OK(n >= 0);
	text[n] = '\0';
	EQ_STR(text, value);
	close(fd);
}

/* Hosts may have v1 hierarchies beside; v2's line is the last. */
static void
expect_own_cgroup_root(void)
{
	char text[4096];
	int fd = open("/proc/self/cgroup", O_RDONLY);
	ssize_t n;

	OK(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	OK(n > 0);
	text[n] = '\0';
	OK(str_ends(text, "0::/\n"));
	close(fd);
}

static void
expect_node(const char *path, mode_t mode, unsigned major_nr, unsigned minor_nr)
{
	struct stat st;

	OK(lstat(path, &st) == 0);
	EQ_INT(st.st_mode, mode);
	EQ_INT(st.st_rdev, makedev(major_nr, minor_nr));
}

static void
expect_ids(void)
{
	struct rlimit l;
	struct utsname u;
	mode_t mask = umask(0);

	EQ_INT(getpid(), 1);
	EQ_INT(getsid(0), 1);
	expect_status("Uid", "1000\t1000\t1000\t1000");
	expect_status("Gid", "1001\t1001\t1001\t1001");
	expect_status("Groups", "7 8 ");
	expect_status("CapInh", "0000000000000000");
	expect_status("CapPrm", "0000000000000000");
	expect_status("CapEff", "0000000000000000");
	expect_status("CapBnd", "0000000000000021");
	expect_status("CapAmb", "0000000000000000");
	expect_status("NoNewPrivs", "1");
	expect_status("SigBlk", "0000000000000000");
	expect_status("SigIgn", "0000000000000000");
	EQ_INT(mask, 022);
	EQ_INT(prctl(PR_GET_DUMPABLE), 1);
	EQ_INT(getrlimit(RLIMIT_NOFILE, &l), 0);
	EQ_INT(l.rlim_cur, 128);
	EQ_INT(l.rlim_max, 512);
	expect_file("/proc/self/oom_score_adj", "500\n");
	expect_own_cgroup_root();
	EQ_INT(uname(&u), 0);
	EQ_STR(u.nodename, "box");
}

PROBE(is_what_the_spec_says)
{
	char cwd[PATH_MAX];
	struct stat st;
	char c;

	expect_ids();
	EQ_STR(getcwd(cwd, sizeof(cwd)), "/some/dir");
	EQ_STR(environ[0], "PATH=/sbin:/bin");
	EQ_STR(environ[2], "HOME=/home/user");
	OK(environ[3] == NULL);
	/* stdin is empty; 1 and 2 are ours to open again; nothing else. */
	EQ_INT(read(0, &c, 1), 0);
	EQ_INT(fstat(1, &st), 0);
	EQ_INT(st.st_uid, 1000);
	for (int fd = 3; fd < 128; fd++)
		EQ_INT(fcntl(fd, F_GETFD), -1);
	close(open("/dev/stdout", O_WRONLY));
}

TEST(the_first_process_is_what_its_spec_says)
{
	static uint32_t groups[] = { 7, 8 };
	static char *bounding[] = { "CAP_CHOWN", "CAP_KILL" };
	static Grpc__POSIXRlimit nofile = GRPC__POSIXRLIMIT__INIT;
	static Grpc__POSIXRlimit *limits[] = { &nofile };
	struct bundle b;

	bundle_start(&b);
	b.user.uid = 1000;
	b.user.gid = 1001;
	b.user.additionalgids = groups;
	b.user.n_additionalgids = 2;
	b.caps.bounding = b.caps.permitted = bounding;
	b.caps.n_bounding = b.caps.n_permitted = 2;
	nofile.type = "RLIMIT_NOFILE";
	nofile.hard = 512;
	nofile.soft = 128;
	b.process.rlimits = limits;
	b.process.n_rlimits = 1;
	b.process.nonewprivileges = 1;
	b.process.oomscoreadj = 500;
	b.process.cwd = "/some/dir";
	b.spec.hostname = "box";
	bundle_probe(&b, "is_what_the_spec_says");
	bundle_end(&b);
}

PROBE(root_has_these_caps)
{
	expect_status("CapPrm", "0000000008000021");
	expect_status("CapEff", "0000000008000021");
	expect_status("CapBnd", "0000000008000021");
}

PROBE(user_has_ambient_caps)
{
	expect_status("CapInh", "0000000000000020");
	expect_status("CapPrm", "0000000000000020");
	expect_status("CapEff", "0000000000000020");
	expect_status("CapAmb", "0000000000000020");
}

static char *some_caps[] = { "CAP_KILL", "CAP_CHOWN", "CAP_MKNOD" };

static void
give_caps(struct bundle *b)
{
	b->caps.bounding = b->caps.permitted = b->caps.effective = some_caps;
	b->caps.n_bounding = b->caps.n_permitted = b->caps.n_effective = 3;
}

TEST(capabilities_are_those_of_the_spec)
{
	struct bundle b;

	bundle_start(&b);
	give_caps(&b);
	bundle_probe(&b, "root_has_these_caps");
	b.caps.inheritable = b.caps.ambient = some_caps;
	b.caps.n_inheritable = b.caps.n_ambient = 1;
	b.user.uid = 1000;
	bundle_probe(&b, "user_has_ambient_caps");
	bundle_end(&b);
}

PROBE(has_its_devices)
{
	struct stat st;
	char link[64] = "";

	expect_node("/dev/null", S_IFCHR | 0666, 1, 3);
	expect_node("/dev/zero", S_IFCHR | 0666, 1, 5);
	expect_node("/dev/full", S_IFCHR | 0666, 1, 7);
	expect_node("/dev/random", S_IFCHR | 0666, 1, 8);
	expect_node("/dev/urandom", S_IFCHR | 0666, 1, 9);
	expect_node("/dev/tty", S_IFCHR | 0666, 5, 0);
	expect_node("/dev/sub/mine", S_IFCHR | 0640, 10, 229);
	EQ_INT(lstat("/dev/sub/mine", &st), 0);
	EQ_INT(st.st_uid, 5);
	EQ_INT(st.st_gid, 6);
	OK(readlink("/dev/ptmx", link, sizeof(link) - 1) > 0);
	EQ_STR(link, "pts/ptmx");
	memset(link, 0, sizeof(link));
	OK(readlink("/dev/fd", link, sizeof(link) - 1) > 0);
	EQ_STR(link, "/proc/self/fd");
	OK(open("/dev/null", O_RDWR) >= 0);
	/* this kernel may not have it: the filter's answer is EPERM */
	errno = 0;
	OK(open("/dev/sub/mine", O_RDONLY | O_NONBLOCK) >= 0 || errno != EPERM);
	/* /dev/mem and a disk may be made, and are not to be opened */
	EQ_INT(mknod("/dev/mem", S_IFCHR | 0666, makedev(1, 1)), 0);
	EQ_INT(open("/dev/mem", O_RDONLY), -1);
	EQ_INT(errno, EPERM);
	EQ_INT(mknod("/dev/disk", S_IFBLK | 0666, makedev(254, 0)), 0);
	EQ_INT(open("/dev/disk", O_RDONLY), -1);
	EQ_INT(errno, EPERM);
}

TEST(devices_are_made_and_no_others_open)
{
	static Grpc__LinuxDevice mine = GRPC__LINUX_DEVICE__INIT;
	static Grpc__LinuxDevice *devices[] = { &mine };
	struct bundle b;
	char name[64];

	bundle_start(&b);
	give_caps(&b);
	mine.path = "/dev/sub/mine";
	mine.type = "c";
	mine.major = 10;
	mine.minor = 229; /* fuse */
	mine.filemode = S_IFCHR | 0640;
	mine.uid = 5;
	mine.gid = 6;
	b.linux.devices = devices;
	b.linux.n_devices = 1;
	bundle_end(&b);
	OK(str_format(name, sizeof(name), "/husk-test/%d", getpid()) == 0);
	OK(cgroup_create(name, "x", &b.linux, &b.cgroup, &b.e) == 0);
	b.request.cgroup_fd = b.cgroup.fd;
	b.user.uid = 0;
	some_caps[1] = "CAP_DAC_OVERRIDE"; /* of 0640 */
	give_caps(&b);
	bundle_probe(&b, "has_its_devices");
	bundle_end(&b);
}

PROBE(paths_are_hidden)
{
	struct stat st;
	char c;
	int fd;

	fd = open("/secret", O_RDONLY);
	OK(fd >= 0);
	EQ_INT(read(fd, &c, 1), 0);
	EQ_INT(fstat(fd, &st), 0);
	EQ_INT(st.st_rdev, makedev(1, 3));
	EQ_INT(stat("/hidden", &st), 0);
	EQ_INT(st.st_nlink, 2);
	EQ_INT(access("/hidden/file", F_OK), -1);
	EQ_INT(open("/hidden/new", O_CREAT | O_WRONLY, 0644), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(open("/proc/sys/kernel/hostname", O_WRONLY), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(open("/kept/file", O_WRONLY), -1);
	EQ_INT(errno, EROFS);
	/* what is not listed stays */
	EQ_INT(mkdir("/kept2", 0755), 0);
}

TEST(masked_and_readonly_paths_are_so)
{
	static char *masked[] = { "/secret", "/hidden", "/not/there",
		"/secret/below", "/proc/kcore" };
	static char *readonly[] = { "/proc/sys", "/kept", "/not/there" };
	struct bundle b;

	bundle_start(&b);
	bundle_file(BUNDLE_ROOT "/secret", "secret");
	OK(mkdir(BUNDLE_ROOT "/hidden", 0755) == 0);
	OK(mkdir(BUNDLE_ROOT "/hidden/dir", 0755) == 0);
	bundle_file(BUNDLE_ROOT "/hidden/file", "x");
	OK(mkdir(BUNDLE_ROOT "/kept", 0755) == 0);
	bundle_file(BUNDLE_ROOT "/kept/file", "x");
	b.linux.maskedpaths = masked;
	b.linux.n_maskedpaths = 5;
	b.linux.readonlypaths = readonly;
	b.linux.n_readonlypaths = 3;
	bundle_probe(&b, "paths_are_hidden");
	bundle_end(&b);
}

PROBE(root_is_read_only)
{
	EQ_INT(mkdir("/x", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/dev/x", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/sys/fs/cgroup/x", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/usr/x", 0755), -1);
	EQ_INT(errno, EROFS);
	OK(open("/dev/null", O_RDWR) >= 0);
	EQ_INT(access("/work", F_OK), 0);
}

TEST(a_read_only_root_is_complete_and_read_only)
{
	struct bundle b;

	bundle_start(&b);
	b.mount[1].options[1] = "ro"; /* of /dev: wanted last */
	b.root.readonly = 1;
	b.process.cwd = "/work";
	bundle_probe(&b, "root_is_read_only");
	bundle_end(&b);
}

PROBE(sees_only_its_own_mounts)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	char line[4096];
	int n = 0;

	OK(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *to = strchr(line, ' ') + 1;

		to[strcspn(to, " ")] = '\0';
		if (n == 0)
			EQ_STR(to, "/");
		OK(!str_starts(to, BUNDLE_DIR));
		n++;
	}
	/* the root, those of the spec, and no /sys below /usr or the like */
	OK(n >= 11);
	fclose(f);
	EQ_INT(access(BUNDLE_DIR, F_OK), -1);
	EQ_INT(chdir(".."), 0);
	EQ_INT(access("bin/probe", F_OK), 0);
}

TEST(nothing_of_the_guest_is_left_to_see)
{
	struct bundle b;

	bundle_start(&b);
	bundle_probe(&b, "sees_only_its_own_mounts");
	/* and nothing of the container's shows outside */
	EQ_INT(access(BUNDLE_ROOT "/proc/self", F_OK), -1);
	EQ_INT(access(BUNDLE_ROOT "/bin/probe", F_OK), 0);
	bundle_end(&b);
}

PROBE(is_on_its_terminal)
{
	struct winsize w = { 0 };
	struct stat st, console;
	int fd;

	for (fd = 0; fd <= 2; fd++)
		EQ_STR(ttyname(fd), "/dev/pts/0");
	EQ_INT(ioctl(0, TIOCGWINSZ, &w), 0);
	EQ_INT(w.ws_row, 40);
	EQ_INT(w.ws_col, 132);
	fd = open("/dev/tty", O_RDWR);
	OK(fd >= 0);
	EQ_INT(tcgetpgrp(fd), getpid());
	EQ_INT(fstat(0, &st), 0);
	EQ_INT(st.st_uid, 1000);
	EQ_INT(stat("/dev/console", &console), 0);
	EQ_INT(console.st_rdev, st.st_rdev);
	for (fd = 4; fd < 128; fd++)
		EQ_INT(fcntl(fd, F_GETFD), -1);
}

TEST(a_terminal_is_the_containers_own)
{
	static Grpc__Box size = GRPC__BOX__INIT;
	struct bundle b;

	bundle_start(&b);
	size.height = 40;
	size.width = 132;
	b.process.terminal = 1;
	b.process.consolesize = &size;
	b.user.uid = 1000;
	bundle_probe(&b, "is_on_its_terminal");
	bundle_end(&b);
}

PROBE(has_its_sysctls)
{
	expect_file("/proc/sys/kernel/msgmax", "4321\n");
}

TEST(sysctls_of_its_namespaces_are_set)
{
	static Grpc__Linux__SysctlEntry s = GRPC__LINUX__SYSCTL_ENTRY__INIT;
	static Grpc__Linux__SysctlEntry *list[] = { &s };
	struct bundle b;

	bundle_start(&b);
	s.key = "kernel.msgmax";
	s.value = "4321";
	b.linux.sysctl = list;
	b.linux.n_sysctl = 1;
	bundle_probe(&b, "has_its_sysctls");
	s.key = "kernel.msg_not_there";
	bundle_refused(&b, ERR_NOT_FOUND, "sysctl 'kernel.msg_not_there'");
	s.key = "kernel.panic";
	bundle_refused(&b, ERR_UNSUPPORTED, "not one of a namespace");
	bundle_end(&b);
}

TEST(says_why_a_program_can_not_run)
{
	struct bundle b;

	bundle_start(&b);
	bundle_file(BUNDLE_ROOT "/data", "no program");
	OK(mkdir(BUNDLE_ROOT "/sbin", 0755) == 0);
	bundle_file(BUNDLE_ROOT "/sbin/data", "no program");
	bundle_args(&b, "foo", NULL);
	bundle_refused(&b, ERR_NOT_FOUND, "exec 'foo': not found in PATH");
	bundle_args(&b, "/foo", NULL);
	bundle_refused(&b, ERR_NOT_FOUND,
	    "exec '/foo': no such file or directory");
	bundle_args(&b, "/data", NULL);
	bundle_refused(&b, ERR_DENIED, "exec '/data': Permission denied");
	bundle_args(&b, "data", NULL);
	bundle_refused(&b, ERR_DENIED, "exec 'data': Permission denied");
	bundle_args(&b, "/etc", NULL);
	bundle_refused(&b, ERR_DENIED, "exec '/etc': Permission denied");
	OK(chmod(BUNDLE_ROOT "/data", 0755) == 0);
	bundle_args(&b, "/data", NULL);
	bundle_ready(&b);
	OK(container_start(&b.child, &b.e) == 0);
	EQ_INT(bundle_event(&b), CONTAINER_FAILED);
	OK(strstr(b.e.msg, "Exec format error") != NULL);
	EQ_INT(WEXITSTATUS(bundle_finish(&b)), 1);
	bundle_end(&b);
}

TEST(ends_when_nobody_starts_it)
{
	struct bundle b;

	bundle_start(&b);
	bundle_args(&b, "probe", "is_what_the_spec_says");
	bundle_ready(&b);
	close(b.child.channel);
	EQ_INT(bundle_finish(&b), 0);
	bundle_end(&b);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
