/*
 * Hostile root file systems and requests against oci/mount, oci/path and what
 * is built on them.
 */
#include <sys/syscall.h>

#include "oci/mount.h"
#include "oci/option.h"
#include "oci/path.h"
#include "tests/unit/oci/bundle.h"

static struct err e;

static int
root_fd(void)
{
	int fd = open(BUNDLE_ROOT, O_PATH | O_CLOEXEC);

	OK(fd >= 0);
	return fd;
}

static void
expect_make(const char *path, enum path_kind kind, const char *resolved)
{
	char got[PATH_MAX], outside[PATH_MAX + sizeof(BUNDLE_ROOT)];
	struct stat a, b;
	int root = root_fd();
	int fd = path_make(root, path, kind, got, &e);

	if (fd < 0)
		printf("# %s: %s\n", path, e.msg);
	OK(fd >= 0);
	EQ_STR(got, resolved);
	snprintf(outside, sizeof(outside), BUNDLE_ROOT "%s", resolved);
	EQ_INT(fstat(fd, &a), 0);
	EQ_INT(lstat(outside, &b), 0);
	EQ_INT(a.st_ino, b.st_ino);
	EQ_INT(a.st_dev, b.st_dev);
	EQ_INT(S_ISDIR(a.st_mode), kind == PATH_DIRECTORY);
	close(fd);
	close(root);
}

TEST(links_stay_inside_the_root)
{
	bundle_world();
	umask(0);
	OK(symlink("/", BUNDLE_ROOT "/slash") == 0);
	OK(symlink("../../../../../../..", BUNDLE_ROOT "/up") == 0);
	OK(symlink("/var/real", BUNDLE_ROOT "/dangling") == 0);
	OK(symlink("../run", BUNDLE_ROOT "/etc/run") == 0);
	OK(symlink("..", BUNDLE_ROOT "/etc/back") == 0);
	expect_make("/a/b", PATH_DIRECTORY, "/a/b");
	expect_make("/a/b/", PATH_DIRECTORY, "/a/b");
	expect_make("//a/./b//c", PATH_FILE, "/a/b/c");
	expect_make("/slash/a/x", PATH_DIRECTORY, "/a/x");
	expect_make("/up/mnt/y", PATH_FILE, "/mnt/y");
	expect_make("/up/up/up/z", PATH_DIRECTORY, "/z");
	expect_make("/dangling/w", PATH_FILE, "/var/real/w");
	expect_make("/etc/run/q", PATH_DIRECTORY, "/run/q");
	expect_make("/etc/back/etc/back/t", PATH_FILE, "/t");
	EQ_INT(access("/a", F_OK), -1);
	EQ_INT(access("/mnt/y", F_OK), -1);
	EQ_INT(access("/z", F_OK), -1);
}

