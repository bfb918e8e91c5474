#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "sandbox/guestpath.h"
#include "tests/lib/tap.h"

#define R GUESTPATH_ROOT

static void
world(void)
{
	struct err e;

	if (geteuid() != 0)
		SKIP("not root");
	if (unshare(CLONE_NEWNS) < 0)
		SKIP("no new mount namespace here");
	OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	OK(mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0);
	OK(guestpath_init(&e) == 0);
	OK(guestpath_init(&e) == 0);
}

static bool
there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

TEST(makes_what_is_missing_and_takes_it_back)
{
	struct stat st;
	struct err e;
	size_t first;
	int fd;

	world();
	OK(mkdir(R "/a", 0755) == 0);
	fd = guestpath_mkdir(R "/a/b/c", 01777, &first, &e);
	OK(fd >= 0);
	EQ_INT(first, strlen(R "/a/b"));
	OK(fstat(fd, &st) == 0);
	EQ_INT(st.st_mode & 07777, 01777);
	close(fd);
	fd = guestpath_mkdir(R "/a/b", 0700, &first, &e);
	OK(fd >= 0);
	EQ_INT(first, 0);
	close(fd);
	guestpath_rmdir(R "/a/b/c", strlen(R "/a/b"));
	OK(!there(R "/a/b"));
	OK(there(R "/a"));
	fd = guestpath_mkfile(R "/a/d/file", &first, &e);
	OK(fd >= 0);
	EQ_INT(first, strlen(R "/a/d"));
	close(fd);
	guestpath_rmdir(R "/a/d/file", first);
	OK(!there(R "/a/d") && there(R "/a"));
	guestpath_rmdir(R "/a", 0);
	OK(there(R "/a"));
}

TEST(follows_no_link_anywhere)
{
	struct err e;
	size_t first;

	world();
	OK(symlink("/etc", R "/link") == 0);
	OK(mkdir(R "/dir", 0755) == 0);
	OK(symlink("../dir", R "/dir/inner") == 0);
	EQ_INT(guestpath_open(R "/link", &e), -1);
	EQ_INT(guestpath_open(R "/link/passwd", &e), -1);
	EQ_INT(guestpath_open(R "/dir/inner", &e), -1);
	EQ_INT(guestpath_mkdir(R "/link/new", 0755, &first, &e), -1);
	EQ_INT(guestpath_mkfile(R "/link", &first, &e), -1);
	EQ_INT(guestpath_mkfile(R "/link/new", &first, &e), -1);
	EQ_INT(guestpath_unmount(R "/link", &e), -1);
	EQ_INT(guestpath_remove_tree(R "/link", &e), -1);
	OK(!there("/etc/new") && there("/etc/passwd"));
	EQ_INT(guestpath_open("/etc/passwd", &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
}

TEST(a_failure_half_way_leaves_nothing)
{
	char path[1024] = R "/x/y/";
	size_t n = strlen(path), first;
	struct err e;

	world();
	/* A name that the file system refuses, below two that it takes. */
	memset(path + n, 'n', 255);
	path[n + 255] = '\0';
	OK(mount("tmpfs", R, "tmpfs", 0, "nr_inodes=3") == 0);
	EQ_INT(guestpath_mkdir(path, 0755, &first, &e), -1);
	OK(!there(R "/x"));
}

TEST(removes_a_tree_of_any_depth_without_its_links_targets)
{
	struct err e;
	int fd;

	world();
	OK(mkdir(R "/keep", 0755) == 0);
	OK(mkdir(R "/t", 0755) == 0);
	fd = open(R "/t", O_PATH | O_CLOEXEC);
	for (int i = 0; i < 3000; i++) {
		int next;

		OK(symlinkat(R "/keep", fd, "link") == 0);
		OK(mkdirat(fd, ".gone.0", 0755) == 0);
		OK(mkdirat(fd, "d", 0755) == 0);
		next = openat(fd, "d", O_PATH | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	close(fd);
	EQ_INT(guestpath_remove_tree(R "/t", &e), 0);
	OK(!there(R "/t") && there(R "/keep"));
	EQ_INT(guestpath_remove_tree(R "/t", &e), 0);
}

TEST(does_not_remove_what_is_mounted_below)
{
	bool mounted;
	struct err e;

	world();
	OK(mkdir(R "/t", 0755) == 0 && mkdir(R "/t/m", 0755) == 0);
	OK(mount("tmpfs", R "/t/m", "tmpfs", 0, NULL) == 0);
	OK(mkdir(R "/t/m/data", 0755) == 0);
	EQ_INT(guestpath_remove_tree(R "/t", &e), -1);
	OK(there(R "/t/m/data"));
	EQ_INT(guestpath_is_mount(R "/t/m", &mounted, &e), 0);
	OK(mounted);
	EQ_INT(guestpath_unmount(R "/t/m", &e), 0);
	EQ_INT(guestpath_unmount(R "/t/m", &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(guestpath_remove_tree(R "/t", &e), 0);
}

TAP_MAIN
