#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/masked.h"
#include "oci/path.h"
#include "oci/sys.h"

enum {
	NULL_MAJOR = 1,
	NULL_MINOR = 3
};

static int
open_null(struct err *e)
{
	AUTO_FD int fd = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "/dev/null");
	if (!S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(NULL_MAJOR, NULL_MINOR))
		return err_set(e, ERR_INTERNAL, "the guest's /dev/null");
	return take_fd(&fd);
}

static int
empty_directory(struct err *e)
{
	AUTO_FD int fs = sys_fsopen("tmpfs");
	AUTO_FD int tree = -1;
	const char *no = NULL;

	if (fs < 0 || sys_fsconfig(fs, SYS_FSCONFIG_STRING, "size", "4k") < 0 ||
	    sys_fsconfig(fs, SYS_FSCONFIG_STRING, "nr_inodes", "2") < 0 ||
	    sys_fsconfig(fs, SYS_FSCONFIG_STRING, "mode", "0555") < 0 ||
	    sys_fsconfig(fs, SYS_FSCONFIG_CREATE, no, no) < 0)
		return err_sys(e, "make an empty tmpfs");
	tree = sys_fsmount(fs, SYS_ATTR_RDONLY | SYS_ATTR_NOSUID |
				   SYS_ATTR_NODEV | SYS_ATTR_NOEXEC);
	if (tree < 0)
		return err_sys(e, "mount an empty tmpfs");
	return take_fd(&tree);
}

/* 1 and *ret_fd, 0 when the path is not there, or -1. */
static int
find(int rootfd, const char *path, int *ret_fd, struct err *e)
{
	int fd;

	if (path_check(path, "path", e) < 0)
		return -1;
	fd = path_open(rootfd, path, e);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	*ret_fd = fd;
	return 1;
}

static int
hide(int rootfd, int null, const char *path, struct err *e)
{
	AUTO_FD int where = -1;
	AUTO_FD int tree = -1;
	struct stat st;
	int rc = find(rootfd, path, &where, e);

	if (rc <= 0)
		return rc;
	if (fstat(where, &st) < 0)
		return err_sys(e, "stat");
	tree =
	    S_ISDIR(st.st_mode) ? empty_directory(e) : sys_clone_tree(null, 0);
	if (tree < 0)
		return S_ISDIR(st.st_mode) ? -1 : err_sys(e, "clone null");
	if (sys_attach(tree, where) < 0)
		return err_sys(e, "attach");
	return 0;
}

int
masked_hide(int rootfd, char *const *paths, size_t n, struct err *e)
{
	AUTO_FD int null = n > 0 ? open_null(e) : -1;

	if (n > 0 && null < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (hide(rootfd, null, paths[i], e) < 0)
			return err_wrap(e, "mask %s", STR_QUOTED(paths[i]));
	}
	return 0;
}

static int
make_readonly(int rootfd, const char *path, struct err *e)
{
	static const struct sys_mount_attr ro = { .set = SYS_ATTR_RDONLY };
	AUTO_FD int where = -1;
	AUTO_FD int tree = -1;
	int rc = find(rootfd, path, &where, e);

	if (rc <= 0)
		return rc;
	tree = sys_clone_tree(where, 1);
	if (tree < 0 || sys_mount_setattr(tree, 1, &ro) < 0)
		return err_sys(e, "clone");
	if (sys_attach(tree, where) < 0)
		return err_sys(e, "attach");
	return 0;
}

int
masked_readonly(int rootfd, char *const *paths, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (make_readonly(rootfd, paths[i], e) < 0)
			return err_wrap(e, "make %s read-only",
			    STR_QUOTED(paths[i]));
	}
	return 0;
}