TEST(a_race_does_not_lead_outside)
{
	char path[64], got[PATH_MAX];
	pid_t flipper;
	int root, made = 0;

	bundle_world();
	root = root_fd();
	OK(mkdir(BUNDLE_DIR "/outside", 0755) == 0);
	OK(mkdir(BUNDLE_ROOT "/a", 0755) == 0);
	OK(symlink(BUNDLE_DIR "/outside", BUNDLE_ROOT "/b") == 0);
	flipper = fork();
	if (flipper == 0) {
		/* RENAME_EXCHANGE, which not every libc declares */
		for (;;)
			syscall(SYS_renameat2, root, "a", root, "b", 2);
	}
	for (int i = 0; i < 3000; i++) {
		int fd;

		OK(str_format(path, sizeof(path), "/a/x%d", i) == 0);
		fd = path_make(root, path, PATH_FILE, got, &e);
		made += fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	kill(flipper, SIGKILL);
	OK(made > 0);
	/* only an empty directory can be removed */
	EQ_INT(rmdir(BUNDLE_DIR "/outside"), 0);
}

TEST(what_can_not_be_made_is_refused)
{
	char got[PATH_MAX], name[300];
	int root;

	bundle_world();
	root = root_fd();
	OK(symlink("loop2", BUNDLE_ROOT "/loop1") == 0);
	OK(symlink("loop1", BUNDLE_ROOT "/loop2") == 0);
	EQ_INT(path_make(root, "/loop1/x", PATH_FILE, got, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(path_make(root, "/etc/passwd/x", PATH_FILE, got, &e), -1);
	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	EQ_INT(path_make(root, name, PATH_FILE, got, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(path_check("a", "x", &e), -1);
	EQ_INT(path_check("", "x", &e), -1);
	EQ_INT(path_check("/..", "x", &e), -1);
	EQ_INT(path_check("/a/../b", "x", &e), -1);
	EQ_INT(path_check("/a/..", "x", &e), -1);
	EQ_INT(path_check("/a/..b/...", "x", &e), 0);
	EQ_INT(path_check("/", "x", &e), 0);
}

TEST(mounts_do_not_leave_a_hostile_root)
{
	struct bundle b;

	bundle_start(&b);
	OK(mkdir(BUNDLE_DIR "/outside", 0755) == 0);
	OK(symlink(BUNDLE_DIR "/outside", BUNDLE_ROOT "/evil") == 0);
	MOUNT(&b, "/evil/sub", "tmpfs", "tmpfs", "mode=755");
	bundle_args(&b, "probe", "sees_the_mount_inside");
	bundle_probe(&b, "sees_the_mount_inside");
	EQ_INT(access(BUNDLE_DIR "/outside/sub", F_OK), -1);
	EQ_INT(access(BUNDLE_ROOT BUNDLE_DIR "/outside/sub", F_OK), 0);
	bundle_end(&b);
}

PROBE(sees_the_mount_inside)
{
	struct stat a, b;

	EQ_INT(stat("/evil/sub", &a), 0);
	EQ_INT(stat("/evil", &b), 0);
	OK(a.st_dev != b.st_dev);
}

TEST(a_dev_that_is_a_link_to_the_root_stays_inside)
{
	struct bundle b;

	bundle_start(&b);
	OK(symlink("/", BUNDLE_ROOT "/dev") == 0);
	bundle_args(&b, "probe", "x");
	bundle_refused(&b, ERR_DENIED, "the destination is the root itself");
	OK(unlink(BUNDLE_ROOT "/dev") == 0);
	OK(symlink("/etc", BUNDLE_ROOT "/dev") == 0);
	bundle_probe(&b, "dev_is_etc");
	bundle_end(&b);
}

PROBE(dev_is_etc)
{
	EQ_INT(access("/etc/null", F_OK), 0);
	OK(open("/dev/null", O_RDWR) >= 0);
}

TEST(proc_and_sys_must_not_be_links)
{
	static const char *const names[] = { "/proc", "/sys" };
	struct bundle b;

	bundle_start(&b);
	bundle_args(&b, "probe", "x");
	for (size_t i = 0; i < 2; i++) {
		char path[PATH_MAX];

		OK(str_format(path, sizeof(path), BUNDLE_ROOT "%s", names[i]) ==
		    0);
		rmdir(path);
		OK(symlink("/etc", path) == 0);
		bundle_refused(&b, ERR_DENIED, "leads through a link");
		OK(unlink(path) == 0);
	}
	bundle_end(&b);
}

/* One more mount that has to be refused with that text. */
static void
refused(const char *to, const char *type, const char *from, const char *option,
    enum err_code code, const char *text)
{
	struct bundle b;

	bundle_start(&b);
	OK(symlink("/proc", BUNDLE_ROOT "/p") == 0);
	OK(mkdir(BUNDLE_DIR "/dir", 0755) == 0);
	OK(symlink("dir", BUNDLE_DIR "/link") == 0);
	bundle_args(&b, "probe", "x");
	MOUNT(&b, to, type, from, option);
	bundle_refused(&b, code, text);
	bundle_end(&b);
}

TEST(refuses_a_bind_inside_proc)
{
	refused("/proc/self/attr", "bind", "/mnt/dir", "bind", ERR_DENIED,
	    "inside /proc");
}

TEST(refuses_a_tmpfs_inside_proc)
{
	refused("/proc/sys", "tmpfs", "tmpfs", "ro", ERR_DENIED,
	    "inside /proc");
}

TEST(refuses_a_bind_inside_proc_through_a_link)
{
	refused("/p/sys/kernel", "bind", "/mnt/dir", "bind", ERR_DENIED,
	    "inside /proc");
}

TEST(refuses_a_bind_onto_proc)
{
	refused("/proc", "bind", "/mnt/dir", "bind", ERR_DENIED,
	    "only proc goes there");
}

TEST(refuses_a_tmpfs_onto_proc)
{
	refused("/p", "tmpfs", "tmpfs", "ro", ERR_DENIED,
	    "only proc goes there");
}

TEST(refuses_a_missing_source)
{
	refused("/x", "bind", "/mnt/not-there", "bind", ERR_NOT_FOUND,
	    "source '/mnt/not-there'");
}

TEST(refuses_a_source_through_a_link)
{
	refused("/x", "bind", "/mnt/link", "bind", ERR_DENIED,
	    "leads through a symbolic link");
}

TEST(refuses_a_relative_destination)
{
	refused("x", "tmpfs", "tmpfs", "ro", ERR_ARGUMENT, "not absolute");
}

TEST(refuses_a_destination_with_dots)
{
	refused("/a/../../b", "tmpfs", "tmpfs", "ro", ERR_ARGUMENT,
	    "has \"..\"");
}

TEST(refuses_what_the_file_system_refuses)
{
	refused("/x", "tmpfs", "tmpfs", "colour=red", ERR_SYSTEM, "colour");
}

TEST(refuses_tmpcopyup_by_name)
{
	refused("/x", "tmpfs", "tmpfs", "tmpcopyup", ERR_UNSUPPORTED,
	    "mount option 'tmpcopyup'");
}

TEST(refuses_an_unknown_file_system)
{
	refused("/x", "nofs", "none", "ro", ERR_SYSTEM, "file system 'nofs'");
}

PROBE(binds_are_as_asked)
{
	EQ_INT(access("/proc/uptime", R_OK), 0);
	EQ_INT(mkdir("/ro/x", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/ro/sub/x", 0755), 0);
	EQ_INT(mkdir("/rro/x", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/rro/sub/y", 0755), -1);
	EQ_INT(errno, EROFS);
	EQ_INT(mkdir("/one/x", 0755), 0);
	EQ_INT(access("/one/sub/x", F_OK), -1);
	EQ_INT(access("/etc/file", F_OK), 0);
}

TEST(binds_are_recursive_and_read_only_as_asked)
{
	struct bundle b;

	bundle_start(&b);
	OK(mkdir(BUNDLE_DIR "/src", 0755) == 0);
	OK(mkdir(BUNDLE_DIR "/src/sub", 0755) == 0);
	bundle_file(BUNDLE_DIR "/file", "x");
	OK(mount("none", BUNDLE_DIR "/src/sub", "tmpfs", 0, NULL) == 0);
	MOUNT(&b, "/ro", "bind", BUNDLE_DIR "/src", "rbind", "ro");
	MOUNT(&b, "/rro", "bind", BUNDLE_DIR "/src", "rbind", "rro");
	MOUNT(&b, "/one", "none", BUNDLE_DIR "/src", "bind", "rprivate");
	MOUNT(&b, "/etc/file", "bind", BUNDLE_DIR "/file", "bind");
	MOUNT(&b, "/proc/uptime", "bind", BUNDLE_DIR "/file", "bind");
	bundle_probe(&b, "binds_are_as_asked");
	bundle_end(&b);
}

TEST(sorts_options)
{
	static char *words[] = { "ro", "nosuid", "rro", "noatime", "rshared",
		"size=5m", "rbind", "rw", "suid" };
	static char *comma[] = { "a=1,b=2" };
	static char *empty[] = { "" };
	struct option_set o;

	EQ_INT(option_parse(words, 9, &o, &e), 0);
	EQ_INT(o.top.set, SYS_ATTR_NOATIME);
	EQ_INT(o.top.clear,
	    SYS_ATTR_ATIME_MASK | SYS_ATTR_RDONLY | SYS_ATTR_NOSUID);
	EQ_INT(o.all.set, SYS_ATTR_RDONLY);
	EQ_INT(o.propagation, MS_SHARED);
	OK(o.propagation_all && o.bind && o.bind_all);
	OK(option_is_data("size=5m") && option_is_data("sync"));
	OK(!option_is_data("ro") && !option_is_data("tmpcopyup"));
	EQ_INT(option_parse(comma, 1, &o, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(option_parse(empty, 1, &o, &e), -1);
}

int
main(int argc, char **argv)
{
	bundle_main(argc, argv);
	return tap_main(argc, argv);
}
